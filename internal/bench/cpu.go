package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"time"
)

// tick is the unit of the times in /proc (proc_pid_stat(5)); Linux shows all
// programs this one.
const tick = 10 * time.Millisecond

// treeCPU is the processor time of a process and those that descend from it, also
// of those that have ended. Where there is no /proc it is 0.
func treeCPU(pid int) time.Duration {
	below, _ := descendants(pid)
	total := cpu(pid)
	for _, p := range below {
		total += cpu(p)
	}
	return total
}

func cpu(pid int) (total time.Duration) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// The second field, a name in brackets, may hold anything. utime is the
	// fourteenth, and stime and those of children behind it.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	for i := 11; i < min(15, len(fields)); i++ {
		n, err := strconv.ParseInt(string(fields[i]), 10, 64)
		if err != nil {
			return 0
		}
		total += time.Duration(n) * tick
	}
	return total
}

// on measures a case on a server, and the processor time that the server takes.
func (b benchmark) on(ctx context.Context, s *server) (sample, error) {
	before := treeCPU(s.pid)
	got, err := b.measure(ctx, s, b.sqlFor(s))
	got.cpu = treeCPU(s.pid) - before
	return got, err
}

// cpuRatio is the second server's processor time for the same work, the first's
// being 1; empty if it is too short to be told.
func cpuRatio(first, second []sample) string {
	a, b := medianCPU(first), medianCPU(second)
	if a < 10*tick {
		return ""
	}
	return fmt.Sprintf("%.2f", b.Seconds()/a.Seconds())
}

func medianCPU(samples []sample) time.Duration {
	var times []time.Duration
	for _, s := range samples {
		times = append(times, s.cpu)
	}
	return median(times)
}
