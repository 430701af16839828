package encoding

import (
	"encoding/json"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// logical says what a field holds where its storage type does not.
type logical uint8

const (
	plain       logical = iota
	uuid                // fixed_size_binary[16], or text
	jsonText            // text
	jsonbText           // text, as PostgreSQL writes a jsonb
	bool8               // int8
	hugeint             // fixed_size_binary[16], little endian, or decimal128
	uhugeint            // the same, unsigned
	bignum              // text, decimal digits
	numericText         // text, as PostgreSQL writes a numeric
	timetz              // text, as in 10:00:00+05:30
	bit                 // text, as in 0101
	oidType             // an integer
	tidType             // int64: a pgvalue.TID
	nameType            // text
	charType            // text: "char", of one byte
)

// declaredTypeKey is the metadata key for the engine's own name of a type. The
// engine contract defines it; this package knows Arrow only.
const declaredTypeKey = "csvsql.type"

// The keys under which Arrow's IPC format and C data interface carry an
// extension type that the reader has not registered.
const (
	extensionNameKey = "ARROW:extension:name"
	extensionDataKey = "ARROW:extension:metadata"
)

// opaqueVendor is the vendor of those arrow.opaque types that have a meaning here.
const opaqueVendor = "DuckDB"

// storageOf takes extension types off a field. What the field is said to hold
// and its storage cannot is dropped.
func storageOf(f arrow.Field) (arrow.DataType, logical) {
	storage, what := f.Type, declared(f)
	if ext, ok := f.Type.(arrow.ExtensionType); ok {
		storage = ext.StorageType()
		if l := extension(ext.ExtensionName(), ext.Serialize()); l != plain {
			what = l
		}
	} else if name, ok := f.Metadata.GetValue(extensionNameKey); ok {
		data, _ := f.Metadata.GetValue(extensionDataKey)
		if l := extension(name, data); l != plain {
			what = l
		}
	}
	if nested, ok := storage.(arrow.ExtensionType); ok {
		return storageOf(arrow.Field{Type: nested})
	}
	if !what.fits(storage) {
		what = plain
	}
	return storage, what
}

// extension reads the name and parameters of an extension type.
func extension(name, data string) logical {
	switch name {
	case "arrow.uuid":
		return uuid
	case "arrow.json":
		return jsonText
	case "arrow.bool8":
		return bool8
	case "arrow.opaque":
		var o struct {
			Type   string `json:"type_name"`
			Vendor string `json:"vendor_name"`
		}
		if json.Unmarshal([]byte(data), &o) == nil && o.Vendor == opaqueVendor {
			return named(o.Type)
		}
	}
	return plain
}

// declared reads the engine's own name of the type.
func declared(f arrow.Field) logical {
	name, ok := f.Metadata.GetValue(declaredTypeKey)
	if !ok {
		return plain
	}
	return named(name)
}

func named(name string) logical {
	switch strings.ToLower(name) {
	case "uuid":
		return uuid
	case "json":
		return jsonText
	case "jsonb":
		return jsonbText
	case "hugeint":
		return hugeint
	case "uhugeint":
		return uhugeint
	case "bignum":
		return bignum
	case "numeric":
		return numericText
	case "time_tz", "time with time zone", "timetz":
		return timetz
	case "bit":
		return bit
	case "oid":
		return oidType
	case "tid":
		return tidType
	case "name":
		return nameType
	case `"char"`:
		return charType
	}
	return plain
}

// fits reports whether a storage type can hold what l says.
func (l logical) fits(storage arrow.DataType) bool {
	switch l {
	case uuid:
		return isText(storage) || isFixed16(storage)
	case jsonText, jsonbText, bignum, numericText, timetz, bit, nameType, charType:
		return isText(storage)
	case bool8:
		return storage.ID() == arrow.INT8
	case hugeint, uhugeint:
		return isFixed16(storage) || storage.ID() == arrow.DECIMAL128
	case tidType:
		return storage.ID() == arrow.INT64
	case oidType:
		return arrow.IsInteger(storage.ID())
	}
	return true
}

func isText(t arrow.DataType) bool {
	switch t.ID() {
	case arrow.STRING, arrow.LARGE_STRING, arrow.STRING_VIEW:
		return true
	}
	return false
}

func isFixed16(t arrow.DataType) bool {
	f, ok := t.(*arrow.FixedSizeBinaryType)
	return ok && f.ByteWidth == 16
}
