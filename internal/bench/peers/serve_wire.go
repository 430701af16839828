package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// serveWire takes clients with TLS as well as without.
func serveWire(l net.Listener) error {
	certificate, err := selfSigned()
	if err != nil {
		return err
	}
	answers := map[string][]wire.Statement{
		one:  {wire.Table([]wire.Column{wire.Col("?column?", oid.Int4)}, []any{1})},
		rows: {wireRows(data())},
	}
	parse := func(_ context.Context, _ *wire.Conn, q wire.Query) ([]wire.Statement, error) {
		if q.SQL == mallocs {
			return []wire.Statement{wire.Table([]wire.Column{wire.Col("mallocs", oid.Int8)}, []any{countMallocs()})}, nil
		}
		return answers[q.SQL], nil
	}
	s := &wire.Server{
		Handler:   wire.ParseFunc(parse),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}},
	}
	return s.Serve(l)
}

// wireRows is the statement ROWS.
type wireRows []row

func (wireRows) Describe(context.Context) (wire.Description, error) {
	return wire.Description{Columns: []wire.Column{
		wire.Col("a", oid.Int4), wire.Col("b", oid.Int4), wire.Col("c", oid.Int4),
		wire.Col("at", oid.Timestamp), wire.Col("f", oid.Float8), wire.Col("text", oid.Text),
	}}, nil
}

func (r wireRows) Execute(context.Context, *wire.Bind) (wire.Result, error) {
	next := 0
	step := func(context.Context) error {
		if next++; next > len(r) {
			return io.EOF
		}
		return nil
	}
	encode := func(w *wire.RowWriter) error {
		one := &r[next-1]
		w.Int64(int64(one.a))
		w.Int64(int64(one.b))
		w.Int64(int64(one.c))
		w.Time(one.at)
		w.Float64(one.f)
		w.Text(one.text)
		return nil
	}
	return wire.EachRow(step, encode, nil, nil), nil
}

func selfSigned() (c tls.Certificate, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return c, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
