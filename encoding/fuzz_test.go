package encoding_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/internal/golden"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// FuzzArgs sends anything as a parameter of any type, to an engine that asks for
// any. The answer is a value that can be sent back, or an error with a SQLSTATE.
func FuzzArgs(f *testing.F) {
	oids := slices.Sorted(maps.Values(types))
	asked := []arrow.DataType{nil}
	for id := arrow.NULL; id <= arrow.DECIMAL64; id++ {
		asked = append(asked, samples[id])
	}
	for name, values := range golden.Types(f) {
		sent := uint8(slices.Index(oids, types[name]))
		for _, v := range values {
			f.Add(sent, uint8(0), false, []byte(v.Literal))
			f.Add(sent, uint8(0), true, v.Binary)
		}
	}
	f.Fuzz(func(t *testing.T, sent, wanted uint8, binary bool, value []byte) {
		b := &wire.Bind{
			Params:  [][]byte{value},
			Formats: []wire.Format{wire.Text},
			Types:   []oid.OID{oids[int(sent)%len(oids)]},
		}
		if binary {
			b.Formats[0] = wire.Binary
		}
		mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
		defer mem.AssertSize(t, 0)
		batch, err := encoding.Args(b, []arrow.DataType{asked[int(wanted)%len(asked)]}, nil, mem)
		if err != nil {
			var e *wire.Error
			if !errors.As(err, &e) || len(e.Code) != 5 || e.Code[:2] == "XX" {
				t.Fatalf("error %#v", err)
			}
			return
		}
		defer batch.Release()
		field := batch.Schema().Field(0)
		for _, format := range []wire.Format{wire.Text, wire.Binary} {
			encodeField(t, field, batch.Column(0), nil, format)
		}
	})
}
