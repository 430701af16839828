package sandbox

import (
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// MachineMemory is the memory of this machine, or of the control group that this
// process is in, in bytes; 0 if neither can be told.
func MachineMemory() int64 {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return 0
	}
	total := int64(info.Totalram) * int64(info.Unit)
	for _, dir := range controlGroups() {
		limit, err := os.ReadFile(path.Join("/sys/fs/cgroup", dir, "memory.max"))
		if err != nil {
			continue
		}
		if n, err := strconv.ParseInt(strings.TrimSpace(string(limit)), 10, 64); err == nil { // else it is "max"
			total = min(total, n)
		}
	}
	return total
}

// controlGroups are the group of this process and those that hold it (cgroups(7),
// version 2).
func controlGroups() []string {
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(own)) {
		if dir, ok := strings.CutPrefix(strings.TrimSpace(line), "0::"); ok {
			groups := []string{dir}
			for dir != "/" && dir != "." {
				dir = path.Dir(dir)
				groups = append(groups, dir)
			}
			return groups
		}
	}
	return nil
}
