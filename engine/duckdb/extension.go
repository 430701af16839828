package duckdb

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// DuckDB marks extension types in the metadata of fields, not everywhere (the
// values of a MAP lack it), and package cdata imports their storage only. So the
// extension types are made here, of DuckDB's own types.

// withExtensions is f, which DuckDB exported for a column of type t, with the
// extension types, also those inside of it, in place of their storage.
func withExtensions(f arrow.Field, t duck.LogicalType) arrow.Field {
	if ext := extensionOf(t); ext != nil && (arrow.TypeEqual(ext.StorageType(), f.Type) || isNumericType(t)) {
		f.Type = ext
		f.Metadata = withoutKeys(f.Metadata, ipc.ExtensionTypeKeyName, ipc.ExtensionMetadataKeyName)
		return f
	}
	var children []duck.LogicalType
	eachChild(t, func(_ string, child duck.LogicalType) { children = append(children, child) })
	defer destroyTypes(children)
	switch nested := f.Type.(type) {
	case *arrow.ListType:
		f.Type = arrow.ListOfField(withExtensions(nested.ElemField(), children[0]))
	case *arrow.FixedSizeListType:
		f.Type = arrow.FixedSizeListOfField(nested.Len(), withExtensions(nested.ElemField(), children[0]))
	case *arrow.MapType:
		f.Type = arrow.MapOfFields(withExtensions(nested.KeyField(), children[0]), withExtensions(nested.ItemField(), children[1]))
	case *arrow.StructType:
		f.Type = arrow.StructOf(fieldsWithExtensions(nested.Fields(), children)...)
	case *arrow.SparseUnionType:
		f.Type = arrow.SparseUnionOf(fieldsWithExtensions(nested.Fields(), children), nested.TypeCodes())
	}
	return f
}

func fieldsWithExtensions(fields []arrow.Field, types []duck.LogicalType) []arrow.Field {
	out := make([]arrow.Field, len(fields))
	for i, f := range fields {
		out[i] = withExtensions(f, types[i])
	}
	return out
}

// extensionOf is the extension type that values of type t travel as, or nil.
func extensionOf(t duck.LogicalType) arrow.ExtensionType {
	if isNumericType(t) {
		return opaque(arrow.BinaryTypes.String, numericOpaque)
	}
	switch duck.GetTypeId(t) {
	case duck.TypeBoolean:
		return extensions.NewBool8Type()
	case duck.TypeUUID:
		return extensions.NewUUIDType()
	case duck.TypeHugeInt:
		return opaque(&arrow.FixedSizeBinaryType{ByteWidth: 16}, "hugeint")
	case duck.TypeUHugeInt:
		return opaque(&arrow.FixedSizeBinaryType{ByteWidth: 16}, "uhugeint")
	case duck.TypeBigInt:
		if duck.LogicalTypeGetAlias(t) == tidName {
			return engine.TypeTID().(arrow.ExtensionType)
		}
	case duck.TypeVarchar:
		switch duck.LogicalTypeGetAlias(t) {
		case "JSON":
			return engine.TypeJSON().(arrow.ExtensionType)
		case jsonbAlias:
			return engine.TypeJSONB().(arrow.ExtensionType)
		}
	}
	return nil
}

func opaque(storage arrow.DataType, name string) arrow.ExtensionType {
	return extensions.NewOpaqueType(storage, name, engine.OpaqueVendor)
}

func withoutKeys(m arrow.Metadata, drop ...string) arrow.Metadata {
	kept := map[string]string{}
	for i, k := range m.Keys() {
		kept[k] = m.Values()[i]
	}
	for _, k := range drop {
		delete(kept, k)
	}
	return arrow.MetadataFrom(kept)
}

// retype is a, whose type is the storage of t, as an array of type t. It shares
// the buffers, but for those of numerics. The caller releases it.
func retype(a arrow.Array, t arrow.DataType) arrow.Array {
	d := retypeData(a.Data(), t)
	defer d.Release()
	return array.MakeFromData(d)
}

func retypeData(d arrow.ArrayData, t arrow.DataType) arrow.ArrayData {
	storage := t
	if ext, ok := t.(arrow.ExtensionType); ok {
		storage = ext.StorageType()
	}
	if storage.ID() == arrow.STRING && d.DataType().ID() == arrow.BINARY {
		return numericTexts(d, t)
	}
	if nested, ok := storage.(arrow.NestedType); ok {
		children := make([]arrow.ArrayData, len(d.Children()))
		for i, f := range nested.Fields() {
			children[i] = retypeData(d.Children()[i], f.Type)
			defer children[i].Release()
		}
		return array.NewData(t, d.Len(), d.Buffers(), children, d.NullN(), d.Offset())
	}
	out := array.NewData(t, d.Len(), d.Buffers(), d.Children(), d.NullN(), d.Offset())
	if dict, ok := d.Dictionary().(*array.Data); ok && dict != nil {
		out.SetDictionary(dict)
	}
	return out
}

// numericTexts are the texts of numerics, which are exported as keys.
func numericTexts(d arrow.ArrayData, t arrow.DataType) arrow.ArrayData {
	exported := array.NewBinaryData(d)
	defer exported.Release()
	texts := textsOf(exported, nil, appendNumber)
	defer texts.Release()
	return array.NewData(t, texts.Len(), texts.Data().Buffers(), nil, texts.NullN(), 0)
}
