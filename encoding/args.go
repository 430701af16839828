package encoding

import (
	"errors"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// Args decodes the parameters of a Bind into a batch of one row, with a column
// per parameter, named by its number. types are those that the engine asks for;
// nil is one that it does not know. A client that declared another type gets its
// own, and the engine converts.
//
// A column's type depends on the value where PostgreSQL's does: a numeric is a
// decimal128 of its own precision and scale, or text if it has more digits than
// that, or a float64 if it is NaN or infinite.
//
// The caller releases the batch. Errors have the SQLSTATE of the value (22P02,
// 22003, 22007, 22008, 22021, 08P01) and the parameter as their context.
func Args(b *wire.Bind, types []arrow.DataType, settings *Settings, mem memory.Allocator) (arrow.RecordBatch, error) {
	if len(b.Params) != len(types) {
		return nil, wire.Errorf("08P01", "bind message supplies %d parameters, but prepared statement requires %d",
			len(b.Params), len(types))
	}
	if settings == nil {
		settings = DefaultSettings()
	}
	d := argDecoder{Settings: settings, mem: mem}
	fields := make([]arrow.Field, len(types))
	columns := make([]arrow.Array, len(types))
	defer func() {
		for _, c := range columns {
			if c != nil {
				c.Release()
			}
		}
	}()
	for i, asked := range types {
		c, err := d.decode(b.Params[i], b.Types[i], b.Formats[i], asked)
		if err != nil {
			return nil, argError(i, b.Params[i], b.Formats[i], err)
		}
		columns[i] = c
		fields[i] = arrow.Field{Name: strconv.Itoa(i + 1), Type: c.DataType(), Nullable: true}
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), columns, 1), nil
}

// argError says which parameter an error is about.
func argError(i int, value []byte, f wire.Format, err error) error {
	e := &wire.Error{Severity: "ERROR", Code: "22P02", Message: err.Error(), Err: err}
	var known interface{ SQLState() string }
	if errors.As(err, &known) {
		e.Code = known.SQLState()
	}
	if e.Code == pgvalue.InvalidBinary {
		e.Message += " in bind parameter " + strconv.Itoa(i+1)
	}
	e.Where = "unnamed portal parameter $" + strconv.Itoa(i+1)
	if f == wire.Text && len(value) <= 64 {
		e.Where += " = '" + string(value) + "'"
	}
	return e
}

// argDecoder makes Arrow arrays of parameters.
type argDecoder struct {
	*Settings
	mem  memory.Allocator
	zone *pgvalue.Zone // made when first needed
}

// decode makes an array of one value; nil is NULL.
//
// A binary value is turned into text first, and the text into what the engine
// asks for: so many types of clients by so many of engines would be a great many
// conversions, and a statement takes far longer than both steps.
func (d *argDecoder) decode(value []byte, sent oid.OID, f wire.Format, asked arrow.DataType) (arrow.Array, error) {
	t := valueType(sent, asked)
	if value == nil {
		return d.null(t), nil
	}
	if list, ok := t.(*arrow.ListType); ok {
		return d.list(value, sent, f, list)
	}
	if f == wire.Binary {
		if t.ID() == arrow.BINARY && sent == oid.Bytea {
			return d.bytes(value), nil
		}
		if sent == oid.Unspecified {
			sent = OIDOf(t)
		}
		var err error
		if value, err = d.textOf(value, sent); err != nil {
			return nil, err
		}
	}
	return d.column(t, [][]byte{value})
}

func (d *argDecoder) null(t arrow.DataType) arrow.Array {
	b := array.NewBuilder(d.mem, t)
	defer b.Release()
	b.AppendNull()
	return b.NewArray()
}

func (d *argDecoder) bytes(v []byte) arrow.Array {
	b := array.NewBinaryBuilder(d.mem, arrow.BinaryTypes.Binary)
	defer b.Release()
	b.Append(v)
	return b.NewArray()
}

// column makes an array of values in text, nil standing for NULL.
func (d *argDecoder) column(t arrow.DataType, values [][]byte) (arrow.Array, error) {
	if ext, ok := t.(arrow.ExtensionType); ok {
		storage, err := d.storage(ext, values)
		if err != nil {
			return nil, err
		}
		defer storage.Release()
		return array.NewExtensionArrayWithStorage(ext, storage), nil
	}
	if _, ok := t.(arrow.DecimalType); ok {
		return d.decimals(values)
	}
	return d.build(t, values, d.appendText)
}

// storage makes the array that is under one of an extension type.
func (d *argDecoder) storage(ext arrow.ExtensionType, values [][]byte) (arrow.Array, error) {
	switch _, l := storageOf(arrow.Field{Type: ext}); l {
	case uuid:
		return d.build(ext.StorageType(), values, appendUUID)
	case timetz:
		return d.build(ext.StorageType(), values, appendTimetz)
	case bit:
		return d.build(ext.StorageType(), values, appendBits)
	case tidType:
		return d.build(ext.StorageType(), values, appendTID)
	}
	return d.column(ext.StorageType(), values)
}

// build makes an array with what appends one value.
func (d *argDecoder) build(t arrow.DataType, values [][]byte, appendTo func(array.Builder, []byte) error) (arrow.Array, error) {
	b := array.NewBuilder(d.mem, t)
	defer b.Release()
	for _, v := range values {
		if v == nil {
			b.AppendNull()
		} else if err := appendTo(b, v); err != nil {
			return nil, err
		}
	}
	return b.NewArray(), nil
}

func (d *argDecoder) session() *pgvalue.Zone {
	if d.zone == nil {
		d.zone = pgvalue.NewZone(d.Location)
	}
	return d.zone
}
