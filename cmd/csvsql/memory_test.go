package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// overBound says which child of a process has been larger than it may be, "" if
// none: more resident memory than its RLIMIT_DATA, and 512 MB for the program
// itself and what it shares with the parent. Without /proc, and for a child
// without a bound (-race), it says nothing.
func overBound(parent int) string {
	statuses, _ := filepath.Glob("/proc/[0-9]*/status")
	for _, path := range statuses {
		status, err := os.ReadFile(path)
		if err != nil || number(status, "PPid:") != int64(parent) {
			continue
		}
		limits, err := os.ReadFile(filepath.Join(filepath.Dir(path), "limits"))
		if err != nil {
			continue
		}
		bound, peak := number(limits, "Max data size"), number(status, "VmHWM:")<<10
		if bound > 0 && peak > bound+512<<20 {
			return fmt.Sprintf("%s has taken %d MB where %d MB are its bound", filepath.Dir(path), peak>>20, bound>>20)
		}
	}
	return ""
}

// number is the first number in the line that begins with a name, 0 if there is
// none.
func number(text []byte, name string) (n int64) {
	for scan := bufio.NewScanner(bytes.NewReader(text)); scan.Scan(); {
		if rest, ok := strings.CutPrefix(scan.Text(), name); ok {
			fmt.Sscan(rest, &n)
			return n
		}
	}
	return 0
}
