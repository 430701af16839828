package worker

// Stats are counts of an engine's processes, from its Start on unless they say
// "now".
type Stats struct {
	Starts   int64 // processes that were started
	Deaths   int64 // that ended without being asked to
	Kills    int64 // of these deaths, those that the server caused; the log has the reasons
	Broken   int64 // statements that were running when their process died
	Sessions int   // now
	Rings    int   // of shared memory, in use now
	Results  int64 // that came through a ring, being large
	Bytes    int64 // of them
}

// Reporter is the engine that Start returns, as one that counts.
type Reporter interface{ Stats() Stats }
