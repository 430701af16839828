package pgvalue

import (
	"strings"
	"time"
)

// offsetNamed finds the offset that a zone name or abbreviation means at a local
// time, given in seconds since 1970 as if it were UTC.
func offsetNamed(name string, local int64, session *Zone) (offset int, ok bool) {
	if offset, ok := knownAbbreviation(name); ok {
		return offset, true
	}
	for _, at := range []int64{local, local - 183*secondsPerDay, local + 183*secondsPerDay} {
		if in := session.at(at); strings.EqualFold(in.name, name) {
			return in.offset, true
		}
	}
	for _, spelled := range []string{name, strings.ToUpper(name), capitalize(name)} {
		if loc, err := time.LoadLocation(spelled); err == nil {
			return NewZone(loc).offsetOfLocal(local), true
		}
	}
	return 0, false
}

// capitalize spells the name of a zone as that of its file, America/New_York,
// which PostgreSQL takes in any case.
func capitalize(name string) string {
	b := []byte(strings.ToLower(name))
	for i, c := range b {
		if isLetter(c) && (i == 0 || !isLetter(b[i-1])) {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// knownAbbreviation knows the commonest of the abbreviations that PostgreSQL reads
// whatever the time zone of the session.
func knownAbbreviation(name string) (offset int, ok bool) {
	const hour = 3600
	switch strings.ToUpper(name) {
	case "UTC", "GMT", "UT", "ZULU", "WET":
		return 0, true
	case "CET", "BST", "WEST":
		return hour, true
	case "EET", "CEST":
		return 2 * hour, true
	case "MSK", "EEST":
		return 3 * hour, true
	case "JST":
		return 9 * hour, true
	case "EDT":
		return -4 * hour, true
	case "EST", "CDT":
		return -5 * hour, true
	case "CST", "MDT":
		return -6 * hour, true
	case "MST", "PDT":
		return -7 * hour, true
	case "PST":
		return -8 * hour, true
	}
	return 0, false
}
