package duckdb

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
)

// DuckDB marks extension types in the metadata of fields, and package cdata
// imports their storage only. What follows makes extension types of fields and
// of the arrays that belong to them.

// withExtensions is f with its extension types, also those inside of it, in
// place of their storage. A name that is not registered stays metadata.
func withExtensions(f arrow.Field) arrow.Field {
	f.Type = nestedExtensions(f.Type)
	name, ok := f.Metadata.GetValue(ipc.ExtensionTypeKeyName)
	if !ok {
		return f
	}
	registered := arrow.GetExtensionType(name)
	if registered == nil {
		return f
	}
	parameters, _ := f.Metadata.GetValue(ipc.ExtensionMetadataKeyName)
	t, err := registered.Deserialize(f.Type, parameters)
	if err != nil {
		return f
	}
	f.Type = t
	f.Metadata = withoutKeys(f.Metadata, ipc.ExtensionTypeKeyName, ipc.ExtensionMetadataKeyName)
	return f
}

func nestedExtensions(t arrow.DataType) arrow.DataType {
	switch t := t.(type) {
	case *arrow.ListType:
		return arrow.ListOfField(withExtensions(t.ElemField()))
	case *arrow.FixedSizeListType:
		return arrow.FixedSizeListOfField(t.Len(), withExtensions(t.ElemField()))
	case *arrow.MapType:
		return arrow.MapOfFields(withExtensions(t.KeyField()), withExtensions(t.ItemField()))
	case *arrow.StructType:
		return arrow.StructOf(fieldsWithExtensions(t.Fields())...)
	case *arrow.SparseUnionType:
		return arrow.SparseUnionOf(fieldsWithExtensions(t.Fields()), t.TypeCodes())
	}
	return t
}

func fieldsWithExtensions(fields []arrow.Field) []arrow.Field {
	out := make([]arrow.Field, len(fields))
	for i, f := range fields {
		out[i] = withExtensions(f)
	}
	return out
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
// the buffers. The caller releases it.
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
