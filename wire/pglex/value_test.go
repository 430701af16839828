package pglex

import (
	"errors"
	"testing"
)

func TestValue(t *testing.T) {
	t.Parallel()
	tests := []struct{ sql, want string }{
		{"Größe", "größe"},
		{"ÄB", "Äb"},
		{`"Größe ""x"""`, `Größe "x"`},
		{`U&"d\0061t\+000061\\"`, `data\`},
		{`'it''s \n'`, `it's \n`},
		{`E'it''s'`, "it's"},
		{`E'a\b\f\n\r\t\\\'\"\q'`, "a\b\f\n\r\t\\'\"q"},
		{`E'\101\x41\x4g\7\xg'`, "AA\x04g\axg"},
		{`E'\u00e9\U0001F600\ud83d\ude00'`, "é😀😀"},
		{`U&'\00e9\\ '' \d83d\de00'`, `é\ ' 😀`},
		{`$a$ 'x' $a$`, " 'x' "},
		{`$$$$`, ""},
		{"'a' -- it's\n \r'b''c'", "ab'c"},
		{"E'a'\n'\\'b'", "a'b"},
		{"U&'\\0061'\n'\\0062'", "ab"},
		{`1_000`, "1_000"},
		{`$1`, "$1"},
	}
	for _, test := range tests {
		l := New(test.sql, Limits{})
		tok, err := l.Next()
		if err != nil || tok.End != len(test.sql) {
			t.Fatalf("%q is the token %v, %v", test.sql, tok, err)
		}
		if got, err := Value(test.sql, tok); err != nil || got != test.want {
			t.Errorf("%s: %q, %v; want %q", test.sql, got, err, test.want)
		}
	}
}

func TestValueErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ sql, code string }{
		{`E'\u00'`, "22025"},
		{`E'\ud83d'`, "22025"},
		{`E'\ud83dx'`, "22025"},
		{`E'\U00110000'`, "22025"},
		{`E'\Uffffffff'`, "22025"},
		{`U&'\00'`, "42601"},
		{`U&"\+00006"`, "42601"},
		{`E'\xff'`, "22021"},
		{`E'\000'`, "22021"},
		{`U&'\0000'`, "22021"},
	}
	for _, test := range tests {
		l := New(" "+test.sql, Limits{})
		tok, err := l.Next()
		if err != nil {
			t.Fatalf("%q: %v", test.sql, err)
		}
		got, err := Value(" "+test.sql, tok)
		var e *Error
		if !errors.As(err, &e) || e.Code != test.code || e.Position != 2 {
			t.Errorf("%s: %q, %+v; want %s at 2", test.sql, got, err, test.code)
		}
	}
}

func TestFold(t *testing.T) {
	if got := Fold("AbÇ"); got != "abÇ" {
		t.Errorf("Fold = %q", got)
	}
}

func TestValueNoAllocations(t *testing.T) {
	for _, sql := range []string{"lower_case", `"Quoted"`, "'text'", "$$text$$", "E'text'", "12"} {
		l := New(sql, Limits{})
		tok, _ := l.Next()
		if n := testing.AllocsPerRun(10, func() { Value(sql, tok) }); n != 0 {
			t.Errorf("%s: %v allocations", sql, n)
		}
	}
}
