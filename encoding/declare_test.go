package encoding_test

import (
	"fmt"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// TestDeclare: a column goes out as the type that it was declared with, where it
// has that one's values, and stays what it is where it has not.
func TestDeclare(t *testing.T) {
	t.Parallel()
	text, number := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Uint32
	for _, test := range []struct {
		storage  arrow.DataType
		json     string
		declare  oid.OID
		is       oid.OID
		text     string
		inBinary string // "": refused
	}{
		{text, `"a"`, oid.Varchar, oid.Varchar, "a", "a"},
		{text, `"a"`, oid.Name, oid.Name, "a", "a"},
		{text, `"sad"`, 16400, 16400, "sad", "sad"}, // an enumerated type
		{text, `"t"`, 2205, 2205, "t", ""},          // regclass
		{text, `"1"`, oid.Int4, oid.Text, "1", "1"},
		{number, `7`, 28, 28, "7", "\x00\x00\x00\x07"}, // xid
		{number, `7`, 2205, oid.Int8, "7", "\x00\x00\x00\x00\x00\x00\x00\x07"},
		{arrow.PrimitiveTypes.Int32, `7`, oid.Varchar, oid.Int4, "7", "\x00\x00\x00\x07"},
		{
			arrow.ListOf(text), `["a"]`, oid.NameArray, oid.NameArray, "{a}",
			"\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x13\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01a",
		},
		{
			arrow.ListOf(arrow.PrimitiveTypes.Int16), `[1, 2]`, 22, 22, "1 2", // int2vector
			"\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x15\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01\x00\x00\x00\x02\x00\x02",
		},
		{
			arrow.ListOf(arrow.PrimitiveTypes.Int16), `[]`, 22, 22, "",
			"\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x15\x00\x00\x00\x00\x00\x00\x00\x00",
		},
	} {
		t.Run(fmt.Sprint(test.storage, " as ", test.declare), func(t *testing.T) {
			s := arrow.NewSchema([]arrow.Field{{Name: "c", Type: test.storage, Nullable: true}}, nil)
			plan := encoding.Compile(s)
			plan.Declare(0, encoding.Type{OID: test.declare, Len: -1, Mod: -1})
			if got := plan.Columns()[0].Type; got != test.is {
				t.Errorf("type %d, want %d", got, test.is)
			}
			for format, want := range map[wire.Format]string{wire.Text: test.text, wire.Binary: test.inBinary} {
				rows := plan.Rows(readerOf(t, memory.DefaultAllocator, s, `[{"c": `+test.json+`}]`), nil, noTag)
				defer rows.Close()
				err := rows.SetFormats([]wire.Format{format})
				if refused := format == wire.Binary && want == "" && test.declare == 2205; refused {
					if err == nil {
						t.Error("the binary format is not refused")
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				const header = 1 + 4 + 2 + 4
				if got := next(t, rows); len(got) < header || got[header:] != want {
					t.Errorf("format %d: %q, want %q", format, got, want)
				}
			}
		})
	}
}
