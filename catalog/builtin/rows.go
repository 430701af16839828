package builtin

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// ArrowSchema is the schema of a relation's rows.
func (r *Relation) ArrowSchema() *arrow.Schema {
	fields := make([]arrow.Field, len(r.Columns))
	for i, c := range r.Columns {
		fields[i] = arrow.Field{Name: c.Name, Type: c.Type.Arrow, Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}

// batchRows is how many rows a batch has at most, see engine.Relation.
const batchRows = 2048

// Rows are the embedded rows.
func (r *Relation) Rows() ([]arrow.RecordBatch, error) {
	if r.Name == Session {
		return nil, nil
	}
	text, err := read(r.Schema + "." + r.Name)
	if err != nil {
		return nil, err
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, r.ArrowSchema())
	defer b.Release()
	var batches []arrow.RecordBatch
	rows := 0
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != len(r.Columns) {
			return nil, fmt.Errorf("%s.%s: a row of %d columns", r.Schema, r.Name, len(fields))
		}
		for i, f := range fields {
			if err := appendField(b.Field(i), f); err != nil {
				return nil, fmt.Errorf("%s.%s.%s: %w", r.Schema, r.Name, r.Columns[i].Name, err)
			}
		}
		if rows++; rows == batchRows {
			batches, rows = append(batches, b.NewRecordBatch()), 0
		}
	}
	if rows > 0 {
		batches = append(batches, b.NewRecordBatch())
	}
	return batches, nil
}

// unescape undoes COPY's text format.
var unescape = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t", `\r`, "\r", `\b`, "\b", `\f`, "\f", `\v`, "\v")

func appendField(b array.Builder, field string) error {
	if field == `\N` {
		b.AppendNull()
		return nil
	}
	if strings.IndexByte(field, '\\') >= 0 {
		field = unescape.Replace(field)
	}
	list, ok := b.(*array.ListBuilder)
	if !ok {
		return appendScalar(b, field)
	}
	list.Append(true)
	for _, item := range items(field) {
		if err := appendScalar(list.ValueBuilder(), item); err != nil {
			return err
		}
	}
	return nil
}

// items are the elements of an array, {a,"b c"}, or of an int2vector, 1 2.
func items(text string) []string {
	if !strings.HasPrefix(text, "{") {
		return strings.Fields(text)
	}
	text = text[1 : len(text)-1]
	var out []string
	var item strings.Builder
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
			item.WriteByte(text[i])
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			out = append(out, item.String())
			item.Reset()
		default:
			item.WriteByte(c)
		}
	}
	if text != "" {
		out = append(out, item.String())
	}
	return out
}

func appendScalar(b array.Builder, text string) error {
	switch b := b.(type) {
	case *array.StringBuilder:
		b.Append(text)
		return nil
	case *array.BooleanBuilder:
		b.Append(text == "t")
		return nil
	case *array.Float32Builder:
		n, err := strconv.ParseFloat(text, 32)
		b.Append(float32(n))
		return err
	case *array.Uint32Builder:
		n, err := strconv.ParseUint(text, 10, 32)
		b.Append(uint32(n))
		return err
	case *array.Int16Builder:
		n, err := strconv.ParseInt(text, 10, 16)
		b.Append(int16(n))
		return err
	case *array.Int32Builder:
		n, err := strconv.ParseInt(text, 10, 32)
		b.Append(int32(n))
		return err
	case *array.Int64Builder:
		n, err := strconv.ParseInt(text, 10, 64)
		b.Append(n)
		return err
	}
	return fmt.Errorf("a value of type %s", b.Type())
}
