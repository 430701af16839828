package duckdb

import (
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// schema is what DuckDB exports and what the engine makes of it.
type schema struct {
	out  *arrow.Schema // of the batches that leave the engine
	keys []typeKey     // by column
	flat *flatExport   // nil if some column is not flat

	// Without it, what DuckDB exports is decoded to what leaves.
	exported *arrow.Schema // of the batches that DuckDB makes
	decoders []decoder     // by column; nil: exported as it should be. nil if all are.
}

// noRows is the schema of a statement that returns no rows.
func noRows() *schema {
	return &schema{out: arrow.NewSchema(nil, nil)}
}

// typeKey identifies a DuckDB type.
type typeKey struct {
	id   duck.Type
	name string // "" for types that have no parameters and no alias
}

func keyOf(t duck.LogicalType) typeKey {
	k := typeKey{id: duck.GetTypeId(t)}
	if k.id == duck.TypeDecimal || !isPlain(t) {
		k.name = typeName(t)
	}
	return k
}

// newSchema is the schema of columns of these types. What cannot leave DuckDB
// as Arrow is an error 0A000.
func newSchema(o duck.ArrowOptions, types []duck.LogicalType, names []string) (*schema, error) {
	if s := knownSchema(types, names); s != nil {
		return s, nil
	}
	return exportedSchema(o, types, names)
}

// knownSchema is the schema of columns whose types are all known to be exported
// as they should be, or nil. It is what exportedSchema would say, without the
// calls into C and the parsing of the exported schema.
func knownSchema(types []duck.LogicalType, names []string) *schema {
	fields := make([]arrow.Field, len(types))
	s := &schema{keys: make([]typeKey, len(types))}
	for i, t := range types {
		known := knownType(t)
		if known == nil {
			return nil
		}
		fields[i] = arrow.Field{Name: names[i], Type: known, Nullable: true}
		s.keys[i] = keyOf(t)
	}
	s.out = arrow.NewSchema(fields, nil)
	s.flat = newFlatExport(s.out, types)
	return s
}

// knownType is the Arrow type of a plain type that says all there is to say of
// it, or nil. The zone of TIMESTAMPTZ is the session's, which DuckDB knows.
func knownType(t duck.LogicalType) arrow.DataType {
	if !isPlain(t) {
		return nil
	}
	switch duck.GetTypeId(t) {
	case duck.TypeBoolean:
		return extensions.NewBool8Type()
	case duck.TypeTinyInt:
		return arrow.PrimitiveTypes.Int8
	case duck.TypeSmallInt:
		return arrow.PrimitiveTypes.Int16
	case duck.TypeInteger:
		return arrow.PrimitiveTypes.Int32
	case duck.TypeBigInt:
		return arrow.PrimitiveTypes.Int64
	case duck.TypeFloat:
		return arrow.PrimitiveTypes.Float32
	case duck.TypeDouble:
		return arrow.PrimitiveTypes.Float64
	case duck.TypeDecimal:
		return &arrow.Decimal128Type{Precision: int32(duck.DecimalWidth(t)), Scale: int32(duck.DecimalScale(t))}
	case duck.TypeVarchar:
		return arrow.BinaryTypes.String
	case duck.TypeBlob:
		return arrow.BinaryTypes.Binary
	case duck.TypeDate:
		return arrow.FixedWidthTypes.Date32
	case duck.TypeTime:
		return arrow.FixedWidthTypes.Time64us
	case duck.TypeTimestamp:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	}
	return nil
}

func exportedSchema(o duck.ArrowOptions, types []duck.LogicalType, names []string) (*schema, error) {
	for i, t := range types {
		if what := notExportable(t, false); what != "" {
			e := engine.Errorf("0A000", "column %s has type %s, which cannot be sent", identifier(names[i]), what)
			e.Hint = "Cast the column to VARCHAR."
			return nil, e
		}
	}
	exported, err := exportSchema(o, types, names)
	if err != nil {
		return nil, err
	}
	s := &schema{exported: exported, keys: make([]typeKey, len(types))}
	fields := fieldsWithExtensions(exported.Fields(), types)
	for i, t := range types {
		s.keys[i] = keyOf(t)
		f := &fields[i]
		if d, typ := decoderFor(t); d != nil {
			s.setDecoder(i, d)
			f.Type = typ
			f.Metadata = arrow.Metadata{}
		} else if !arrow.TypeEqual(f.Type, exported.Field(i).Type, arrow.CheckMetadata()) {
			s.setDecoder(i, retypeColumn)
		}
		if !isPlain(t) {
			keys := append(slices.Clone(f.Metadata.Keys()), engine.DeclaredTypeKey)
			values := append(slices.Clone(f.Metadata.Values()), typeName(t))
			f.Metadata = arrow.NewMetadata(keys, values)
		}
	}
	s.out = arrow.NewSchema(fields, nil)
	s.flat = newFlatExport(s.out, types)
	return s, nil
}

func (s *schema) setDecoder(column int, d decoder) {
	if s.decoders == nil {
		s.decoders = make([]decoder, len(s.keys))
	}
	s.decoders[column] = d
}

// notExportable names the type in t that Arrow export refuses or, inside of
// another type, loses; or it is "".
func notExportable(t duck.LogicalType, nested bool) string {
	switch id := duck.GetTypeId(t); id {
	case duck.TypeVariant:
		return "VARIANT"
	case duck.TypeTimeTZ, duck.TypeBit, duck.TypeBigNum:
		if nested {
			return simpleName(id) + " inside of another type"
		}
		return ""
	}
	found := ""
	eachChild(t, func(_ string, child duck.LogicalType) {
		defer duck.DestroyLogicalType(&child)
		if found == "" {
			found = notExportable(child, true)
		}
	})
	return found
}

// eachChild calls visit with the types a nested type is made of, which visit
// destroys. Their names are those of a struct's or union's fields.
func eachChild(t duck.LogicalType, visit func(name string, child duck.LogicalType)) {
	switch duck.GetTypeId(t) {
	case duck.TypeList:
		visit("", duck.ListTypeChildType(t))
	case duck.TypeArray:
		visit("", duck.ArrayTypeChildType(t))
	case duck.TypeMap:
		visit("", duck.MapTypeKeyType(t))
		visit("", duck.MapTypeValueType(t))
	case duck.TypeStruct:
		for i := range duck.StructTypeChildCount(t) {
			visit(duck.StructTypeChildName(t, i), duck.StructTypeChildType(t, i))
		}
	case duck.TypeUnion:
		for i := range duck.UnionTypeMemberCount(t) {
			visit(duck.UnionTypeMemberName(t, i), duck.UnionTypeMemberType(t, i))
		}
	}
}

// isPlain says whether the Arrow type of t says all there is to say.
func isPlain(t duck.LogicalType) bool {
	switch duck.GetTypeId(t) {
	case duck.TypeBoolean, duck.TypeTinyInt, duck.TypeSmallInt, duck.TypeInteger, duck.TypeBigInt,
		duck.TypeUTinyInt, duck.TypeUSmallInt, duck.TypeUInteger, duck.TypeUBigInt,
		duck.TypeFloat, duck.TypeDouble, duck.TypeDecimal, duck.TypeBlob, duck.TypeVarchar,
		duck.TypeDate, duck.TypeTime, duck.TypeTimestamp, duck.TypeTimestampTZ, duck.TypeInterval:
		return duck.LogicalTypeGetAlias(t) == ""
	}
	return false
}

// typeName is the type as DuckDB writes it: DECIMAL(18,3), ENUM('a', 'b').
func typeName(t duck.LogicalType) string {
	id := duck.GetTypeId(t)
	if id != duck.TypeEnum {
		if alias := duck.LogicalTypeGetAlias(t); alias != "" {
			return alias
		}
	}
	var parts []string
	eachChild(t, func(name string, child duck.LogicalType) {
		defer duck.DestroyLogicalType(&child)
		if name != "" {
			name = identifierIfNeeded(name) + " "
		}
		parts = append(parts, name+typeName(child))
	})
	inner := strings.Join(parts, ", ")
	switch id {
	case duck.TypeDecimal:
		return "DECIMAL(" + strconv.Itoa(int(duck.DecimalWidth(t))) + "," + strconv.Itoa(int(duck.DecimalScale(t))) + ")"
	case duck.TypeList:
		return inner + "[]"
	case duck.TypeArray:
		return inner + "[" + strconv.Itoa(int(duck.ArrayTypeArraySize(t))) + "]"
	case duck.TypeMap:
		return "MAP(" + inner + ")"
	case duck.TypeStruct:
		return "STRUCT(" + inner + ")"
	case duck.TypeUnion:
		return "UNION(" + inner + ")"
	case duck.TypeEnum:
		values := make([]string, duck.EnumDictionarySize(t))
		for i := range values {
			values[i] = literal(duck.EnumDictionaryValue(t, duck.IdxT(i)))
		}
		return "ENUM(" + strings.Join(values, ", ") + ")"
	}
	return simpleName(id)
}

// simpleName is the name of a type that has no parameters.
func simpleName(id duck.Type) string {
	switch id {
	case duck.TypeBoolean:
		return "BOOLEAN"
	case duck.TypeTinyInt:
		return "TINYINT"
	case duck.TypeSmallInt:
		return "SMALLINT"
	case duck.TypeInteger:
		return "INTEGER"
	case duck.TypeBigInt:
		return "BIGINT"
	case duck.TypeHugeInt:
		return "HUGEINT"
	case duck.TypeUTinyInt:
		return "UTINYINT"
	case duck.TypeUSmallInt:
		return "USMALLINT"
	case duck.TypeUInteger:
		return "UINTEGER"
	case duck.TypeUBigInt:
		return "UBIGINT"
	case duck.TypeUHugeInt:
		return "UHUGEINT"
	case duck.TypeBigNum:
		return "BIGNUM"
	case duck.TypeFloat:
		return "FLOAT"
	case duck.TypeDouble:
		return "DOUBLE"
	case duck.TypeVarchar:
		return "VARCHAR"
	case duck.TypeBlob:
		return "BLOB"
	case duck.TypeBit:
		return "BIT"
	case duck.TypeUUID:
		return "UUID"
	case duck.TypeDate:
		return "DATE"
	case duck.TypeTime:
		return "TIME"
	case duck.TypeTimeNS:
		return "TIME_NS"
	case duck.TypeTimeTZ:
		return "TIME WITH TIME ZONE"
	case duck.TypeTimestamp:
		return "TIMESTAMP"
	case duck.TypeTimestampS:
		return "TIMESTAMP_S"
	case duck.TypeTimestampMS:
		return "TIMESTAMP_MS"
	case duck.TypeTimestampNS:
		return "TIMESTAMP_NS"
	case duck.TypeTimestampTZ:
		return "TIMESTAMP WITH TIME ZONE"
	case duck.TypeInterval:
		return "INTERVAL"
	case duck.TypeGeometry:
		return "GEOMETRY"
	case duck.TypeVariant:
		return "VARIANT"
	case duck.TypeSQLNull:
		return `"NULL"`
	}
	return "UNKNOWN"
}

// identifierIfNeeded quotes a field's name unless it is lower-case letters.
func identifierIfNeeded(s string) string {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c == '_' || 'a' <= c && c <= 'z' || i > 0 && '0' <= c && c <= '9') {
			return identifier(s)
		}
	}
	return s
}

// decoderFor is what turns an exported column of the type into the text that the
// engine promises for it (engine.OpaqueVendor), and its Arrow type; nil if the
// export is as promised.
func decoderFor(t duck.LogicalType) (decoder, arrow.DataType) {
	switch duck.GetTypeId(t) {
	case duck.TypeTimeTZ:
		return textColumn(appendTimeTZ), opaque(arrow.BinaryTypes.String, "time_tz")
	case duck.TypeBit:
		return textColumn(appendBit), opaque(arrow.BinaryTypes.String, "bit")
	case duck.TypeBigNum:
		return textColumn(appendBigNum), opaque(arrow.BinaryTypes.String, "bignum")
	}
	return nil, nil
}

// fieldOf is the field that a column has in the schema of a SELECT. A type that
// cannot be sent is listed as text, which a SELECT would have to cast it to.
func (s *session) fieldOf(t duck.LogicalType, name string) arrow.Field {
	one, err := newSchema(s.arrow, []duck.LogicalType{t}, []string{name})
	if err != nil {
		return arrow.Field{
			Name: name, Type: arrow.BinaryTypes.String, Nullable: true,
			Metadata: arrow.NewMetadata([]string{engine.DeclaredTypeKey}, []string{typeName(t)}),
		}
	}
	return one.out.Field(0)
}
