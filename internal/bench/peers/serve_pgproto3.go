package main

import (
	"fmt"
	"net"
	"strconv"

	"github.com/jackc/pgx/v5/pgproto3"
)

// servePgproto3 is the loop that its authors' example has: messages are decoded,
// and encoded into one buffer that is written at the end of each query.
func servePgproto3(l net.Listener) error {
	all := data()
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			b := &pgproto3Conn{Backend: pgproto3.NewBackend(c, c), rows: all}
			if b.login() == nil {
				b.loop()
			}
		}()
	}
}

type pgproto3Conn struct {
	*pgproto3.Backend
	rows   []row
	fields [6][]byte // of the current row
}

func (c *pgproto3Conn) login() error {
	if _, err := c.ReceiveStartupMessage(); err != nil {
		return err
	}
	c.Send(&pgproto3.AuthenticationOk{})
	c.Send(&pgproto3.BackendKeyData{ProcessID: 1, SecretKey: []byte{0, 0, 0, 0}})
	c.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	return c.Flush()
}

func (c *pgproto3Conn) loop() error {
	for {
		m, err := c.Receive()
		if err != nil {
			return err
		}
		q, ok := m.(*pgproto3.Query)
		if !ok {
			return nil // Terminate
		}
		switch q.String {
		case one:
			c.sendOne("?column?", 23, 4, 1)
		case mallocs:
			c.sendOne("mallocs", 20, 8, countMallocs())
		default:
			c.sendRows()
		}
		c.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
		if err := c.Flush(); err != nil {
			return err
		}
	}
}

func (c *pgproto3Conn) sendOne(name string, oid uint32, size int16, v int64) {
	c.Send(&pgproto3.RowDescription{Fields: []pgproto3.FieldDescription{
		{Name: []byte(name), DataTypeOID: oid, DataTypeSize: size, TypeModifier: -1},
	}})
	c.fields[0] = strconv.AppendInt(c.fields[0][:0], v, 10)
	c.Send(&pgproto3.DataRow{Values: c.fields[:1]})
	c.Send(&pgproto3.CommandComplete{CommandTag: []byte("SELECT 1")})
}

func (c *pgproto3Conn) sendRows() {
	c.Send(&pgproto3.RowDescription{Fields: []pgproto3.FieldDescription{
		{Name: []byte("a"), DataTypeOID: 23, DataTypeSize: 4, TypeModifier: -1},
		{Name: []byte("b"), DataTypeOID: 23, DataTypeSize: 4, TypeModifier: -1},
		{Name: []byte("c"), DataTypeOID: 23, DataTypeSize: 4, TypeModifier: -1},
		{Name: []byte("at"), DataTypeOID: 1114, DataTypeSize: 8, TypeModifier: -1},
		{Name: []byte("f"), DataTypeOID: 701, DataTypeSize: 8, TypeModifier: -1},
		{Name: []byte("text"), DataTypeOID: 25, DataTypeSize: -1, TypeModifier: -1},
	}})
	f := &c.fields
	message := pgproto3.DataRow{Values: f[:]}
	for i := range c.rows {
		r := &c.rows[i]
		f[0] = strconv.AppendInt(f[0][:0], int64(r.a), 10)
		f[1] = strconv.AppendInt(f[1][:0], int64(r.b), 10)
		f[2] = strconv.AppendInt(f[2][:0], int64(r.c), 10)
		f[3] = r.at.AppendFormat(f[3][:0], "2006-01-02 15:04:05.999999")
		f[4] = strconv.AppendFloat(f[4][:0], r.f, 'g', -1, 64)
		f[5] = append(f[5][:0], r.text...)
		c.Send(&message)
	}
	c.Send(&pgproto3.CommandComplete{CommandTag: fmt.Append(nil, "SELECT ", len(c.rows))})
}
