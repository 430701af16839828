package catalog

import "sync"

// typeInfo is what columns take over from their type (pg_type).
type typeInfo struct {
	oid, namespace  uint32
	name            string
	length          int
	byValue         bool
	align, storage  string
	collation, elem uint32
	array           uint32
	format          string // what format_type says
}

// builtinTypes are the types that initdb makes, by OID.
var builtinTypes = sync.OnceValue(func() map[uint32]typeInfo {
	types := map[uint32]typeInfo{}
	formats := builtinDefinitions()["format_type"]
	for r := range builtinRows("pg_catalog", "pg_type") {
		t := typeInfo{
			oid: r.number("oid"), namespace: r.number("typnamespace"), name: r.text("typname"),
			length: int(r.small("typlen")), byValue: r.flag("typbyval"), align: r.text("typalign"), storage: r.text("typstorage"),
			collation: r.number("typcollation"), elem: r.number("typelem"), array: r.number("typarray"),
		}
		t.format = formats[t.oid]
		types[t.oid] = t
	}
	return types
})

// builtinDefinitions are what look-up functions say of built-in objects, by
// function and OID.
var builtinDefinitions = sync.OnceValue(func() map[string]map[uint32]string {
	definitions := map[string]map[uint32]string{}
	for r := range builtinRows("csvsql", "definition") {
		function := r.text("function")
		if definitions[function] == nil {
			definitions[function] = map[uint32]string{}
		}
		definitions[function][r.number("oid")] = r.text("text")
	}
	return definitions
})

// operatorClasses are the default btree operator classes, by type.
var operatorClasses = sync.OnceValue(func() map[uint32]uint32 {
	classes := map[uint32]uint32{}
	for r := range builtinRows("pg_catalog", "pg_opclass") {
		if r.flag("opcdefault") && r.number("opcmethod") == btreeAM {
			classes[r.number("opcintype")] = r.number("oid")
		}
	}
	return classes
})

// typesByName are the built-in types by their name in pg_type.
var typesByName = sync.OnceValue(func() map[string]typeInfo {
	types := map[string]typeInfo{}
	for _, t := range builtinTypes() {
		types[t.name] = t
	}
	return types
})
