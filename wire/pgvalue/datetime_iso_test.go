package pgvalue

import (
	"bytes"
	"testing"
)

// TestISOIsWhatTheReaderReads compares the short way with the general reader, for
// every day of some years and for what only looks like a date.
func TestISOIsWhatTheReaderReads(t *testing.T) {
	t.Parallel()
	texts := [][]byte{}
	for days := -719162; days < -718000; days++ {
		texts = append(texts, AppendDate(nil, int32(days), DateStyle{}))
	}
	for days := 10_000; days < 13_000; days++ {
		texts = append(texts, AppendDate(nil, int32(days), DateStyle{}))
	}
	for _, s := range []string{
		"2020-02-30", "2019-02-29", "1900-02-29", "2000-02-29", "2020-13-01", "2020-00-01", "2020-01-00", "2020-01-32", "0000-01-01",
		"2020-1-01x", "2020-01-1x", "20a0-01-01", "2020/01/01", "99-99-9999", "9999-12-31",
	} {
		texts = append(texts, []byte(s))
	}
	for _, text := range texts {
		if days, ok := parseISODate(text); ok {
			m, err := readStamp(text, MDY, "date")
			if err != nil || m.date.days() != days {
				t.Errorf("%s: %d, and %d: %v", text, days, m.date.days(), err)
			}
		} else if len(text) == 10 && text[0] != '0' && bytes.Count(text, []byte("-")) == 2 && len(bytes.Trim(text, "0123456789-")) == 0 {
			if _, err := readStamp(text, YMD, "date"); err == nil && text[4] == '-' {
				t.Errorf("%s is not read the short way", text)
			}
		}
	}
	for _, s := range []string{
		"2020-02-29 12:34:56", "2020-02-29T12:34:56", "2020-02-29 12:34:56.7", "2020-02-29 12:34:56.789012", "2020-02-29 00:00:00.000001",
		"2020-02-29 23:59:59.999999", "1969-12-31 23:59:59.9", "2020-02-29 24:00:00", "2020-02-29 12:34:60", "2020-02-29 12:34:56.", "2020-02-29 12:34:56,5",
		"2020-02-29 12:34:56+01", "2020-02-29 12:34", "2020-02-30 12:34:56", "2020-02-29 12:34:56 BC",
	} {
		us, ok := parseISOTimestamp([]byte(s))
		if !ok {
			continue
		}
		m, err := readStamp([]byte(s), MDY, "timestamp")
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		if want, err := m.timestamp(0, "timestamp", []byte(s)); err != nil || us != want {
			t.Errorf("%s: %d, and %d: %v", s, us, want, err)
		}
	}
	for _, s := range []string{
		"2020-02-29 12:34:56+00", "2020-02-29 12:34:56.5-05", "2020-02-29T12:34:56+15", "2020-02-29 12:34:56+16", "2020-02-29 12:34:56.+01",
		"2020-02-29 12:34:56.123456-03", "2020-02-29 12:34:56+0530",
	} {
		us, ok := parseISOTimestamptz([]byte(s))
		if !ok {
			continue
		}
		m, err := readStamp([]byte(s), MDY, "timestamptz")
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		if want, err := m.timestamp(m.zone, "timestamptz", []byte(s)); err != nil || us != want {
			t.Errorf("%s: %d, and %d: %v", s, us, want, err)
		}
	}
}
