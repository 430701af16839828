//go:build race

package duckdb_test

// raceDetector keeps several times the memory of what it watches.
const raceDetector = true
