package encoding

import (
	"cmp"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/wire/oid"
)

// mapping is how the values of one field go out: as a scalar, as an array of
// scalars, or, where PostgreSQL has no type for them, as jsonb. It is decided
// from the field alone, before a row is seen, and only read afterwards.
type mapping struct {
	typ     Type
	storage arrow.DataType
	logical logical

	// elem is what a list, dictionary or run-end encoding holds, of the former
	// after dims levels of fixed-size lists.
	elem *mapping
	dims []int32

	// fields are the members of a struct or union, or key and value of a map.
	fields []member
}

type member struct {
	name string
	at   int // among the children of the Arrow type
	*mapping
}

// maxDims is PostgreSQL's limit of array dimensions, MAXDIM.
const maxDims = 6

func mappingOf(f arrow.Field) *mapping {
	storage, logical := storageOf(f)
	m := &mapping{storage: storage, logical: logical}
	switch t := storage.(type) {
	case *arrow.DictionaryType:
		m.elem = mappingOf(arrow.Field{Type: t.ValueType, Metadata: f.Metadata})
		m.typ = m.elem.typ
	case *arrow.RunEndEncodedType:
		m.elem = mappingOf(arrow.Field{Type: t.Encoded(), Metadata: f.Metadata})
		m.typ = m.elem.typ
	case *arrow.MapType:
		m.typ = typeOf(oid.JSONB)
		m.fields = members([]arrow.Field{t.KeyField(), t.ItemField()})
	case *arrow.StructType:
		if isRecord(t) {
			m.typ = typeOf(oid.Record)
			m.fields = members(t.Fields())
			break
		}
		m.typ = typeOf(oid.JSONB)
		m.fields = sortLikeJSONB(members(t.Fields()))
	case arrow.UnionType:
		m.typ = typeOf(oid.JSONB)
		m.fields = members(t.Fields())
	case *arrow.FixedSizeListType:
		m.elem = mappingOf(t.ElemField())
		if inner := m.elem; inner.dims != nil && len(inner.dims) < maxDims && arrayOf(inner.elem.typ.OID) != 0 {
			m.typ, m.elem = inner.typ, inner.elem
			m.dims = append([]int32{t.Len()}, inner.dims...)
			break
		}
		m.typ = arrayType(m.elem)
		m.dims = []int32{t.Len()}
	case arrow.ListLikeType:
		m.elem = mappingOf(t.ElemField())
		m.typ = arrayType(m.elem)
	default:
		m.typ = scalarType(storage, logical)
	}
	return m
}

// arrayType is the type of a list: an array if there is one of its elements.
func arrayType(elem *mapping) Type {
	if elem.logical == jsonbText {
		return typeOf(oid.JSONBArray)
	}
	if o := arrayOf(elem.typ.OID); o != 0 {
		return Type{OID: o, Len: -1, Mod: elem.typ.Mod}
	}
	return typeOf(oid.JSONB)
}

func members(fields []arrow.Field) []member {
	ms := make([]member, len(fields))
	for i, f := range fields {
		ms[i] = member{name: f.Name, at: i, mapping: mappingOf(f)}
	}
	return ms
}

// sortLikeJSONB orders keys as jsonb stores and shows them: shorter ones first,
// and of several that are equal the last one only
// (PostgreSQL documentation, 8.14 JSON Types).
func sortLikeJSONB(ms []member) []member {
	slices.SortStableFunc(ms, func(a, b member) int {
		return cmp.Or(cmp.Compare(len(a.name), len(b.name)), cmp.Compare(a.name, b.name))
	})
	kept := ms[:0]
	for i, m := range ms {
		if i+1 == len(ms) || ms[i+1].name != m.name {
			kept = append(kept, m)
		}
	}
	return kept
}

// scalarType maps what has no parts.
func scalarType(storage arrow.DataType, l logical) Type {
	switch l {
	case uuid:
		return typeOf(oid.UUID)
	case jsonText:
		return typeOf(oid.JSON)
	case jsonbText:
		return typeOf(oid.JSONB)
	case bool8:
		return typeOf(oid.Bool)
	case hugeint, uhugeint, bignum, numericText:
		return typeOf(oid.Numeric)
	case timetz:
		return typeOf(oid.Timetz)
	case bit:
		return typeOf(oid.Varbit)
	case oidType:
		return typeOf(oid.OIDType)
	case tidType:
		return typeOf(oid.TID)
	case nameType:
		return typeOf(oid.Name)
	case charType:
		return typeOf(oid.Char)
	}
	switch storage.ID() {
	case arrow.BOOL:
		return typeOf(oid.Bool)
	case arrow.INT8, arrow.UINT8, arrow.INT16:
		return typeOf(oid.Int2)
	case arrow.UINT16, arrow.INT32:
		return typeOf(oid.Int4)
	case arrow.UINT32, arrow.INT64:
		return typeOf(oid.Int8)
	case arrow.UINT64:
		return numericType(20, 0)
	case arrow.FLOAT16, arrow.FLOAT32:
		return typeOf(oid.Float4)
	case arrow.FLOAT64:
		return typeOf(oid.Float8)
	case arrow.DECIMAL32, arrow.DECIMAL64, arrow.DECIMAL128, arrow.DECIMAL256:
		d := storage.(arrow.DecimalType)
		return numericType(d.GetPrecision(), d.GetScale())
	case arrow.BINARY, arrow.LARGE_BINARY, arrow.BINARY_VIEW, arrow.FIXED_SIZE_BINARY:
		return typeOf(oid.Bytea)
	case arrow.DATE32, arrow.DATE64:
		return typeOf(oid.Date)
	case arrow.TIME32, arrow.TIME64:
		return typeOf(oid.Time)
	case arrow.TIMESTAMP:
		if storage.(*arrow.TimestampType).TimeZone != "" {
			return typeOf(oid.Timestamptz)
		}
		return typeOf(oid.Timestamp)
	case arrow.INTERVAL_MONTHS, arrow.INTERVAL_DAY_TIME, arrow.INTERVAL_MONTH_DAY_NANO, arrow.DURATION:
		return typeOf(oid.Interval)
	}
	// Text, and NULL: a column of nothing else is text in PostgreSQL too.
	return typeOf(oid.Text)
}
