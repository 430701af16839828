package pgfunc

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/pgfunc/template"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// TestFromTemplate holds to_date, to_timestamp and to_number to what PostgreSQL 15
// answered: lines of a function, a text, a template, and = before the result or !
// before the SQLSTATE.
func TestFromTemplate(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/from_template.txt")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for i := range f[1:] {
			if f[i+1], err = strconv.Unquote(f[i+1]); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		got, err := readAnswer(f[0], f[1], f[2])
		if err != nil {
			got = "!" + withCode(err).(*engine.Error).Code
		}
		if checked++; got != f[3] {
			t.Errorf("%s(%q, %q) is %s, want %s", f[0], f[1], f[2], got, f[3])
		}
	}
	if checked < 400 {
		t.Errorf("only %d lines", checked)
	}
}

func readAnswer(function, s, form string) (string, error) {
	if function == "to_number" {
		n, err := template.ParseNumber(form)
		if err != nil {
			return "", err
		}
		number, err := n.Read(s)
		if err != nil {
			return "", err
		}
		d, err := pgvalue.ParseNumeric([]byte(number))
		if err != nil {
			return "", engine.Errorf("22P02", "%w", err)
		}
		return "=" + string(pgvalue.AppendDecimal(nil, d)), nil
	}
	r, err := template.ParseDatetime(form).Read(s)
	if err != nil {
		return "", err
	}
	if function == "to_date" {
		day, err := dateOf(r, s)
		if err != nil {
			return "", err
		}
		return "=" + string(pgvalue.AppendDate(nil, int32(day.(arrow.Date32)), pgvalue.DateStyle{})), nil
	}
	moment, err := momentOf(r, time.UTC)
	if err != nil {
		return "", err
	}
	micros := int64(moment.(arrow.Timestamp))
	return "=" + string(pgvalue.AppendTimestamptz(nil, micros, pgvalue.DateStyle{}, pgvalue.NewZone(nil))), nil
}

// TestOffsetAt: local times that clocks skip, or show twice.
func TestOffsetAt(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip("no zones: ", err)
	}
	for local, hours := range map[string]int{
		"2020-03-08T01:59:59Z": -5, "2020-03-08T02:30:00Z": -5, "2020-03-08T03:00:00Z": -4,
		"2020-11-01T00:30:00Z": -4, "2020-11-01T01:30:00Z": -5, "2020-11-01T02:00:00Z": -5,
	} {
		at, err := time.Parse(time.RFC3339, local)
		if err != nil {
			t.Fatal(err)
		}
		if got := offsetAt(at, zone) / 3600; got != hours {
			t.Errorf("at %s the offset is %d hours, want %d", local, got, hours)
		}
	}
}
