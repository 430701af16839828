package catalog

import (
	"strings"
	"sync"

	"github.com/csvsql/csvsql/catalog/builtin"
)

// FunctionNames are the names under which SQL calls the functions of Builtins,
// without their schema.
var FunctionNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, f := range functions() {
		names[strings.TrimPrefix(f.Name, FunctionSchema)] = true
	}
	return names
})

// ColumnNames are the columns of the relations of Builtins, by names like
// "pg_catalog.pg_class".
var ColumnNames = sync.OnceValue(func() map[string][]string {
	columns := map[string][]string{}
	for _, r := range builtin.All() {
		names := make([]string, len(r.Columns))
		for i, c := range r.Columns {
			names[i] = c.Name
		}
		columns[r.Schema+"."+r.Name] = names
	}
	return columns
})
