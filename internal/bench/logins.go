package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/csvsql/csvsql/internal/users"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// loginTries is how often each login is tried, and loginDrift how far their medians
// may be apart.
const (
	loginTries = 200
	loginDrift = 0.05
)

// logins measures whether the time of a refusal tells who exists: logins with a
// wrong password, of a user who does and of one who does not, taking turns. The
// server delays neither, which would hide a difference.
func logins(ctx context.Context, _ *environment, w io.Writer) error {
	source, remove, err := someUsers()
	if err != nil {
		return err
	}
	defer remove()
	for _, method := range []struct {
		name string
		auth wire.Authenticator
	}{{"scram", wire.SCRAM(source)}, {"md5", wire.MD5(source)}, {"password", wire.Password(source)}} {
		if err := compareLogins(ctx, w, method.name, method.auth); err != nil {
			return fmt.Errorf("%s: %w", method.name, err)
		}
	}
	return nil
}

// someUsers makes a file of a hundred users.
func someUsers() (_ *users.Source, remove func(), err error) {
	dir, err := os.MkdirTemp("", "csvsql-bench")
	if err != nil {
		return nil, nil, err
	}
	remove = func() { os.RemoveAll(dir) }
	verifier, err := wire.Verifier("right", wire.DefaultIterations)
	if err != nil {
		remove()
		return nil, nil, err
	}
	list := &users.List{}
	for i := range 100 {
		list.Users = append(list.Users, users.User{Name: fmt.Sprintf("user%d", i), Verifier: verifier})
	}
	path := filepath.Join(dir, "users")
	source, err := (*users.Source)(nil), users.Write(path, list)
	if err == nil {
		source, err = users.Open(path, nil)
	}
	if err != nil {
		remove()
		return nil, nil, err
	}
	return source, remove, nil
}

func compareLogins(ctx context.Context, w io.Writer, name string, auth wire.Authenticator) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &wire.Server{
		Auth:    auth,
		Handler: wire.ParseFunc(func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) { return nil, nil }),
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	defer func() {
		s.Close()
		<-served
	}()
	try := func(user string) func() (sample, error) {
		return func() (sample, error) {
			start := time.Now()
			_, err := client.Dial(ctx, l.Addr().String(), client.Config{User: user, Password: "wrong"})
			took := time.Since(start)
			var refusal *wire.Error
			if !errors.As(err, &refusal) || refusal.Code != "28P01" {
				return sample{}, fmt.Errorf("login of %s: %w", user, err)
			}
			return sample{time: took}, nil
		}
	}
	samples, err := interleave(loginTries+1, try("user50"), try("nobody"))
	if err != nil {
		return err
	}
	known, unknown := summarize(samples[0]).median, summarize(samples[1]).median
	drift := float64(unknown-known) / float64(known)
	verdict := "within"
	if drift > loginDrift || drift < -loginDrift {
		verdict = "BEYOND"
	}
	fmt.Fprintf(w, "%-10s wrong password %v, unknown user %v: %+.1f%%, %s %.0f%% (medians of %d)\n",
		name, round(known), round(unknown), drift*100, verdict, loginDrift*100, loginTries)
	return nil
}
