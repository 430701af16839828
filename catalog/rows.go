package catalog

import (
	"fmt"
	"iter"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/catalog/builtin"
	"github.com/csvsql/csvsql/engine"
)

// row is a row of a relation by the names of its columns; those that it lacks
// are NULL.
type row map[string]any

// defaulted is r with the values of defaults where it has none.
func (r row) defaulted(defaults row) row {
	for name, v := range defaults {
		if _, ok := r[name]; !ok {
			r[name] = v
		}
	}
	return r
}

// rows collects rows of relations that are to be published.
type rows struct {
	order    []engine.TableName
	builders map[engine.TableName]*relationRows
}

type relationRows struct {
	relation *builtin.Relation
	builder  *array.RecordBuilder
}

// of makes sure that a relation is published, even if it stays without rows.
func (rs *rows) of(schema, name string) *relationRows {
	key := engine.TableName{Schema: schema, Name: name}
	if b, ok := rs.builders[key]; ok {
		return b
	}
	relation, ok := builtin.Find(schema, name)
	if !ok {
		panic(fmt.Sprintf("there is no relation %s.%s", schema, name))
	}
	b := &relationRows{relation, array.NewRecordBuilder(memory.DefaultAllocator, relation.ArrowSchema())}
	if rs.builders == nil {
		rs.builders = map[engine.TableName]*relationRows{}
	}
	rs.builders[key] = b
	rs.order = append(rs.order, key)
	return b
}

// pg and info add a row to a relation of pg_catalog, and of information_schema.
func (rs *rows) pg(name string, r row)   { rs.of("pg_catalog", name).add(r) }
func (rs *rows) info(name string, r row) { rs.of("information_schema", name).add(r) }

// define says what a look-up function answers about a user's object.
func (rs *rows) define(function string, oid uint32, text string) {
	rs.of("csvsql", "definition").add(row{"function": function, "oid": oid, "text": text})
}

func (b *relationRows) add(r row) {
	found := 0
	for i, c := range b.relation.Columns {
		v, ok := r[c.Name]
		if ok {
			found++
		}
		if err := appendValue(b.builder.Field(i), v); err != nil {
			panic(fmt.Sprintf("%s.%s: %v", b.relation.Name, c.Name, err))
		}
	}
	if found != len(r) {
		panic(fmt.Sprintf("%s has no column for some of %v", b.relation.Name, r))
	}
}

// all are the relations, in the order in which they got their first rows. The
// caller releases the readers.
func (rs *rows) all() iter.Seq2[engine.TableName, array.RecordReader] {
	return func(yield func(engine.TableName, array.RecordReader) bool) {
		for _, key := range rs.order {
			b := rs.builders[key].builder
			batch := b.NewRecordBatch()
			b.Release()
			reader, err := array.NewRecordReader(batch.Schema(), []arrow.RecordBatch{batch})
			batch.Release()
			if err != nil || !yield(key, reader) {
				return
			}
		}
	}
}

func appendValue(b array.Builder, v any) error {
	if v == nil {
		b.AppendNull()
		return nil
	}
	switch b := b.(type) {
	case *array.StringBuilder:
		if v, ok := v.(string); ok {
			b.Append(v)
			return nil
		}
	case *array.BooleanBuilder:
		if v, ok := v.(bool); ok {
			b.Append(v)
			return nil
		}
	case *array.Uint32Builder:
		switch v := v.(type) {
		case uint32:
			b.Append(v)
			return nil
		case int:
			b.Append(uint32(v))
			return nil
		}
	case *array.Int16Builder:
		if v, ok := v.(int); ok {
			b.Append(int16(v))
			return nil
		}
	case *array.Int32Builder:
		if v, ok := v.(int); ok {
			b.Append(int32(v))
			return nil
		}
	case *array.Int64Builder:
		switch v := v.(type) {
		case int64:
			b.Append(v)
			return nil
		case int:
			b.Append(int64(v))
			return nil
		}
	case *array.Float32Builder:
		if v, ok := v.(float64); ok {
			b.Append(float32(v))
			return nil
		}
	case *array.TimestampBuilder:
		if v, ok := v.(time.Time); ok {
			b.Append(arrow.Timestamp(v.UnixMicro()))
			return nil
		}
	case *array.ListBuilder:
		if v, ok := v.([]any); ok {
			b.Append(true)
			for _, item := range v {
				if err := appendValue(b.ValueBuilder(), item); err != nil {
					return err
				}
			}
			return nil
		}
	}
	return fmt.Errorf("a %T in a column of type %s", v, b.Type())
}
