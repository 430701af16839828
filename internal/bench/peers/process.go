package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// process is a running server.
type process struct {
	name string
	addr string
	cmd  *exec.Cmd
}

// startServer starts this program as the server of that name.
func startServer(name string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "-serve", name)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{name: name, cmd: cmd}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("%s did not start: %w", name, err)
	}
	p.addr = strings.TrimSpace(line)
	return p, nil
}

// startAll starts each server there is.
func startAll() (all []*process, stop func(), err error) {
	stop = func() {
		for _, p := range all {
			p.stop()
		}
	}
	for _, s := range servers() {
		p, err := startServer(s.name)
		if err != nil {
			stop()
			return nil, nil, err
		}
		all = append(all, p)
	}
	return all, stop, nil
}

func (p *process) stop() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// rss is the memory of the process that is resident, in bytes.
func (p *process) rss() (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("process %d: no VmRSS", p.cmd.Process.Pid)
}

// cpu is the processor time that the process has used. The kernel counts in
// hundredths of a second.
func (p *process) cpu() (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	// pid (name) state ppid ...; utime and stime are fields 14 and 15 of all.
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("process %d: short stat", p.cmd.Process.Pid)
	}
	user, err := strconv.ParseInt(fields[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond, err
}
