// Command proxy passes everything on to another server, and prints what both
// sides say, a line for each message, as libpq's PQtrace does.
package main

import (
	"context"
	"flag"
	"io"
	"log"
	"net"
	"os"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5434", "address to listen on")
	target := flag.String("to", "127.0.0.1:5433", "address of the server behind it")
	password := flag.String("password", "", "what to tell that server, if it asks")
	flag.Parse()
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	log.Print("listening on ", l.Addr())
	cancels := &cancels{upstream: map[string]*client.Conn{}}
	server := &wire.Server{
		Handler:      &proxy{*target, *password, os.Stdout, cancels},
		CancelRouter: cancels,
	}
	log.Fatal(server.Serve(l))
}

type proxy struct {
	target, password string
	trace            io.Writer
	cancels          *cancels
}

// Open passes a client on. It returns when one of the two sides has gone.
func (p *proxy) Open(ctx context.Context, c *wire.Conn) (wire.Session, error) {
	upstream, err := client.Dial(ctx, p.target, p.config(c.Startup()))
	if err != nil {
		return nil, err // the client is told what the server said
	}
	defer upstream.Close()
	defer p.cancels.add(upstream)()

	down, err := c.Hijack()
	if err != nil {
		return nil, err
	}
	tracer := wire.NewTracer(p.trace, wire.TraceOptions{})
	up := upstream.NetConn()
	toClient := io.MultiWriter(down, writerFunc(tracer.Backend))
	toServer := io.MultiWriter(up, writerFunc(tracer.Frontend))

	if _, err := toClient.Write(greeting(upstream)); err != nil {
		return nil, err
	}
	gone := make(chan error, 2)
	go pass(toServer, down, gone)
	go pass(toClient, up, gone)
	select {
	case err = <-gone:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	// The other side's copy ends with its connection.
	down.Close()
	upstream.Close()
	return nil, err
}

// config is how the proxy logs in: as the client has, with its own password.
func (p *proxy) config(s wire.Startup) client.Config {
	params := map[string]string{}
	for _, param := range s.Params {
		params[param.Name] = param.Value
	}
	return client.Config{User: s.User, Database: s.Database, Password: p.password, Params: params}
}

func pass(dst io.Writer, src io.Reader, gone chan<- error) {
	_, err := io.Copy(dst, src)
	gone <- err
}

// writerFunc is an io.Writer that cannot fail.
type writerFunc func([]byte)

func (f writerFunc) Write(b []byte) (int, error) {
	f(b)
	return len(b), nil
}
