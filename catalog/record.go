package catalog

import (
	"iter"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/catalog/builtin"
)

// record is a row of a relation that is read. Its values are asked for by the
// name of the column, which has to exist.
type record struct {
	batch arrow.RecordBatch
	at    int
}

// records are the rows of batches.
func records(batches []arrow.RecordBatch) iter.Seq[record] {
	return func(yield func(record) bool) {
		for _, b := range batches {
			for i := range int(b.NumRows()) {
				if !yield(record{b, i}) {
					return
				}
			}
		}
	}
}

// builtinRows are the embedded rows of a relation.
func builtinRows(schema, name string) iter.Seq[record] {
	r, ok := builtin.Find(schema, name)
	if !ok {
		panic("there is no relation " + schema + "." + name)
	}
	batches, err := r.Rows()
	if err != nil {
		panic(err) // the embedded file is broken
	}
	return records(batches)
}

func (r record) column(name string) arrow.Array {
	return r.batch.Column(r.batch.Schema().FieldIndices(name)[0])
}

func (r record) text(name string) string   { return r.column(name).(*array.String).Value(r.at) }
func (r record) number(name string) uint32 { return r.column(name).(*array.Uint32).Value(r.at) }
func (r record) small(name string) int16   { return r.column(name).(*array.Int16).Value(r.at) }
func (r record) int(name string) int32     { return r.column(name).(*array.Int32).Value(r.at) }
func (r record) flag(name string) bool     { return r.column(name).(*array.Boolean).Value(r.at) }
func (r record) null(name string) bool     { return r.column(name).IsNull(r.at) }

// texts are the items of a text[].
func (r record) texts(name string) []any {
	list := r.column(name).(*array.List)
	from, to := list.ValueOffsets(r.at)
	var out []any
	for i := from; i < to; i++ {
		out = append(out, list.ListValues().(*array.String).Value(int(i)))
	}
	return out
}

// numbers are the items of an oidvector.
func (r record) numbers(name string) []uint32 {
	list := r.column(name).(*array.List)
	from, to := list.ValueOffsets(r.at)
	var out []uint32
	for i := from; i < to; i++ {
		out = append(out, list.ListValues().(*array.Uint32).Value(int(i)))
	}
	return out
}
