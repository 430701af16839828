package pglex

import (
	"errors"
	"strings"
	"testing"
)

// tokens lists the tokens of sql as "kind text" and the error, if any.
func tokens(sql string, limits Limits) (list []string, err error) {
	names := [...]string{"EOF", "ident", "quoted", "string", "bits", "number", "param", "op", "punct", "other"}
	for l := New(sql, limits); ; {
		t, err := l.Next()
		if err != nil {
			return list, err
		}
		if t.Kind == EOF {
			return list, nil
		}
		list = append(list, names[t.Kind]+" "+t.Text(sql))
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	tests := []struct{ sql, want string }{
		{"", ""},
		{" \t\r\n\f\v", ""},
		{"select größe", "ident select|ident größe"},
		{"a$1 _x x1", "ident a$1|ident _x|ident x1"},
		{`"a ""b""" u&"\0061" U & "x"`, `quoted "a ""b"""|quoted u&"\0061"|ident U|op &|quoted "x"`},
		{`'it''s' '\' E'\'' e'a\\' N'n' U&'\0061'`, `string 'it''s'|string '\'|string E'\''|string e'a\\'|ident N|string 'n'|string U&'\0061'`},
		{"B'101' x'1F' bx'1' b'1''a'", "bits B'101'|bits x'1F'|ident bx|string '1'|bits b'1'|string 'a'"},
		{"'a'\n'b' 'c' 'd' -- it's\r 'e' /*\n*/ 'f'", "string 'a'\n'b'|string 'c'|string 'd' -- it's\r 'e'|string 'f'"},
		{"E'a'\n'\\'' U&'a'\u00a0\n'b' x'1'\n'2''3' \"a\"\n\"b\"", "string E'a'\n'\\''|string U&'a'\u00a0\n'b'|bits x'1'\n'2'|string '3'|quoted \"a\"|quoted \"b\""},
		{"$$a;'$$ $t$ $$ $t$ $ä$x$ä$", "string $$a;'$$|string $t$ $$ $t$|string $ä$x$ä$"},
		{"$1 $12a $ $a", "param $1|param $12|ident a|other $|other $|ident a"},
		{"1 1.5 .5 1. 1e5 1.5E-3 1e 1_000 1__0", "number 1|number 1.5|number .5|number 1.|number 1e5|number 1.5E-3|number 1|ident e|number 1_000|number 1|ident __0"},
		{"0x_1F 0o17 0b11 0xg 0b2 0", "number 0x_1F|number 0o17|number 0b11|number 0|ident xg|number 0|ident b2|number 0"},
		{"1..10 a.b a.1", "number 1|op ..|number 10|ident a|punct .|ident b|ident a|number .1"},
		{"a::int b:=1 c=>2 [1:2]", "ident a|op ::|ident int|ident b|op :=|number 1|ident c|op =>|number 2|punct [|number 1|punct :|number 2|punct ]"},
		{"1+-1 a=-1 a@-1 a->>'b' {}", "number 1|op +|op -|number 1|ident a|op =|op -|number 1|ident a|op @-|number 1|ident a|op ->>|string 'b'|punct {|punct }"},
		{"a+--x\nb */*y*/ c", "ident a|op +|ident b|op *|ident c"},
		{"a -- b\rc -- d", "ident a|ident c"},
		{"/* a /* b */ c */ d /**/", "ident d"},
		{"query\u00a0(\u200b\u3000x\ufeff)", "ident query|punct (|ident x|punct )"},
		{"$\u00a0$ a $b\u2003$", "other $|other $|ident a|other $|ident b|other $"},
		{"a\x00b \\ \xff\xfe", "ident a|other \x00|ident b|other \\|ident \xff\xfe"},
	}
	for _, test := range tests {
		list, err := tokens(test.sql, Limits{})
		if err != nil {
			t.Errorf("%q: %v", test.sql, err)
		} else if got := strings.Join(list, "|"); got != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.sql, got, test.want)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	long := "select '" + strings.Repeat("é", maxQuoted)
	tests := []struct {
		sql    string
		limits Limits
		want   Error
	}{
		{sql: "select 'abc", want: Error{"42601", `unterminated quoted string at or near "'abc"`, 8}},
		{sql: "select 'a''", want: Error{"42601", `unterminated quoted string at or near "'a''"`, 8}},
		{sql: `select E'a\'`, want: Error{"42601", `unterminated quoted string at or near "E'a\'"`, 8}},
		{sql: `select E'a\`, want: Error{"42601", `unterminated quoted string at or near "E'a\"`, 8}},
		{sql: `select "a`, want: Error{"42601", `unterminated quoted identifier at or near ""a"`, 8}},
		{sql: `select ""`, want: Error{"42601", `zero-length delimited identifier at or near """"`, 8}},
		{sql: "select B'1", want: Error{"42601", `unterminated bit string literal at or near "B'1"`, 8}},
		{sql: "select x'1", want: Error{"42601", `unterminated hexadecimal string literal at or near "x'1"`, 8}},
		{sql: "select $a$ $$", want: Error{"42601", `unterminated dollar-quoted string at or near "$a$ $$"`, 8}},
		{sql: "select /* /* */ ", want: Error{"42601", `unterminated /* comment at or near "/* /* */ "`, 8}},
		{sql: long, want: Error{"42601", `unterminated quoted string at or near "'` + strings.Repeat("é", maxQuoted/2-1) + `..."`, 8}},
		{sql: "abc", limits: Limits{Bytes: 2}, want: Error{"54000", "statement is too long", 0}},
		{sql: "a b c", limits: Limits{Tokens: 2}, want: Error{"54001", "statement too complex: it has too many tokens", 5}},
		{sql: "([{", limits: Limits{Depth: 2}, want: Error{"54001", "statement too complex: brackets are nested too deep", 3}},
		{sql: "/*/*/*", limits: Limits{Depth: 2}, want: Error{"54001", "statement too complex: comments are nested too deep", 5}},
		{sql: strings.Repeat("(", 201), want: Error{"54001", "statement too complex: brackets are nested too deep", 201}},
	}
	for _, test := range tests {
		_, err := tokens(test.sql, test.limits)
		var got *Error
		if !errors.As(err, &got) {
			t.Errorf("%.40q: no error", test.sql)
		} else if *got != test.want {
			t.Errorf("%.40q:\n got %+v\nwant %+v", test.sql, *got, test.want)
		}
	}
	l := New("'", Limits{})
	_, first := l.Next()
	if _, second := l.Next(); second != first {
		t.Errorf("after an error Next returns %v, want the same error", second)
	}
	for _, sql := range []string{strings.Repeat("(", 200), strings.Repeat("()", 500), strings.Repeat("/*", 200) + strings.Repeat("*/", 200)} {
		if _, err := tokens(sql, Limits{}); err != nil {
			t.Errorf("%.20q: %v", sql, err)
		}
	}
}

func TestSyntaxError(t *testing.T) {
	t.Parallel()
	const sql = "select  x "
	l := New(sql, Limits{})
	l.Next()
	x, _ := l.Next()
	if got, want := *SyntaxError(sql, x), (Error{"42601", `syntax error at or near "x"`, 9}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	end, _ := l.Next()
	if got, want := *SyntaxError(sql, end), (Error{"42601", "syntax error at end of input", len(sql) + 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// FuzzLexer: whatever the bytes, the tokens lie in order inside the text, and
// what is between them is white space and comments: it has no tokens of its own.
func FuzzLexer(f *testing.F) {
	for _, s := range []string{
		"select $1, 'a''b', E'\\'', $$x$$ from \"t\" -- c\n/* /* */ */ where a->>'b' = 1.5e3;",
		"U&'\\0061' x'1F' 0x1F .5 1..2 a::int[1:2]\u00a0b", "$a$b$a", "E'\\", "/*/", "\xe2\x80", "$\u00a0$",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		end := 0
		for l := New(sql, Limits{}); ; {
			tok, err := l.Next()
			if err != nil {
				var e *Error
				if !errors.As(err, &e) || e.Position < 0 || e.Position > len(sql)+1 {
					t.Fatalf("%+v in a text of %d bytes", err, len(sql))
				}
				return
			}
			if tok.Start < end || tok.End < tok.Start || tok.End > len(sql) {
				t.Fatalf("token %v after %d in %d bytes", tok, end, len(sql))
			}
			gap := sql[end:tok.Start]
			if inGap, err := tokens(gap, Limits{}); err != nil || len(inGap) > 0 {
				t.Fatalf("between tokens: %q has %q, %v", gap, inGap, err)
			}
			if tok.Kind == EOF {
				if tok.Start != len(sql) {
					t.Fatalf("EOF at %d of %d", tok.Start, len(sql))
				}
				return
			}
			if tok.Start == tok.End {
				t.Fatalf("empty token at %d", tok.Start)
			}
			Value(sql, tok)
			end = tok.End
		}
	})
}

func TestNoAllocations(t *testing.T) {
	sql := strings.Repeat("select a, \"b\", 'c', $1, 1.5e3 from t where x->>'y' <> $$z$$ /* c */ -- d\n", 100)
	allocs := testing.AllocsPerRun(10, func() {
		for l := New(sql, Limits{}); ; {
			if tok, err := l.Next(); err != nil || tok.Kind == EOF {
				return
			}
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations, want none", allocs)
	}
}

func BenchmarkLexer(b *testing.B) {
	for name, sql := range map[string]string{
		"short": "select a, b from t where c = $1",
		"query": strings.Repeat("select l_returnflag, sum(l_quantity) as sum_qty, sum(l_extendedprice * (1 - l_discount)) from lineitem where l_shipdate <= date '1998-12-01' - interval '90' day group by 1;\n", 100),
		"rows":  "insert into t values " + strings.Repeat("(1, 'some text of a row', 3.25, null),", 2000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(sql)))
			b.ReportAllocs()
			for b.Loop() {
				for l := New(sql, Limits{}); ; {
					if tok, err := l.Next(); err != nil || tok.Kind == EOF {
						break
					}
				}
			}
		})
	}
}
