package pgvalue

import (
	"math"
	"time"
)

// Zone is a time zone that remembers what was looked up in it: the offset from
// Greenwich is the same for months or years at a time. It must not be used by
// two goroutines at once.
type Zone struct {
	loc  *time.Location
	last span
	near [16]span // further spans, by when they were looked up
}

// span is a period without a change of offset or name.
type span struct {
	from, until int64 // seconds since 1970; until is not in it
	offset      int   // seconds east
	name        string
	suffix      [9]byte // as in +05:21:10
	suffixLen   uint8
}

// NewZone makes a Zone of a location; nil is UTC.
func NewZone(loc *time.Location) *Zone {
	if loc == nil {
		loc = time.UTC
	}
	return &Zone{loc: loc}
}

// Location is the location that the zone was made of.
func (z *Zone) Location() *time.Location { return z.loc }

// at returns the span that holds a moment, in seconds since 1970.
func (z *Zone) at(sec int64) *span {
	if s := &z.last; sec >= s.from && sec < s.until {
		return s
	}
	// Timestamps of a year or two alternate between its spans; each part of the
	// year has its place among near.
	s := &z.near[uint64(sec)>>22%uint64(len(z.near))]
	if sec < s.from || sec >= s.until {
		*s = z.lookup(sec)
	}
	z.last = *s
	return &z.last
}

func (z *Zone) lookup(sec int64) span {
	t := time.Unix(sec, 0).In(z.loc)
	start, end := t.ZoneBounds()
	s := span{from: math.MinInt64, until: math.MaxInt64}
	if !start.IsZero() {
		s.from = start.Unix()
	}
	if !end.IsZero() {
		s.until = end.Unix()
	}
	s.name, s.offset = t.Zone()
	s.suffixLen = uint8(len(appendOffset(s.suffix[:0], s.offset, false)))
	return s
}

// offsetOfLocal returns the offset in force at a local time, given in seconds
// since 1970 as if it were UTC. A local time that a change of the clock skips or
// repeats is read with the standard time, as PostgreSQL reads it.
func (z *Zone) offsetOfLocal(local int64) int {
	before := z.at(local - secondsPerDay).offset
	after := z.at(local + secondsPerDay).offset
	if before == after {
		return z.at(local - int64(before)).offset
	}
	// The change is within two days. Where both or neither offset fit, local
	// lies in the overlap or in the gap.
	fitsBefore := z.at(local-int64(before)).offset == before
	fitsAfter := z.at(local-int64(after)).offset == after
	switch {
	case fitsBefore && !fitsAfter:
		return before
	case fitsAfter && !fitsBefore:
		return after
	}
	return min(before, after)
}
