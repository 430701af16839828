package pgvalue

import "testing"

// TestParseTID has the answers of PostgreSQL 15.
func TestParseTID(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"(0,1)": "(0,1)", "( 7, 8)": "(7,8)", "'(7,105)'": "(7,105)", "(4294967295,65535)": "(4294967295,65535)",
		"(-1,1)": "(4294967295,1)", "(,1)": "(0,1)", "(1,)": "(1,0)", "x(1,2)y": "(1,2)", "(+1,+2)": "(1,2)",
		"(0,65536)": "", "(4294967296,1)": "", "(0,1": "", "0,1)": "", "": "", "(1)": "", "(1 ,2)": "", "(1,-1)": "",
	} {
		got, err := ParseTID([]byte(text))
		if (err == nil) != (want != "") || err == nil && string(AppendTID(nil, got)) != want {
			t.Errorf("%q: %s, %v, want %q", text, AppendTID(nil, got), err, want)
		}
		if back, err := DecodeTID(AppendTIDBinary(nil, got)); err != nil || back != got {
			t.Errorf("%q: %v, %v", text, back, err)
		}
	}
}
