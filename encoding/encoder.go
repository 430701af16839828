package encoding

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal"

	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// encoder writes the values of one array in one form. It is made once per
// result and bound to one array after the other.
//
// append writes the body of a value that is not NULL, without its length. It
// neither fails nor keeps dst. What it reads are typed slices that bind took of
// the array; they are valid as long as the array is.
type encoder interface {
	bind(a arrow.Array)
	append(dst []byte, row int) []byte
}

// form is how a value is written.
type form uint8

const (
	textForm   form = iota
	binaryForm      // the binary format of the protocol
	jsonForm        // a part of a jsonb
	isoForm         // text, with dates and timestamps as in a jsonb
)

// shared is what the encoders of one result have in common.
type shared struct {
	Settings
	zone *pgvalue.Zone

	// compact says that JSON is written as to_json writes it, not to_jsonb: no
	// blanks, members in their own order, floats with an exponent.
	compact bool

	// clamped counts values that went out as an infinity, because PostgreSQL's
	// format has no form for them.
	clamped int64
}

// newEncoder makes the encoder of a mapping in a form.
func newEncoder(m *mapping, f form, c *shared) encoder {
	switch m.storage.(type) {
	case *arrow.DictionaryType:
		return newDictionaryEncoder(m, f, c)
	case *arrow.RunEndEncodedType:
		return newRunEndEncoder(m, f, c)
	}
	switch {
	case m.typ.OID == oid.JSONB && m.logical != jsonbText:
		if f == jsonForm {
			return newCompositeEncoder(m, c)
		}
		return newJSONBEncoder(m, f == binaryForm, c)
	case m.typ.OID == oid.Record:
		if f == jsonForm {
			return newCompositeEncoder(m, c)
		}
		return newRecordEncoder(m, f, c)
	case m.elem != nil:
		return newListEncoder(m, f, c)
	case f == jsonForm:
		return newJSONScalar(m, c)
	}
	return newScalarEncoder(m, f, c)
}

// newScalarEncoder makes the encoder of a mapping without parts.
func newScalarEncoder(m *mapping, f form, c *shared) encoder {
	binary, style := f == binaryForm, c.DateStyle
	if f == isoForm {
		style.Format = pgvalue.XSD
	}
	switch m.storage.ID() {
	case arrow.NULL:
		return &nullEncoder{}
	case arrow.BOOL:
		return &boolEncoder{binary: binary}
	case arrow.INT8:
		if m.logical == bool8 {
			return &bool8Encoder{binary: binary}
		}
		return newIntEncoder[int8](m.typ.OID, binary)
	case arrow.UINT8:
		return newIntEncoder[uint8](m.typ.OID, binary)
	case arrow.INT16:
		return newIntEncoder[int16](m.typ.OID, binary)
	case arrow.UINT16:
		return newIntEncoder[uint16](m.typ.OID, binary)
	case arrow.INT32:
		return newIntEncoder[int32](m.typ.OID, binary)
	case arrow.UINT32:
		return newIntEncoder[uint32](m.typ.OID, binary)
	case arrow.INT64:
		if m.logical == tidType {
			return &tidEncoder{binary: binary}
		}
		return newIntEncoder[int64](m.typ.OID, binary)
	case arrow.UINT64:
		return newUint64Encoder(m.typ.OID, binary)
	case arrow.FLOAT16:
		return &float16Encoder{binary: binary, digits: c.ExtraFloatDigits}
	case arrow.FLOAT32:
		return newFloat4Encoder(binary, c.ExtraFloatDigits)
	case arrow.FLOAT64:
		return newFloat8Encoder(binary, c.ExtraFloatDigits)
	case arrow.DECIMAL32:
		return newSmallDecimalEncoder[decimal.Decimal32](m.storage, binary)
	case arrow.DECIMAL64:
		return newSmallDecimalEncoder[decimal.Decimal64](m.storage, binary)
	case arrow.DECIMAL128:
		return newDecimal128Encoder(m, binary)
	case arrow.DECIMAL256:
		return newDecimal256Encoder(m.storage, binary)
	case arrow.DATE32:
		return newDateEncoder(binary, style, c)
	case arrow.DATE64:
		return &date64Encoder{binary: binary, style: style, shared: c}
	case arrow.TIME32, arrow.TIME64:
		return newTimeEncoder(m.storage, binary)
	case arrow.TIMESTAMP:
		return newTimestampEncoder(m.storage.(*arrow.TimestampType), binary, style, c)
	case arrow.INTERVAL_MONTHS, arrow.INTERVAL_DAY_TIME, arrow.INTERVAL_MONTH_DAY_NANO, arrow.DURATION:
		return newIntervalEncoder(m.storage, binary, c)
	}
	return newBytesEncoder(m, binary, c)
}

// nullEncoder is for a column of nothing but NULL; append is never called.
type nullEncoder struct{ valid []byte }

func (e *nullEncoder) bind(a arrow.Array)              { e.valid = zeroed(e.valid, a.Len()) }
func (e *nullEncoder) append(dst []byte, _ int) []byte { return dst }
func (e *nullEncoder) validity() bitmap                { return bitmap{valid: e.valid} }
func (e *nullEncoder) size() int                       { return 0 }

// column is an encoder with the NULLs of the array that it is bound to.
type column struct {
	encoder
	bitmap
}

func (c *column) bind(a arrow.Array) {
	a = storageArray(a)
	c.encoder.bind(a)
	if n, ok := c.encoder.(nullable); ok {
		c.bitmap = n.validity()
	} else {
		c.bitmap = bitmapOf(a)
	}
}

// nullable is an encoder that knows its NULLs better than the array's bitmap.
type nullable interface {
	// validity returns the NULLs of the array last bound.
	validity() bitmap
}

// storageArray takes extension types off an array.
func storageArray(a arrow.Array) arrow.Array {
	for {
		ext, ok := a.(array.ExtensionArray)
		if !ok {
			return a
		}
		a = ext.Storage()
	}
}
