//go:build linux

package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/worker/sandbox"
)

// processVariable is set in the environment of a worker, and of nothing else.
const processVariable = "CSVSQL_ENGINE_PROCESS"

// controlFD is the worker's descriptor of the control socket.
const controlFD = 3

// greeting is what a worker says when it is ready.
type greeting struct {
	Info    engine.Info
	Sandbox sandbox.Report // what holds
}

// process is one worker, from its start to its end.
type process struct {
	generation uint64 // counts the processes of an Engine, from 1
	cmd        *exec.Cmd
	stop       func() error // ends it at once
	control    *channel
	started    time.Time
	patience   time.Duration // for it to read what it always has time for
	greeting   greeting
	rings      rings
	stderr     tail

	answered atomic.Bool // it has answered a session
	parted   atomic.Bool // it has closed its engine because it was told to
	dying    atomic.Bool // it was killed, or is known to have ended
	gone     chan struct{}
	exited   chan struct{} // closed after gone, when it has been reaped
	ended    error         // how; valid once exited is closed
	closed   chan error    // what shutting down came to
	probes   chan error    // what a probe came to

	mu       sync.Mutex
	sessions uint32 // the last one's number
	reason   string // why it was killed, if it was
}

// newProcess is a process that has not been started.
func newProcess(control *channel, c *Counts, generation uint64) *process {
	p := &process{
		generation: generation,
		control:    control,
		started:    time.Now(),
		patience:   30 * time.Second,
		gone:       make(chan struct{}),
		exited:     make(chan struct{}),
		closed:     make(chan error, 1),
		probes:     make(chan error, 1),
	}
	p.rings.make, p.rings.counts = newRing, c
	p.rings.drop = func(id uint32) { p.tell(dropRing, 0, func(e *encoder) { e.u32(id) }) }
	return p
}

// startProcess starts a worker and waits until it has opened its engine. If ctx
// is done first it is killed.
func startProcess(ctx context.Context, o Options, generation uint64) (*process, error) {
	ours, theirs, err := socketPair()
	if err != nil {
		return nil, err
	}
	control, err := newChannel(ours, maxFromWorker, false)
	if err != nil {
		unix.Close(theirs)
		return nil, err
	}
	p := newProcess(control, o.Counts, generation)
	if err := p.exec(theirs, o.Sandbox); err != nil {
		control.close()
		return nil, err
	}
	p.tell(hello, 0, func(e *encoder) { e.bytes(o.Config) })

	opened := make(chan error, 1)
	go p.listen(opened)
	select {
	case err = <-opened:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if err != nil {
		p.kill("it did not start")
		<-p.exited
		return nil, err
	}
	return p, nil
}

// exec executes this program again, in a sandbox. It does not look for it by its
// name: the file may have been replaced since.
func (p *process) exec(control int, spec sandbox.Spec) error {
	file := os.NewFile(uintptr(control), "worker socket")
	defer file.Close()
	prepared, err := sandbox.Prepare(spec)
	if err != nil {
		return fmt.Errorf("the engine's sandbox: %w", err)
	}
	defer prepared.Close()
	p.cmd = exec.Command("/proc/self/exe")
	p.cmd.Args = []string{os.Args[0], "(engine)"} // for those who look at a list of processes
	p.cmd.Env = append(sandbox.Environ(), processVariable+"=1")
	p.cmd.ExtraFiles = []*os.File{file}
	prepared.Attach(p.cmd)
	p.cmd.Stderr = &p.stderr
	// A ^C on the terminal is for the parent, which then ends the worker.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("starting the engine's process: %w", err)
	}
	p.stop = p.cmd.Process.Kill
	// When the machine runs out of memory the kernel is to end this one, and not
	// the server. Where that cannot be said it will most likely choose the same.
	os.WriteFile(fmt.Sprintf("/proc/%d/oom_score_adj", p.cmd.Process.Pid), []byte("500"), 0)
	return nil
}

// listen reads what the worker says about itself, until it is gone; then it
// reaps it.
func (p *process) listen(opened chan<- error) {
	err := p.hear(opened)
	if !errors.Is(err, io.EOF) && !errors.Is(err, errUnread) {
		p.kill(err.Error())
	}
	p.dying.Store(true)
	close(p.gone)
	// Its sockets close when it exits. If it closed them itself it has to go.
	p.stop()
	p.ended = p.cmd.Wait()
	p.control.close()
	p.rings.close()
	select {
	case opened <- fmt.Errorf("the engine's process ended when it started: %s", p.how()):
	default:
	}
	close(p.exited)
}

func (p *process) hear(opened chan<- error) error {
	for {
		m, err := p.control.receive()
		if err != nil {
			return err
		}
		switch m.kind {
		case ready:
			if err := json.Unmarshal(m.body, &p.greeting); err != nil {
				return errMalformed
			}
			notify(opened, nil)
		case fatal:
			notify(opened, parseError(m.body))
		case probed:
			notify(p.probes, optionalError(m.body))
		case shutDone:
			p.parted.Store(true)
			notify(p.closed, optionalError(m.body))
		default:
			return fmt.Errorf("%w: kind %d on the control socket", errMalformed, m.kind)
		}
	}
}

// notify sends what at most one waits for, and nobody if it comes twice.
func notify(c chan<- error, err error) {
	select {
	case c <- err:
	default:
	}
}

func optionalError(body []byte) error {
	if len(body) == 0 {
		return nil
	}
	return parseError(body)
}

// tell sends a message on the control socket. If it cannot be sent the process
// is gone, which its listener finds out.
func (p *process) tell(k kind, request uint32, body func(e *encoder)) {
	var e encoder
	e.start(k, request, 0)
	if body != nil {
		body(&e)
	}
	p.send(p.control, e.finish(), -1)
}

// send sends a message that a worker in order reads at once, whatever it is
// doing. One that does not is killed: else whoever sends would hang with it.
func (p *process) send(c *channel, m []byte, fd int) error {
	err := c.sendBefore(time.Now().Add(p.patience), m, fd)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		p.kill("it does not read what it is sent")
	}
	return err
}

// open opens a session: the socket through which it speaks, and its number.
func (p *process) open(o sessionOptions) (*channel, uint32, error) {
	ours, theirs, err := socketPair()
	if err != nil {
		return nil, 0, err
	}
	defer unix.Close(theirs)
	c, err := newChannel(ours, maxFromWorker, false)
	if err != nil {
		return nil, 0, err
	}
	p.mu.Lock()
	p.sessions++
	id := p.sessions
	p.mu.Unlock()
	var e encoder
	e.start(openSession, 0, 0)
	e.u32(id)
	e.json(o)
	if err := p.send(p.control, e.finish(), theirs); err != nil {
		c.close()
		return nil, 0, errUnread
	}
	return c, id, nil
}

// isGone says whether the process has ended or is about to.
func (p *process) isGone() bool { return p.dying.Load() }

// kill ends the process at once, if it has not ended. The first reason is kept
// for the log; "" is no reason but the conclusion that it must have ended.
func (p *process) kill(reason string) {
	p.dying.Store(true)
	p.mu.Lock()
	if p.reason == "" {
		p.reason = reason
	}
	p.mu.Unlock()
	p.stop()
}

// killed is why the process was killed, "" if it was not.
func (p *process) killed() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.reason
}

// how says how the process ended: by which signal, or with which exit code.
func (p *process) how() string {
	state := p.cmd.ProcessState
	if state == nil {
		return p.ended.Error()
	}
	text := state.String()
	if line := p.stderr.lastLine(); line != "" {
		text += ": " + line
	}
	return text
}

// tail keeps the last bytes that were written to it.
type tail struct {
	mu sync.Mutex
	b  []byte
}

const tailSize = 32 << 10

// Write implements [io.Writer].
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, b...)
	if over := len(t.b) - tailSize; over > 0 {
		t.b = append(t.b[:0], t.b[over:]...)
	}
	return len(b), nil
}

// lastLine is the first line of what a crash prints, or the last line.
func (t *tail) lastLine() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return lastLine(string(t.b))
}
