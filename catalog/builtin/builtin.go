// Package builtin is the part of PostgreSQL's catalog that is the same in every
// database: the rows of pg_catalog and information_schema that initdb makes. They
// were exported from PostgreSQL 15 and are embedded; to export them again run
//
//	go test ./catalog/builtin -run TestRecord -record
//
// where PostgreSQL 15 is installed.
package builtin

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/csvsql/csvsql/wire/oid"
)

const (
	file        = "relations.zip"
	columnsFile = "columns" // of the zip: a line for each relation
)

//go:embed relations.zip
var relations []byte

// Relation is a relation of the catalog.
type Relation struct {
	Schema, Name string
	OID          oid.OID // 0 for what is no relation in PostgreSQL
	Columns      []Column
}

// Column is a column of a Relation, with its type as RowDescription has it.
type Column struct {
	Name string
	Type Type
}

// All are the relations, by schema and name. Beside pg_catalog and
// information_schema there are the schemas "function", for functions that return
// sets, and "csvsql", for what the look-up functions know of built-in objects.
var All = sync.OnceValue(func() []Relation {
	text, err := read(columnsFile)
	if err != nil {
		panic(err) // the embedded file is broken
	}
	var all []Relation
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		var r Relation
		r.Schema, r.Name, _ = strings.Cut(fields[0], ".")
		n, err := strconv.ParseUint(fields[1], 10, 32)
		if err != nil {
			panic(err)
		}
		r.OID = oid.OID(n)
		for _, f := range fields[2:] {
			name, typ, _ := strings.Cut(f, ":")
			t, ok := typeNamed(typ)
			if !ok {
				panic(fmt.Sprintf("%s.%s has type %s", fields[0], name, typ))
			}
			r.Columns = append(r.Columns, Column{name, t})
		}
		all = append(all, r)
	}
	textType, _ := typeNamed("text")
	return append(all, Relation{Schema: "csvsql", Name: Session, Columns: []Column{{"name", textType}, {"value", textType}}})
})

// Session is a relation of what functions know of their session, by name. It has
// no embedded rows.
const Session = "session"

// Find is a relation by its name.
func Find(schema, name string) (*Relation, bool) {
	r, ok := byName()[[2]string{schema, name}]
	return r, ok
}

var byName = sync.OnceValue(func() map[[2]string]*Relation {
	m := map[[2]string]*Relation{}
	for i := range All() {
		r := &All()[i]
		m[[2]string{r.Schema, r.Name}] = r
	}
	return m
})

func read(name string) ([]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(relations), int64(len(relations)))
	if err != nil {
		return nil, err
	}
	f, err := z.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}
