package wire_test

import (
	"fmt"

	"github.com/csvsql/csvsql/wire"
)

func ExampleSplit() {
	parts, err := wire.Split("BEGIN; SELECT ';' -- first;\n; COMMIT;")
	if err != nil {
		fmt.Println(err)
	}
	for _, p := range parts {
		fmt.Println(p.Offset, p.SQL)
	}
	// Output:
	// 0 BEGIN
	// 7 SELECT ';'
	// 30 COMMIT
}
