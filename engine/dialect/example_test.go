package dialect_test

import (
	"fmt"

	"github.com/csvsql/csvsql/engine/dialect"
)

func ExampleSplit() {
	statements, err := dialect.Split("SET TIME ZONE -8; LOAD 'sales.csv' AS s; WITH a AS (FROM s) SELECT * FROM a; INSTALL httpfs")
	if err != nil {
		fmt.Println(err)
	}
	for _, s := range statements {
		switch u := s.Utility.(type) {
		case nil:
			fmt.Printf("for the engine: %s\n", s.Tag)
		case dialect.Refused:
			fmt.Printf("refused: %s\n", u.Err)
		default:
			fmt.Printf("%T%+v\n", u, u)
		}
	}
	// Output:
	// dialect.Set{Name:timezone Values:[-8] Local:false}
	// dialect.Load{Files:[sales.csv] Table:{Schema: Name:s} Replace:false IfNotExists:false Options:[] Tag:LOAD}
	// for the engine: SELECT
	// refused: INSTALL is not allowed
}
