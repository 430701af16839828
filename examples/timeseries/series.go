package main

import (
	"math"
	"slices"
	"strings"
	"time"
)

// series are the values of one metric under one set of labels.
type series struct {
	metric string
	labels map[string]string
	values []float64 // one for each interval from the start on
}

const interval = 15 * time.Second

func startTime() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

// sample makes an hour of data that is the same each time.
func sample() []series {
	var all []series
	for i, host := range []string{"anna", "bert", "cleo", "dora"} {
		labels := map[string]string{"host": host, "dc": []string{"north", "south"}[i%2]}
		cpu := series{metric: "cpu", labels: labels}
		requests := series{metric: "requests", labels: labels}
		for n := range int(time.Hour / interval) {
			wave := math.Sin(float64(n)/20 + float64(i))
			cpu.values = append(cpu.values, math.Round(50+10*float64(i)+15*wave))
			requests.values = append(requests.values, float64(100*(i+1)+n%4))
		}
		all = append(all, cpu, requests)
	}
	return all
}

// point is one row of an answer.
type point struct {
	time   time.Time
	labels []string
	value  float64
}

// evaluate answers q. Points are in the order of their labels, then of time.
func evaluate(q query, all []series) []point {
	type key struct {
		labels string
		step   int64
	}
	groups := map[key]*group{}
	for _, s := range all {
		if s.metric != q.metric || !s.has(q.match) {
			continue
		}
		labels := make([]string, len(q.by))
		for i, name := range q.by {
			labels[i] = s.labels[name]
		}
		for n, value := range s.values {
			k := key{strings.Join(labels, "\x00"), int64(time.Duration(n) * interval / q.step)}
			if groups[k] == nil {
				at := startTime().Add(time.Duration(k.step) * q.step)
				groups[k] = &group{point: point{time: at, labels: labels}, least: value, most: value}
			}
			groups[k].add(value)
		}
	}
	var points []point
	for _, g := range groups {
		g.value = g.result(q.function)
		points = append(points, g.point)
	}
	slices.SortFunc(points, func(a, b point) int {
		if c := slices.Compare(a.labels, b.labels); c != 0 {
			return c
		}
		return a.time.Compare(b.time)
	})
	return points
}

func (s series) has(match map[string]string) bool {
	for name, value := range match {
		if s.labels[name] != value {
			return false
		}
	}
	return true
}

// group is what is known of the values that make a point.
type group struct {
	point
	count, sum, least, most float64
}

func (g *group) add(v float64) {
	g.count++
	g.sum += v
	g.least, g.most = min(g.least, v), max(g.most, v)
}

func (g *group) result(function string) float64 {
	switch function {
	case "avg":
		return g.sum / g.count
	case "sum":
		return g.sum
	case "min":
		return g.least
	case "max":
		return g.most
	default:
		return g.count
	}
}
