package worker

import "sync/atomic"

// Stats are counts of the processes of engines, of all that there have been unless
// they say "now".
type Stats struct {
	Starts    int64 // processes that were started
	Deaths    int64 // that ended without being asked to
	Kills     int64 // of these deaths, those that the server caused; the log has the reasons
	Broken    int64 // statements that were running when their process died
	Processes int   // now
	Sessions  int   // now
	Rings     int   // of shared memory, in use now
	Results   int64 // that came through a ring, being large
	Bytes     int64 // of them
}

// Counts is where engines count. The zero Counts is ready; several engines may have
// the same.
type Counts struct {
	starts, deaths, kills, broken atomic.Int64
	processes, sessions, rings    atomic.Int64
	results, bytes                atomic.Int64
}

// Stats returns the counts as they are now.
func (c *Counts) Stats() Stats {
	return Stats{
		Starts: c.starts.Load(), Deaths: c.deaths.Load(), Kills: c.kills.Load(), Broken: c.broken.Load(),
		Processes: int(c.processes.Load()), Sessions: int(c.sessions.Load()), Rings: int(c.rings.Load()),
		Results: c.results.Load(), Bytes: c.bytes.Load(),
	}
}
