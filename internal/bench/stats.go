package main

import (
	"slices"
	"time"
)

// interleave runs each of the functions once, then each again, and so on, and
// returns the samples of each, without the first, which warms up.
func interleave(repeats int, fs ...func() (sample, error)) ([][]sample, error) {
	samples := make([][]sample, len(fs))
	for run := range repeats {
		for i, f := range fs {
			s, err := f()
			if err != nil {
				return nil, err
			}
			if run > 0 {
				samples[i] = append(samples[i], s)
			}
		}
	}
	return samples, nil
}

// summary of several samples of one thing.
type summary struct {
	median time.Duration
	spread float64 // from the fastest to the slowest, as a part of the median
}

func summarize(samples []sample) summary {
	var times []time.Duration
	for _, s := range samples {
		times = append(times, s.time)
	}
	m := median(times)
	return summary{m, float64(slices.Max(times)-slices.Min(times)) / float64(max(m, 1))}
}

// median of at least one duration; of an even number the mean of the middle two.
func median(times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// round leaves three digits or so.
func round(d time.Duration) time.Duration {
	switch {
	case d > time.Second:
		return d.Round(10 * time.Millisecond)
	case d > time.Millisecond:
		return d.Round(10 * time.Microsecond)
	}
	return d.Round(100 * time.Nanosecond)
}
