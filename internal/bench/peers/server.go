package main

import (
	"net"
	"runtime"
	"strings"
	"time"
)

// server is one that is compared. All answer the same three queries: SELECT 1, ROWS
// and MALLOCS.
type server struct {
	name  string
	serve func(net.Listener) error
}

func servers() []server {
	return []server{
		{"wire", serveWire},
		{"psql-wire", servePsqlWire},
		{"pgproto3", servePgproto3},
	}
}

const (
	one     = "SELECT 1"
	rows    = "ROWS"
	mallocs = "MALLOCS" // how many objects the process has allocated

	rowCount = 5000
)

// row is one of the rows of ROWS.
type row struct {
	a, b, c int32
	at      time.Time
	f       float64
	text    string
}

// data are the rows, made once.
func data() []row {
	text := strings.Repeat("All work and no play makes Jack a dull boy. ", 11)[:450]
	all := make([]row, rowCount)
	for i := range all {
		all[i] = row{
			a: int32(i), b: int32(i * 7), c: int32(-i),
			at:   time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC),
			f:    float64(i) / 8,
			text: text,
		}
	}
	return all
}

func countMallocs() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Mallocs)
}
