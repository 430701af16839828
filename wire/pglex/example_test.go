package pglex_test

import (
	"fmt"

	"github.com/csvsql/csvsql/wire/pglex"
)

func ExampleLexer() {
	const sql = `SELECT "Name" /* of whom? */ FROM t WHERE id = $1`
	for l := pglex.New(sql, pglex.Limits{}); ; {
		t, err := l.Next()
		if err != nil || t.Kind == pglex.EOF {
			break
		}
		fmt.Print("[", t.Text(sql), "]")
	}
	// Output: [SELECT]["Name"][FROM][t][WHERE][id][=][$1]
}

func ExampleValue() {
	const sql = `U&"d\0061ta"`
	l := pglex.New(sql, pglex.Limits{})
	t, _ := l.Next()
	fmt.Println(pglex.Value(sql, t))
	// Output: data <nil>
}
