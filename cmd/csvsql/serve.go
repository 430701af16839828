package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/wire"
)

// serveCommand is csvsql serve, and csvsql without a command.
type serveCommand struct {
	Files []string `arg:"" optional:"" name:"file" help:"Files, directories, globs, or name=FILE to name a table."`

	Listen    string `placeholder:"ADDRESS" help:"HOST:PORT, or the directory of a Unix socket. Default: 127.0.0.1:5433, or the next free port."`
	LogLevel  string `enum:"debug,info,warn,error" default:"info" help:"debug, info, warn or error."`
	Metrics   string `placeholder:"HOST:PORT" help:"Serve counts for Prometheus at http://HOST:PORT/metrics, to whoever asks. Default: nowhere."`
	LogFormat string `enum:"text,json" default:"text" help:"text or json."`
	engineFlags
	workersFlags
	accessFlags
}

// Run serves until a signal.
func (c *serveCommand) Run(std streams, worker csvsql.Worker) error {
	// Caught from here on, so that nothing is left behind from the first file on.
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // else nohup would not work
		signal.Notify(signals, syscall.SIGHUP)
	}
	defer signal.Stop(signals)

	if err := c.accessFlags.check(); err != nil {
		return err
	}
	src := expand(c.Files)
	if len(src.requests) == 0 && len(src.errs) > 0 { // nothing of what was asked for is there
		for _, err := range src.errs {
			complain(std.err, err)
		}
		return errTold
	}
	l, err := listen(c.Listen, c.danger(), std)
	if err != nil {
		return err
	}
	defer l.Close()
	log := c.logger(std)
	allowed, err := c.accessFlags.open(hostOf(c.Listen), log)
	if err != nil {
		return err
	}
	o, err := c.engineFlags.options(worker, src, log)
	if err != nil {
		return err
	}
	o.Access = allowed.Access
	if err := c.workersFlags.apply(&o); err != nil {
		return err
	}
	srv, err := csvsql.New(context.Background(), o)
	if err != nil {
		return err
	}

	if err := serveMetrics(c.Metrics, srv.Stats); err != nil {
		return errors.Join(err, srv.Shutdown(context.Background()))
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	loads := srv.LoadAll(ctx, src.requests) // before any client can ask for a table
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	loaded := make(chan struct{})
	go func() {
		defer close(loaded)
		loadFiles(ctx, src, loads, std)
		if ctx.Err() == nil {
			greet(std.out, src, l, allowed)
		}
	}()

	select {
	case <-signals:
	case err := <-served: // the listener broke
		served <- err
	}
	cancel()
	<-loaded
	return shutdown(srv, signals, served)
}

// shutdown lets the clients' statements end, until a second signal. It returns
// what went wrong before it, too: the error of Serve.
func shutdown(srv *csvsql.Server, signals <-chan os.Signal, served <-chan error) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-signals:
			cancel()
		case <-ctx.Done():
		}
	}()
	err := srv.Shutdown(ctx)
	if errors.Is(err, context.Canceled) {
		err = nil // as the second signal asked for
	}
	if e := <-served; !errors.Is(e, wire.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

func (c *serveCommand) logger(std streams) *slog.Logger {
	var level slog.Level
	level.UnmarshalText([]byte(c.LogLevel)) // kong has checked it
	o := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(std.err, o))
	}
	return slog.New(slog.NewTextHandler(std.err, o))
}
