package wire_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// TestConnState: the states of a session, of a login that fails, and of a cancel
// request.
func TestConnState(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	states := map[*wire.Conn][]wire.ConnState{}
	closed := make(chan *wire.Conn, 3)
	s := &wire.Server{ConnState: func(c *wire.Conn, state wire.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		states[c] = append(states[c], state)
		if state == wire.StateClosed {
			closed <- c
		}
	}}
	addr := serve(t, s)
	want := func(list string) {
		t.Helper()
		c := <-closed
		mu.Lock()
		defer mu.Unlock()
		if got := fmt.Sprint(states[c]); got != list {
			t.Errorf("got %s, want %s", got, list)
		}
	}
	c := connect(t, addr)
	for range 2 {
		if _, err := c.Exec(t.Context(), "select 1 as a"); err != nil {
			t.Fatal(err)
		}
	}
	c.Cancel(t.Context())
	want("[new closed]")
	exchange(t, dial(t, addr), login("database", "missing"))
	want("[new closed]")
	c.Close()
	c = nil
	got := <-closed
	mu.Lock()
	defer mu.Unlock()
	// The client may send the next request before the server has come to rest.
	if list := slices.Compact(states[got]); list[0] != wire.StateNew || list[1] != wire.StateIdle || list[2] != wire.StateActive || list[len(list)-1] != wire.StateClosed {
		t.Error(list)
	}
}

// TestStats: what is counted, and what Executed is told.
func TestStats(t *testing.T) {
	t.Parallel()
	var runs []string
	s := &wire.Server{Executed: func(c *wire.Conn, e wire.Execution) {
		runs = append(runs, fmt.Sprint(e.SQL, " ", e.Rows, " ", e.Err, " ", e.Duration > 0 && e.Duration < time.Minute, " ", c.Identity().Role))
	}}
	c := connect(t, serve(t, s))
	for _, sql := range []string{fiveRows, "select 1 as a; select 2 as a", castError, "selct"} {
		c.Exec(t.Context(), sql)
	}
	c.SendQuery("create temp table c (a int)")
	c.SendQuery("copy c from stdin")
	c.SendCopyData([]byte("1\n2\n"))
	c.SendCopyDone()
	c.SendParse("", fiveRows, nil)
	c.SendBind("", "", nil, nil, nil)
	c.SendExecute("", 3)
	c.SendExecute("", 0)
	c.SendSync()
	c.Flush()
	for range 3 {
		trace(c.NetConn())
	}
	want := []string{
		fiveRows + " 5 <nil> true test", "select 1 as a; select 2 as a 1 <nil> true test", "select 1 as a; select 2 as a 1 <nil> true test",
		castError + ` 0 invalid input syntax for type integer: "x1" true test`,
		"create temp table c (a int) 0 <nil> true test", "copy c from stdin 2 <nil> true test",
		fiveRows + " 3 <nil> true test", fiveRows + " 2 <nil> true test",
	}
	if !slices.Equal(runs, want) {
		t.Errorf("got\n%s", strings.Join(runs, "\n"))
	}
	st := s.Stats()
	if st.Conns != 1 || st.Active != 0 || st.Accepted != 1 || st.Executions != 8 || st.Errors != 2 || st.BytesIn < 300 || st.BytesOut < 600 {
		t.Errorf("%+v", st)
	}
}

// TestReservedConns: the last places are for some, who are known after the login.
func TestReservedConns(t *testing.T) {
	t.Parallel()
	s := &wire.Server{MaxConns: 2, ReservedConns: 1, MayUseReserved: func(c *wire.Conn) bool { return c.Identity().Role == "admin" }}
	addr := serve(t, s)
	connect(t, addr)
	want := `R00000000 E FATAL 53300 "remaining connection slots are reserved" closed`
	got := exchange(t, dial(t, addr), login())
	if got != want && got != strings.TrimPrefix(want, "R00000000 ") {
		t.Errorf("got %s", got)
	}
	for s.Stats().Conns > 1 {
		time.Sleep(time.Millisecond)
	}
	admin, err := client.Dial(t.Context(), addr, client.Config{User: "admin"})
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if got := exchange(t, dial(t, addr), login()); got != `E FATAL 53300 "sorry, too many clients already" closed` {
		t.Errorf("got %s", got)
	}
}

// router is what two servers behind one address share.
type router struct {
	mu      sync.Mutex
	servers map[int32]*wire.Server
	next    int32
}

func (r *router) Issue(c *wire.Conn, key wire.CancelKey) (wire.CancelKey, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next++
	key.PID = 1000 + r.next // one of all servers
	r.servers[key.PID] = c.Server()
	return key, nil
}

func (r *router) Cancel(_ context.Context, key wire.CancelKey) bool {
	r.mu.Lock()
	s := r.servers[key.PID]
	r.mu.Unlock()
	return s != nil && s.CancelKey(key)
}

// TestCancelRouter: a request that arrives at another server than the statement
// runs on.
func TestCancelRouter(t *testing.T) {
	t.Parallel()
	r := &router{servers: map[int32]*wire.Server{}}
	f := &fake{started: make(chan struct{})}
	one := &wire.Server{Handler: f, CancelRouter: r}
	addr, other := serve(t, one), serve(t, &wire.Server{CancelRouter: r})
	c, err := client.Dial(t.Context(), addr, client.Config{User: "test", Redial: func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", other)
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if pid, _ := c.Key(); pid != 1001 || one.Conn(pid) == nil {
		t.Errorf("process ID %d", pid)
	}
	start(t, f, c, "wait")
	if err := c.Cancel(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantTrace(t, c.NetConn(), `E ERROR 57014 "canceling statement due to user request" ZI`)
}

// badRouter issues keys that cannot be.
type badRouter struct {
	router
	issue func(wire.CancelKey) (wire.CancelKey, error)
}

func (r *badRouter) Issue(_ *wire.Conn, key wire.CancelKey) (wire.CancelKey, error) {
	return r.issue(key)
}

func TestCancelRouterErrors(t *testing.T) {
	t.Parallel()
	for want, issue := range map[string]func(wire.CancelKey) (wire.CancelKey, error){
		`E FATAL XX000 "cancel key of another length" closed`: func(k wire.CancelKey) (wire.CancelKey, error) {
			k.Secret = nil
			return k, nil
		},
		`E FATAL 58000 "no router" closed`: func(k wire.CancelKey) (wire.CancelKey, error) {
			return k, wire.Errorf("58000", "no router")
		},
	} {
		got := exchange(t, dial(t, serve(t, &wire.Server{CancelRouter: &badRouter{issue: issue}})), login())
		if !strings.HasSuffix(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestPeerCred: who is at the other end of a Unix socket.
func TestPeerCred(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "wire") // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	var cred wire.PeerCred
	var ok bool
	s := &wire.Server{Handler: &fake{}, Auth: authFunc(func(x *wire.Exchange) error {
		cred, ok = x.PeerCred()
		return nil
	})}
	done := make(chan error)
	go func() { done <- s.Serve(l) }()
	c, err := client.Dial(t.Context(), l.Addr().String(), client.Config{User: "u"})
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	s.Close()
	<-done
	if !ok && runtime.GOOS != "linux" {
		t.Skip("the system does not say")
	}
	if cred != (wire.PeerCred{PID: os.Getpid(), UID: os.Getuid(), GID: os.Getgid()}) {
		t.Errorf("%+v", cred)
	}
}

// TestPeer: who comes over a Unix socket is whom the system says, or whom a map
// makes of that.
func TestPeer(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the system may not say who it is")
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "wire") // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	ids := make(chan wire.Identity, 1)
	s := &wire.Server{
		Auth: wire.Rules{
			{Users: []string{"mapped"}, Auth: wire.Peer(func(name, role string) bool { return name == me.Username && role == "mapped" })},
			{Auth: wire.Peer(nil)},
		},
		Handler: openFunc(func(c *wire.Conn) error {
			ids <- c.Identity()
			return errors.New("that is all")
		}),
		Log: slog.New(slog.DiscardHandler),
	}
	done := make(chan error)
	go func() { done <- s.Serve(l) }()
	for _, role := range []string{me.Username, "mapped"} {
		client.Dial(t.Context(), l.Addr().String(), client.Config{User: role})
		if id := <-ids; id != (wire.Identity{Role: role, Method: "peer", Name: me.Username}) {
			t.Errorf("%+v", id)
		}
	}
	_, err = client.Dial(t.Context(), l.Addr().String(), client.Config{User: me.Username + "2"})
	wantError(t, err, "FATAL", "28000")
	_, err = client.New(t.Context(), pipe(t, s, nil), client.Config{User: me.Username})
	wantError(t, err, "FATAL", "28000")
	s.Close()
	<-done
}

// TestSocketOptions: they are taken, and the connection works.
func TestSocketOptions(t *testing.T) {
	t.Parallel()
	var log buffer
	s := &wire.Server{
		KeepAlive:   net.KeepAliveConfig{Enable: true, Idle: time.Minute, Interval: time.Second, Count: 3},
		UserTimeout: time.Minute,
		Log:         slog.New(slog.NewTextHandler(&log, nil)),
	}
	c := connect(t, serve(t, s))
	if tag, err := c.Exec(t.Context(), "select 1 as a"); tag != "SELECT 1" {
		t.Error(tag, err)
	}
	if got := log.String(); runtime.GOOS == "linux" && got != "" {
		t.Error(got)
	}
}

// TestParseCache: what is parsed twice is parsed once, errors are not kept, and the
// text that was not used for longest goes.
func TestParseCache(t *testing.T) {
	t.Parallel()
	parsed := map[string]int{}
	cache := wire.NewParseCache(2, func(sql string) (*string, error) {
		parsed[sql]++
		if sql == "bad" {
			return nil, wire.Errorf("42601", "bad")
		}
		return &sql, nil
	})
	long := strings.Repeat("x", 20<<10)
	for _, sql := range []string{"a", "a", "b", "a", "c", "a", "b", "bad", "bad", long, long} {
		v, err := cache.Parse(sql)
		if (err == nil) != (sql != "bad") || err == nil && *v != sql {
			t.Errorf("%.10s: %v", sql, err)
		}
	}
	if got := fmt.Sprint(parsed["a"], parsed["b"], parsed["c"], parsed["bad"], parsed[long]); got != "1 2 1 2 2" {
		t.Error(got)
	}
}
