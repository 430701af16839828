package encoding_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/wire"
)

// What wire does with a statement's rows, without a client.
func Example() {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "city", Type: arrow.BinaryTypes.String},
		{Name: "area", Type: &arrow.Decimal128Type{Precision: 8, Scale: 2}},
	}, nil)
	batch, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(`[{"city":"Bern","area":"51.60"}]`))
	if err != nil {
		log.Fatal(err)
	}
	defer batch.Release()
	reader, err := array.NewRecordReader(schema, []arrow.RecordBatch{batch})
	if err != nil {
		log.Fatal(err)
	}

	plan := encoding.Compile(schema)
	for _, c := range plan.Columns() {
		fmt.Println(c.Name, c.Type, c.Mod)
	}
	rows := plan.Rows(reader, encoding.DefaultSettings(), func(n int64) string { return fmt.Sprint("SELECT ", n) })
	defer rows.Close()
	n, err := rows.NextBatch(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	var w wire.RowWriter
	if _, err := rows.EncodeRows(&w, 0, n); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q\n", w.Buf())
	fmt.Println(rows.Tag(int64(n)))
	// Output:
	// city 25 -1
	// area 1700 524294
	// "D\x00\x00\x00\x17\x00\x02\x00\x00\x00\x04Bern\x00\x00\x00\x0551.60"
	// SELECT 1
}
