package frame

import (
	"encoding/binary"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
)

// AppendSchema appends s to dst, for [ReadSchema]. The result begins with its
// own length, so that more may follow it.
//
//	u32 length of what follows
//	metadata, u32 number of fields, the fields
//
// A field is its name, a byte (1: nullable), metadata and its type; a type is
// its number in Arrow's list and what it has beside that. Texts have their
// length, a u32, in front.
func AppendSchema(dst []byte, s *arrow.Schema) []byte {
	start := len(dst)
	e := encoder{b: append(dst, 0, 0, 0, 0)}
	e.metadata(s.Metadata())
	e.fields(s.Fields())
	binary.LittleEndian.PutUint32(e.b[start:], uint32(len(e.b)-start-4))
	return e.b
}

// AppendType appends a type, for [ReadType].
func AppendType(dst []byte, t arrow.DataType) []byte {
	e := encoder{b: dst}
	e.dataType(t)
	return e.b
}

type encoder struct{ b []byte }

func (e *encoder) byte(n byte)   { e.b = append(e.b, n) }
func (e *encoder) u32(n int)     { e.b = binary.LittleEndian.AppendUint32(e.b, uint32(n)) }
func (e *encoder) text(s string) { e.u32(len(s)); e.b = append(e.b, s...) }

func (e *encoder) bool(v bool) {
	if v {
		e.byte(1)
	} else {
		e.byte(0)
	}
}

func (e *encoder) metadata(m arrow.Metadata) {
	keys, values := m.Keys(), m.Values()
	e.u32(len(keys))
	for i := range keys {
		e.text(keys[i])
		e.text(values[i])
	}
}

func (e *encoder) fields(fields []arrow.Field) {
	e.u32(len(fields))
	for _, f := range fields {
		e.field(f)
	}
}

func (e *encoder) field(f arrow.Field) {
	e.text(f.Name)
	e.bool(f.Nullable)
	e.metadata(f.Metadata)
	e.dataType(f.Type)
}

func (e *encoder) dataType(t arrow.DataType) {
	e.byte(byte(t.ID()))
	switch t := t.(type) {
	case arrow.ExtensionType:
		e.text(t.ExtensionName())
		e.text(t.Serialize())
		e.dataType(t.StorageType())
	case *arrow.FixedSizeBinaryType:
		e.u32(t.ByteWidth)
	case *arrow.TimestampType:
		e.byte(byte(t.Unit))
		e.text(t.TimeZone)
	case *arrow.Time32Type:
		e.byte(byte(t.Unit))
	case *arrow.Time64Type:
		e.byte(byte(t.Unit))
	case *arrow.DurationType:
		e.byte(byte(t.Unit))
	case arrow.DecimalType:
		e.u32(int(t.GetPrecision()))
		e.u32(int(t.GetScale()))
	case *arrow.DictionaryType:
		e.dataType(t.IndexType)
		e.dataType(t.ValueType)
		e.bool(t.Ordered)
	case *arrow.RunEndEncodedType:
		e.dataType(t.RunEnds())
		e.field(t.Fields()[1])
	case *arrow.FixedSizeListType:
		e.u32(int(t.Len()))
		e.field(t.ElemField())
	case *arrow.MapType:
		e.bool(t.KeysSorted)
		e.field(t.KeyField())
		e.field(t.ItemField())
	case arrow.UnionType:
		e.fields(t.Fields())
		for _, c := range t.TypeCodes() {
			e.byte(byte(c))
		}
	case *arrow.StructType:
		e.fields(t.Fields())
	case arrow.ListLikeType:
		e.field(t.ElemField())
	}
}

// ReadSchema reads the schema at the start of b and returns what follows it.
func ReadSchema(b []byte) (s *arrow.Schema, rest []byte, err error) {
	defer func() {
		if p := recover(); p != nil { // of a type's constructor
			s, err = nil, malformed("schema: %v", p)
		}
	}()
	if len(b) < 4 || uint64(binary.LittleEndian.Uint32(b)) > uint64(len(b)-4) {
		return nil, nil, malformed("a schema that is cut off")
	}
	n := 4 + int(binary.LittleEndian.Uint32(b))
	d := decoder{b: b[4:n]}
	meta := d.metadata()
	fields := d.fields(0)
	if d.err == nil && len(d.b) != 0 {
		d.fail("%d bytes behind a schema", len(d.b))
	}
	if d.err != nil {
		return nil, nil, d.err
	}
	return arrow.NewSchema(fields, &meta), b[n:], nil
}

// ReadType reads the type at the start of b and returns what follows it.
func ReadType(b []byte) (t arrow.DataType, rest []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			t, err = nil, malformed("type: %v", p)
		}
	}()
	d := decoder{b: b}
	t = d.dataType(0)
	return t, d.b, d.err
}

// decoder reads until the first error, which it keeps.
type decoder struct {
	b      []byte
	err    error
	fieldN int // read so far
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = malformed(format, args...)
	}
}

func (d *decoder) take(n int) []byte {
	if d.err != nil || n > len(d.b) {
		d.fail("a schema that is cut off")
		return make([]byte, min(n, 8))
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) byte() byte { return d.take(1)[0] }
func (d *decoder) bool() bool { return d.byte() != 0 }
func (d *decoder) u32() int   { return int(binary.LittleEndian.Uint32(d.take(4))) }

func (d *decoder) text() string {
	n := d.u32()
	if n > len(d.b) {
		d.fail("a text that is cut off")
		return ""
	}
	return string(d.take(n))
}

// count reads how many things follow, each of which takes at least least bytes.
func (d *decoder) count(least int) int {
	n := d.u32()
	if d.err != nil || n > len(d.b)/least {
		d.fail("%d things in %d bytes", n, len(d.b))
		return 0
	}
	return n
}

func (d *decoder) metadata() arrow.Metadata {
	n := d.count(8)
	if n == 0 {
		return arrow.Metadata{}
	}
	keys, values := make([]string, n), make([]string, n)
	for i := range n {
		keys[i], values[i] = d.text(), d.text()
	}
	return arrow.NewMetadata(keys, values)
}

func (d *decoder) fields(depth int) []arrow.Field {
	fields := make([]arrow.Field, d.count(10))
	for i := range fields {
		if fields[i] = d.field(depth); d.err != nil {
			return nil
		}
	}
	return fields
}

func (d *decoder) field(depth int) arrow.Field {
	if d.fieldN++; d.fieldN > maxFields {
		d.fail("more than %d fields", maxFields)
	}
	return arrow.Field{Name: d.text(), Nullable: d.bool(), Metadata: d.metadata(), Type: d.dataType(depth + 1)}
}

// simple are the types that are their number. Floats, dates and the like have
// one value each.
func simple(id arrow.Type) arrow.DataType {
	for _, t := range [...]arrow.DataType{
		arrow.Null, arrow.FixedWidthTypes.Boolean,
		arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64,
		arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint64,
		arrow.FixedWidthTypes.Float16, arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64,
		arrow.BinaryTypes.String, arrow.BinaryTypes.Binary, arrow.BinaryTypes.LargeString, arrow.BinaryTypes.LargeBinary,
		arrow.BinaryTypes.StringView, arrow.BinaryTypes.BinaryView,
		arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Date64,
		arrow.FixedWidthTypes.MonthInterval, arrow.FixedWidthTypes.DayTimeInterval, arrow.FixedWidthTypes.MonthDayNanoInterval,
	} {
		if t.ID() == id {
			return t
		}
	}
	return nil
}

// dataType reads a type. If it fails the type is Null, so that whoever asked for
// it need not look.
func (d *decoder) dataType(depth int) arrow.DataType {
	if depth > maxDepth {
		d.fail("types are nested deeper than %d", maxDepth)
	}
	id := arrow.Type(d.byte())
	if d.err != nil {
		return arrow.Null
	}
	if t := simple(id); t != nil {
		return t
	}
	t := d.parametric(id, depth)
	if d.err != nil || t == nil {
		d.fail("a type of number %d", id)
		return arrow.Null
	}
	return t
}

func (d *decoder) parametric(id arrow.Type, depth int) arrow.DataType {
	switch id {
	case arrow.EXTENSION:
		return d.extension(depth)
	case arrow.FIXED_SIZE_BINARY:
		return &arrow.FixedSizeBinaryType{ByteWidth: d.size()}
	case arrow.TIMESTAMP:
		return &arrow.TimestampType{Unit: d.unit(), TimeZone: d.text()}
	case arrow.TIME32:
		return &arrow.Time32Type{Unit: d.unit()}
	case arrow.TIME64:
		return &arrow.Time64Type{Unit: d.unit()}
	case arrow.DURATION:
		return &arrow.DurationType{Unit: d.unit()}
	case arrow.DECIMAL32, arrow.DECIMAL64, arrow.DECIMAL128, arrow.DECIMAL256:
		return d.decimal(id)
	case arrow.DICTIONARY:
		t := &arrow.DictionaryType{IndexType: d.dataType(depth + 1), ValueType: d.dataType(depth + 1), Ordered: d.bool()}
		if !arrow.IsInteger(t.IndexType.ID()) {
			return nil
		}
		return t
	case arrow.RUN_END_ENCODED:
		return d.runEnds(depth)
	case arrow.FIXED_SIZE_LIST:
		n := d.size()
		return arrow.FixedSizeListOfField(int32(n), d.field(depth))
	case arrow.MAP:
		sorted := d.bool()
		t := arrow.MapOfFields(d.field(depth), d.field(depth))
		t.KeysSorted = sorted
		return t
	case arrow.SPARSE_UNION, arrow.DENSE_UNION:
		return d.union(id, depth)
	case arrow.STRUCT:
		return arrow.StructOf(d.fields(depth)...)
	case arrow.LIST:
		return arrow.ListOfField(d.field(depth))
	case arrow.LARGE_LIST:
		return arrow.LargeListOfField(d.field(depth))
	case arrow.LIST_VIEW:
		return arrow.ListViewOfField(d.field(depth))
	case arrow.LARGE_LIST_VIEW:
		return arrow.LargeListViewOfField(d.field(depth))
	}
	return nil
}

// size reads a number that has to fit into an int32.
func (d *decoder) size() int {
	n := d.u32()
	if n > maxSize {
		d.fail("a size of %d", n)
		return 0
	}
	return n
}

func (d *decoder) unit() arrow.TimeUnit {
	u := arrow.TimeUnit(d.byte())
	if u > arrow.Nanosecond {
		d.fail("the unit %d", u)
	}
	return u
}

func (d *decoder) decimal(id arrow.Type) arrow.DataType {
	precision, scale := int32(d.u32()), int32(d.u32())
	t, err := arrow.NewDecimalType(id, precision, scale)
	if err != nil {
		d.fail("%v", err)
		return nil
	}
	return t
}

func (d *decoder) runEnds(depth int) arrow.DataType {
	ends, encoded := d.dataType(depth+1), d.field(depth)
	switch ends.ID() {
	case arrow.INT16, arrow.INT32, arrow.INT64:
		t := arrow.RunEndEncodedOf(ends, encoded.Type)
		t.ValueNullable = encoded.Nullable
		return t
	}
	return nil
}

func (d *decoder) union(id arrow.Type, depth int) arrow.DataType {
	fields := d.fields(depth)
	codes := make([]arrow.UnionTypeCode, len(fields))
	for i, c := range d.take(len(fields)) {
		if codes[i] = arrow.UnionTypeCode(c); codes[i] < 0 || slices.Contains(codes[:i], codes[i]) {
			d.fail("the type code %d", codes[i])
			return nil
		}
	}
	if id == arrow.DENSE_UNION {
		return arrow.DenseUnionOf(fields, codes)
	}
	return arrow.SparseUnionOf(fields, codes)
}

// extension reads an extension type, which is of no use to a process that does
// not know it: both are the same program.
func (d *decoder) extension(depth int) arrow.DataType {
	name, data := d.text(), d.text()
	storage := d.dataType(depth + 1)
	if d.err != nil {
		return nil
	}
	known := arrow.GetExtensionType(name)
	if known == nil {
		d.fail("the extension type %q", name)
		return nil
	}
	t, err := known.Deserialize(storage, data)
	if err != nil {
		d.fail("the extension type %q: %v", name, err)
		return nil
	}
	return t
}
