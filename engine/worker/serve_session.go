//go:build linux

package worker

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/worker/frame"
)

// servedSession is the worker's side of a session. One goroutine reads its
// requests and does them, in order; each open result that is being fetched has
// one that pumps its rows. use is what makes them one user of the engine's
// session.
type servedSession struct {
	server  *server
	channel *channel
	number  uint32
	version atomic.Uint64

	use     sync.Mutex
	engine  engine.Session
	current uint32 // the request in whose name the engine is used: for notices

	// Of the goroutine that reads the requests.
	enc        encoder
	writer     frame.Writer
	statements map[uint32]*servedStatement

	mu       sync.Mutex
	results  map[uint32]*servedResult
	running  map[uint32]context.CancelFunc
	canceled map[uint32]struct{} // before they began
	begun    uint32              // the last request that did
	over     bool
}

type servedStatement struct {
	engine.Statement
	args *arrow.Schema // of the last arguments
}

func newServedSession(s *server, c *channel, number uint32) *servedSession {
	return &servedSession{
		server:     s,
		channel:    c,
		number:     number,
		statements: map[uint32]*servedStatement{},
		results:    map[uint32]*servedResult{},
		running:    map[uint32]context.CancelFunc{},
		canceled:   map[uint32]struct{}{},
	}
}

// serve serves requests until the parent closes the session or is gone.
func (s *servedSession) serve(o sessionOptions) {
	defer s.channel.close()
	ctx, end := s.beginRequest(0)
	session, err := s.server.engine.Open(ctx, engine.SessionOptions{User: o.User, Database: o.Database, Host: s})
	end()
	if err != nil {
		s.fail(0, err)
		return
	}
	s.engine = session
	defer s.close()
	transactor := byte(0)
	if _, ok := session.(engine.Transactor); ok {
		transactor = 1
	}
	s.version.Store(session.Version())
	s.answer(done, 0)
	s.enc.byte(transactor)
	s.flush()
	for {
		m, err := s.channel.receive()
		if err != nil || s.do(m) != nil {
			return
		}
	}
}

// close ends what is open.
func (s *servedSession) close() {
	s.mu.Lock()
	s.over = true
	for _, cancel := range s.running {
		cancel()
	}
	s.mu.Unlock()
	for r := s.takeAnyResult(); r != nil; r = s.takeAnyResult() {
		r.end()
		s.server.dropRing(r.ringID)
	}
	s.lock(0)
	s.engine.Close(context.Background())
	s.unlock()
}

// Notice implements [engine.Host].
func (s *servedSession) Notice(n engine.Notice) {
	var e encoder
	e.start(notice, s.current, s.version.Load())
	e.json(n)
	s.channel.send(e.finish(), -1)
}

// lock makes the caller the user of the engine's session, for a request.
func (s *servedSession) lock(request uint32) {
	s.use.Lock()
	s.current = request
}

func (s *servedSession) unlock() {
	s.version.Store(s.engine.Version())
	s.use.Unlock()
}

// beginRequest makes the context of a request. end forgets it.
func (s *servedSession) beginRequest(id uint32) (ctx context.Context, end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[id] = cancel
	s.begun = max(s.begun, id)
	if _, ok := s.canceled[id]; ok || s.over {
		delete(s.canceled, id)
		cancel()
	}
	return ctx, func() {
		s.mu.Lock()
		delete(s.running, id)
		s.mu.Unlock()
		cancel()
	}
}

// cancel cancels a request, also one that has not been read yet: cancellations
// come by another socket.
func (s *servedSession) cancel(id uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel := s.running[id]; cancel != nil {
		cancel()
	} else if id > s.begun {
		s.canceled[id] = struct{}{}
	}
}

// errSessionOver ends serve.
var errSessionOver = errors.New("the session is closed")

// do does what a message asks for. An error ends the session.
func (s *servedSession) do(m message) error {
	d := decoder{b: m.body}
	switch m.kind {
	case slotFree:
		if r := s.result(m.request); r != nil {
			r.freed(d.u32())
		}
		return d.err
	case closeResult:
		if r := s.takeResult(m.request); r != nil {
			r.end()
		}
		s.server.dropRing(d.u32())
		return d.err
	case fetch:
		r := s.result(m.request)
		if r == nil {
			return errMalformed
		}
		return r.fetch(d.u32(), m.fd)
	case rows, rowsEnd:
		return nil // the insert has failed meanwhile
	}
	if err := s.closeStatements(&d); err != nil {
		return err
	}
	ctx, end := s.beginRequest(m.request)
	if m.kind == execute {
		return s.execute(ctx, end, m.request, &d)
	}
	defer end()
	err := s.request(ctx, m, &d)
	switch {
	case d.err != nil:
		return d.err
	case err == errSessionOver:
		return err
	case err != nil:
		return s.fail(m.request, err)
	}
	return s.flush()
}

// request does a request and encodes its answer.
func (s *servedSession) request(ctx context.Context, m message, d *decoder) (err error) {
	switch m.kind {
	case prepare:
		return s.prepare(ctx, m.request, d)
	case load:
		var spec engine.LoadSpec
		if d.json(&spec); d.err != nil {
			return d.err
		}
		s.lock(m.request)
		t, err := s.engine.Load(ctx, spec)
		s.unlock()
		s.answer(done, m.request)
		encodeTables(&s.enc, []engine.Table{t})
		return err
	case insert:
		return s.insert(ctx, m.request, d)
	case tables:
		return s.tables(ctx, m.request, d)
	case publish:
		return s.publish(ctx, m.request, d)
	case objects:
		return s.objects(ctx, m.request)
	case closeSession:
		s.close()
		s.answer(done, m.request)
		return errors.Join(errSessionOver, s.flush())
	}
	s.lock(m.request)
	switch m.kind {
	case set:
		err = s.engine.Set(ctx, d.text(), d.text())
	case begin:
		var o engine.TxOptions
		if d.json(&o); d.err == nil {
			err = s.transactor().Begin(ctx, o)
		}
	case commit:
		err = s.transactor().Commit(ctx)
	case rollback:
		err = s.transactor().Rollback(ctx)
	default:
		d.fail("kind %d on a session's socket", m.kind)
	}
	s.unlock()
	s.answer(done, m.request)
	return err
}

// transactor is the session as one that has transactions; the parent knows
// whether it is.
func (s *servedSession) transactor() engine.Transactor { return s.engine.(engine.Transactor) }

func (s *servedSession) tables(ctx context.Context, request uint32, d *decoder) error {
	var f engine.TableFilter
	if d.json(&f); d.err != nil {
		return d.err
	}
	var all []engine.Table
	s.lock(request)
	defer s.unlock()
	for t, err := range s.engine.Tables(ctx, f) {
		if err != nil {
			return err
		}
		all = append(all, t)
	}
	s.answer(done, request)
	encodeTables(&s.enc, all)
	return nil
}

func (s *servedSession) closeStatements(d *decoder) error {
	n := d.u32()
	for range n {
		id := d.u32()
		if st := s.statements[id]; st != nil {
			s.lock(0)
			st.Close(context.Background())
			s.unlock()
			delete(s.statements, id)
		}
		if d.err != nil {
			break
		}
	}
	return d.err
}

func (s *servedSession) prepare(ctx context.Context, request uint32, d *decoder) error {
	id, sql, declared := d.u32(), d.text(), decodeTypes(d)
	if d.err != nil {
		return d.err
	}
	s.lock(request)
	st, err := s.engine.Prepare(ctx, sql, declared)
	s.unlock()
	if err != nil {
		return err
	}
	s.statements[id] = &servedStatement{Statement: st}
	s.answer(done, request)
	s.enc.byte(byte(st.Kind()))
	s.enc.bool(st.Reusable())
	encodeTypes(&s.enc, st.Params())
	encodeSchema(&s.enc, st.Schema())
	return nil
}

// arguments reads the arguments of a statement, which the caller releases.
func (st *servedStatement) arguments(d *decoder) arrow.RecordBatch {
	form := argsForm(d.byte())
	if form == noArgs {
		return nil
	}
	if form == typedArgs {
		schema, rest, err := frame.ReadSchema(d.b)
		if err != nil {
			d.fail("%v", err)
			return nil
		}
		st.args, d.b = schema, rest
	}
	if st.args == nil {
		d.fail("arguments of no type")
		return nil
	}
	b, _, err := frame.Read(st.args, memory.NewBufferBytes(append([]byte(nil), d.rest()...)))
	if err != nil {
		d.fail("%v", err)
	}
	return b
}

// addResult keeps a result that is open.
func (s *servedSession) addResult(r *servedResult) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.results[r.id] = r
}

// result is the open result of a request, or nil.
func (s *servedSession) result(id uint32) *servedResult {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.results[id]
}

// takeResult is result for whoever ends it: nobody else gets it any more.
func (s *servedSession) takeResult(id uint32) *servedResult {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.results[id]
	delete(s.results, id)
	return r
}

func (s *servedSession) takeAnyResult() *servedResult {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, r := range s.results {
		delete(s.results, id)
		return r
	}
	return nil
}

// answer starts an answer.
func (s *servedSession) answer(k kind, request uint32) { s.enc.start(k, request, s.version.Load()) }

// flush sends the answer.
func (s *servedSession) flush() error {
	err := s.channel.send(s.enc.finish(), -1)
	if cap(s.enc.b) > packetSize {
		s.enc.b = nil
	}
	return err
}

// fail answers with an error.
func (s *servedSession) fail(request uint32, err error) error {
	s.answer(failed, request)
	s.enc.error(err)
	return s.flush()
}
