package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes this binary the command csvsql when a script calls it so.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"csvsql": main})
}

// TestScripts runs testdata/*.txtar. Beside testscript's own commands they have
//
//	serve [ARGS]   start csvsql, wait until it is ready, and set $URI and $PORT.
//	               Without --listen it listens on a free port.
//	signal NAME    send TERM, INT, HUP or KILL to it
//	ended CODE     wait for its end, check the exit code (-1: killed), and leave
//	               its output for stdout and stderr
//	busy           take a port and set $BUSY to its address
//	certify NAME   make NAME.crt and NAME.key, signed by ca.crt, which is made, too
//
// the condition [psql], and $SOCKETS, a directory with a path short enough for a
// Unix socket.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			dir, err := os.MkdirTemp("", "s")
			if err != nil {
				return err
			}
			e.Defer(func() { os.RemoveAll(dir) })
			e.Setenv("SOCKETS", dir)
			if where, set := os.LookupEnv("CSVSQL_ISOLATION"); set {
				e.Setenv("CSVSQL_ISOLATION", where)
			}
			s := &served{}
			e.Values[servedKey{}] = s
			e.Defer(s.kill)
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name != "psql" {
				return false, fmt.Errorf("unknown condition %s", name)
			}
			_, err := exec.LookPath("psql")
			return err == nil, nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"serve":   cmdServe,
			"signal":  cmdSignal,
			"ended":   cmdEnded,
			"busy":    cmdBusy,
			"certify": cmdCertify,
		},
	})
}

type servedKey struct{}

func cmdServe(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(servedKey{}).(*served)
	if neg || s.cmd != nil {
		ts.Fatalf("usage: serve [ARGS], once at a time")
	}
	env := []string{"TMPDIR=" + ts.Getenv("TMPDIR"), "HOME=" + ts.Getenv("HOME"), "XDG_CONFIG_HOME="}
	ts.Check(s.start(ts.MkAbs("."), env, args...))
	uri, err := url.Parse(s.uri)
	ts.Check(err)
	ts.Setenv("URI", s.uri)
	ts.Setenv("PORT", uri.Port())
}

func cmdSignal(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(servedKey{}).(*served)
	signals := map[string]os.Signal{"TERM": syscall.SIGTERM, "INT": os.Interrupt, "HUP": syscall.SIGHUP, "KILL": os.Kill}
	if signal.Ignored(syscall.SIGHUP) { // as under nohup, which csvsql respects
		signals["HUP"] = syscall.SIGTERM
	}
	if neg || len(args) != 1 || signals[args[0]] == nil || s.cmd == nil {
		ts.Fatalf("usage: signal TERM|INT|HUP|KILL, after serve")
	}
	ts.Check(s.cmd.Process.Signal(signals[args[0]]))
}

func cmdEnded(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(servedKey{}).(*served)
	if neg || len(args) != 1 || s.cmd == nil {
		ts.Fatalf("usage: ended CODE, after serve")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := s.wait()
	ts.Stdout().Write(s.stdout.buf.Bytes())
	ts.Stderr().Write(s.stderr.buf.Bytes())
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func cmdBusy(ts *testscript.TestScript, neg bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv("BUSY", l.Addr().String())
}
