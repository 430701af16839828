package wire

import (
	"errors"
	"reflect"
	"testing"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		sql  string
		want []Part
	}{
		{"", nil},
		{" ;; -- a;\n/* ; */ ;", nil},
		{"select 1", []Part{{"select 1", 0}}},
		{" select ';' ; select \"a;\" -- ;\n", []Part{{"select ';'", 1}, {`select "a;"`, 14}}},
		{"select $$;$$;select E'\\';';", []Part{{"select $$;$$", 0}, {"select E'\\';'", 13}}},
		{"create rule r as on insert to t do (a; b); c", []Part{{"create rule r as on insert to t do (a; b)", 0}, {"c", 43}}},
		{"select (1; select 2", []Part{{"select (1; select 2", 0}}},
		{"select 1); select 2", []Part{{"select 1)", 0}, {"select 2", 11}}},
		{
			"create or replace function f() returns int begin atomic select 1; select case when a then 1 end; end; select 2",
			[]Part{{"create or replace function f() returns int begin atomic select 1; select case when a then 1 end; end", 0}, {"select 2", 102}},
		},
		{"create procedure p() begin atomic; end; x", []Part{{"create procedure p() begin atomic; end", 0}, {"x", 40}}},
		{"create function f(a) as case when a then 1 end; x", []Part{{"create function f(a) as case when a then 1 end", 0}, {"x", 48}}},
		{"create table function (a int); begin; x", []Part{{"create table function (a int)", 0}, {"begin", 31}, {"x", 38}}},
		{"begin; atomic; end", []Part{{"begin", 0}, {"atomic", 7}, {"end", 15}}},
	}
	for _, test := range tests {
		if got, err := Split(test.sql); err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q:\n got %+v, %v\nwant %+v", test.sql, got, err, test.want)
		}
	}
}

func TestSplitError(t *testing.T) {
	t.Parallel()
	_, err := Split("select 'é'; select 'abc")
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v", err)
	}
	want := Error{Severity: "ERROR", Code: "42601", Message: `unterminated quoted string at or near "'abc"`, Position: 20}
	if *e != want {
		t.Errorf("got %+v, want %+v", *e, want)
	}
}
