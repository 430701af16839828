package duckdb

import "testing"

// TestNewError: texts that are hard to provoke, and forms that are not JSON.
func TestNewError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, code, message string }{
		{`IO Error: Could not set lock on file "/x/y.db": Conflicting lock`, "58030", `Could not set lock on file "/x/y.db": Conflicting lock`},
		{`{"exception_type":"IO","exception_message":"Could not write file \"t\": No space left on device"}`, "53100", ""},
		{`{"exception_type":"Out of Memory","exception_message":"failed to offload data block of size 256.0 KiB (1 MiB/1 MiB used).\nThis limit was set by the 'max_temp_directory_size' setting."}`, "53100", ""},
		{`{"exception_type":"Out of Memory","exception_message":"could not allocate block"}`, "53200", "could not allocate block"},
		{`{"exception_type":"TransactionContext","exception_message":"Conflict on update!"}`, "40001", ""},
		{`{"exception_type":"Parser","exception_message":"{\"exception_type\":\"INTERNAL\",\"exception_message\":\"Wrong argument\",\"stack_trace\":\"\\nx()\"}"}`, "XX000", "Wrong argument"},
		{`{"exception_type":"TransactionContext","exception_message":"Failed to commit: PRIMARY KEY or UNIQUE constraint violation: duplicate key \"1\", conflict"}`, "23505", ""},
		{`{"exception_type":"Dependency","exception_message":"Cannot drop entry \"t\" because there are entries that depend on it."}`, "2BP01", ""},
		{`{"exception_type":"INTERRUPT","exception_message":"Interrupted!"}`, "57014", ""},
		{`INTERRUPT Error: Interrupted!`, "57014", ""},
		{`{"exception_type":"FATAL","exception_message":"database has been invalidated"}`, "XX000", ""},
		{`{"exception_type":"INTERNAL","exception_message":"Assertion triggered"}`, "XX000", "Assertion triggered"},
		{`{"exception_type":"Not implemented","exception_message":"no such thing"}`, "0A000", ""},
		{`{"exception_type":"Divide by Zero","exception_message":"division by zero"}`, "22012", "division by zero"},
		{`{"exception_type":"Catalog","exception_message":"Scalar Function with name \"st_point\" is not in the catalog, but it exists in the spatial extension.\n\nINSTALL spatial;"}`, "42883", ""},
		{`{"exception_type":"Catalog","exception_message":"Existing object v is of type View, trying to replace with type Table"}`, "42809", ""},
		{`{"exception_type":"Binder","exception_message":"Duplicate alias \"t\" in query!"}`, "42712", ""},
		{`{"exception_type":"Binder","exception_message":"ORDER term out of range - should be between 1 and 7"}`, "42P10", "ORDER BY position is not in select list: there are 7 columns"},
		{`{"exception_type":"Binder","exception_message":"Table \"p\" does not have a column named \"x\"\n\nCandidate bindings: : \"y\""}`, "42703", "column p.x does not exist"},
		{`{"exception_type":"Binder","exception_message":"column \"s\" must appear in the GROUP BY clause or must be part of an aggregate function.\nEither add it"}`, "42803", `column "s" must appear in the GROUP BY clause or be used in an aggregate function`},
		{`{"exception_type":"Binder","error_subtype":"NO_MATCHING_FUNCTION","name":"upper","call":"upper(DECIMAL(2,1), STRING_LITERAL, INTEGER[])"}`, "42883", "function upper(numeric, unknown, integer[]) does not exist"},
		{`{"exception_type":"Binder","error_subtype":"NO_MATCHING_FUNCTION","name":"+","call":"+(TIMESTAMP WITH TIME ZONE, INTEGER_LITERAL)"}`, "42883", "operator does not exist: timestamp with time zone + integer"},
		{`{"exception_type":"Binder","error_subtype":"NO_MATCHING_FUNCTION","name":"-","call":"-(VARCHAR)"}`, "42883", "operator does not exist: - text"},
		{`{"exception_type":"Invalid Input","exception_message":"CSV Error on Line: 1\nInvalid unicode (byte sequence mismatch) detected. This file is not utf-8 encoded.\n\n  file = /d/x.csv\n"}`, "22021", `/d/x.csv, line 1: invalid byte sequence for encoding "UTF8"`},
		{`{"exception_type":"Conversion","exception_message":"Could not convert string 'a\u000257P01\u0002b' to INT32"}`, "22P02", ""},
		{`{"exception_type":"Invalid","exception_message":"Parquet file is likely corrupted, dictionary offset out of range"}`, "22P04", ""},
		{`{"exception_type":"Invalid","exception_message":"something of a library's"}`, "XX000", ""},
		{`something of a new kind`, "XX000", "something of a new kind"},
		{`{"exception_type":`, "XX000", `{"exception_type":`},
		{``, "XX000", ""},
	} {
		e := newError(c.text)
		if e.Code != c.code || c.message != "" && e.Message != c.message {
			t.Errorf("%s\ngot %s %q, want %s %q", c.text, e.Code, e.Message, c.code, c.message)
		}
		if e.Lost != (c.text != "" && e.Message == "database has been invalidated") {
			t.Errorf("%s: lost %v", c.text, e.Lost)
		}
	}
}

// TestNewErrorFields: position, hint and detail.
func TestNewErrorFields(t *testing.T) {
	t.Parallel()
	e := newError(`{"exception_type":"Catalog","exception_message":"Table with name nope does not exist!\nDid you mean \"note\"?","candidates":"note","position":"14","error_subtype":"MISSING_ENTRY","type":"Table","name":"nope"}`)
	if e.Position != 15 || e.Hint != `Did you mean "note"?` || e.Message != `relation "nope" does not exist` {
		t.Errorf("got %+v", e)
	}
	e = newError(`{"exception_type":"Catalog","exception_message":"Table with name page does not exist!","candidates":"pg_type","error_subtype":"MISSING_ENTRY","type":"Table","name":"page"}`)
	if e.Hint != "" {
		t.Errorf("got %+v", e)
	}
	e = newError(`{"exception_type":"Binder","exception_message":"Referenced column","candidates":"species,sex","error_subtype":"COLUMN_NOT_FOUND","name":"speces"}`)
	if e.Hint != "Perhaps you meant to reference one of the columns species, sex." {
		t.Errorf("got %+v", e)
	}
	e = newError(`{"exception_type":"Binder","exception_message":"Table \"p\" does not have a column named \"x\"\n\nCandidate bindings: : \"y\""}`)
	if e.Hint != `Perhaps you meant to reference the column "y".` {
		t.Errorf("got %+v", e)
	}
	e = newError("{\"exception_type\":\"Conversion\",\"exception_message\":\"CSV Error on Line: 3\\nOriginal Line: 3,x\\nError when converting column \\\"b\\\". Could not convert string \\\"x\\\" to 'INTEGER'\\n\\nColumn b ...\\n\\n  file = /data/bad.csv\\n  delimiter = , (Auto-Detected)\\n\"}")
	if e.Code != "22P02" || e.Message != `/data/bad.csv, line 3: Error when converting column "b". Could not convert string "x" to 'INTEGER'` || e.Detail != "Line 3: 3,x" {
		t.Errorf("got %+v", e)
	}
}

func FuzzNewError(f *testing.F) {
	f.Add(`{"exception_type":"Conversion","exception_message":"CSV Error on Line: 3"}`)
	f.Add(`{"exception_type":"Constraint","exception_message":"NOT NULL constraint failed: t"}`)
	f.Add(`Binder Error: Referenced table "`)
	f.Fuzz(func(t *testing.T, text string) {
		if e := newError(text); len(e.Code) != 5 || e.Position < 0 {
			t.Errorf("%q: %+v", text, e)
		}
	})
}
