package enginetest

import (
	"testing"

	"github.com/csvsql/csvsql/engine"
)

func testCurrentUser(t *testing.T, f *fixture) {
	s := f.session(t)
	expect(t, s, "SELECT current_user, session_user, current_database(), current_catalog, current_schema(), current_schema",
		"alice,alice,sales,sales,public,public")
	if got := query(t, s, "SELECT version()"); len(got[0]) < 13 || got[0][:13] != "PostgreSQL 15" {
		t.Errorf("version() is %q", got)
	}
	odd, err := f.engine.Open(t.Context(), engine.SessionOptions{User: `o'brien"`, Database: "';--"})
	if err != nil {
		t.Fatal(err)
	}
	defer odd.Close(t.Context())
	expect(t, odd, "SELECT current_user, current_database()", `o'brien",';--`)
	// Sessions do not see each other's names.
	expect(t, s, "SELECT current_user", "alice")
}

func testSet(t *testing.T, f *fixture) {
	s, other := f.session(t), f.session(t)
	hour := "SELECT extract(hour FROM CAST('2020-01-01 12:00:00+00' AS timestamptz))"
	for _, c := range []struct{ zone, want string }{{"UTC", "12"}, {"Asia/Tokyo", "21"}, {"America/New_York", "7"}} {
		if err := s.Set(t.Context(), "TimeZone", c.zone); err != nil {
			t.Fatal(err)
		}
		expect(t, s, hour, c.want)
	}
	if err := other.Set(t.Context(), "timezone", "UTC"); err != nil {
		t.Fatal(err)
	}
	expect(t, other, hour, "12")
	expect(t, s, hour, "7")
	expectCode(t, s.Set(t.Context(), "timezone", "Nowhere/At 'all"), "22023")
	expectCode(t, s.Set(t.Context(), "nope", "1"), "42704")
	expect(t, s, hour, "7")

	exec(t, s, "CREATE SCHEMA other")
	exec(t, s, "CREATE TABLE t AS SELECT 'public' AS place")
	exec(t, s, "CREATE TABLE other.t AS SELECT 'other' AS place")
	for _, c := range []struct{ path, want string }{
		{"other", "other"},
		{`"$user", public, other`, "public"},
		{`nope, "other", public`, "other"},
		{"PUBLIC", "public"},
	} {
		if err := s.Set(t.Context(), "search_path", c.path); err != nil {
			t.Fatal(err)
		}
		expect(t, s, "SELECT place FROM t", c.want)
	}
	if err := s.Set(t.Context(), "search_path", "nope"); err != nil {
		t.Fatal(err)
	}
	expectCode(t, try(t.Context(), s, "SELECT place FROM t"), "42P01")
	expectCode(t, s.Set(t.Context(), "search_path", `"open`), "22023")
}
