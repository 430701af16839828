package catalog

import (
	"sync"

	"github.com/csvsql/csvsql/engine"
)

// builtinComments are the comments on built-in objects.
var builtinComments = sync.OnceValue(func() map[commentKey]string {
	comments := map[commentKey]string{}
	for _, name := range []string{"pg_description", "pg_shdescription"} {
		for r := range builtinRows("pg_catalog", name) {
			key := commentKey{object: r.number("objoid"), class: r.number("classoid")}
			if name == "pg_description" {
				key.column = r.int("objsubid")
			}
			comments[key] = r.text("description")
		}
	}
	return comments
})

func (l *lookup) comment(key commentKey) (string, bool) {
	if text, ok := l.comments[key]; ok {
		return text, true
	}
	text, ok := builtinComments()[key]
	return text, ok
}

// descriptionFunctions are those of PostgreSQL's table 9.76, Comment
// Information Functions.
func descriptionFunctions() []engine.Function {
	inCatalog := func(l *lookup, oid object, catalog string) (result[string], error) {
		class, ok := l.search("pg_class", "pg_catalog", catalog)
		if !ok {
			return null[string](), nil
		}
		return found(l.comment(commentKey{object: uint32(oid), class: class})), nil
	}
	return []engine.Function{
		binary("obj_description", inCatalog),
		binary("shobj_description", inCatalog),
		unary("obj_description", func(l *lookup, oid object) (result[string], error) {
			for _, class := range []uint32{relationClass, typeClass, namespaceClass, constraintClass, functionClass} {
				if text, ok := l.comment(commentKey{object: uint32(oid), class: class}); ok {
					return some(text), nil
				}
			}
			return null[string](), nil
		}),
		binary("col_description", func(l *lookup, oid, column object) (result[string], error) {
			return found(l.comment(commentKey{uint32(oid), relationClass, int32(column)})), nil
		}),
	}
}
