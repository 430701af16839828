package columns

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/engine/dialect/rewrite"
)

// Refused says why PostgreSQL refuses a statement that an engine has refused for a
// name or for the types of a function's arguments. An engine may look for the
// overload of a function before it has found that one of its arguments is no column,
// and it names the function that it put in the place of the user's. missing is the
// function that the engine does not know, if it said so.
//
// nil says that nothing was found: then it is as the engine says.
func Refused(sql, missing string, c Catalog) *Problem {
	statement, ok := rewrite.Parse(sql)
	if !ok {
		return nil
	}
	k := &checker{scope: &scope{catalog: c}, sql: sql, refused: &refusal{missing}, found: &rewrite.Types{}}
	k.statement(statement)
	return k.problem
}

// refusal is what a checker knows in addition if it looks for names too.
type refusal struct {
	missing string // function, or ""
}

// reference looks for a column.
func (k *checker) reference(ref *pg.ColumnRef) {
	var names []string
	for _, f := range ref.Fields {
		names = append(names, f.GetString_().GetSval())
	}
	if ref.Fields[len(ref.Fields)-1].GetAStar() != nil && len(names) == 1 {
		return
	}
	column, of := names[len(names)-1], ""
	if len(names) > 1 {
		of = names[len(names)-2]
	}
	if k.mayBe(of, column) {
		return
	}
	switch t := k.tableOf(of); {
	case of == "":
		k.report(ref.Location, "42703", `column "%s" does not exist`, column)
	case t == nil:
		k.report(ref.Location, "42P01", `missing FROM-clause entry for table "%s"`, of)
		k.hintAtAlias(of)
		return
	default:
		k.report(ref.Location, "42703", "column %s.%s does not exist", of, column)
	}
	k.hint(k.similar(of, column))
}

// mayBe reports whether a name is something at this place, or may be it because
// not all columns of a table are known. A star is "".
func (k *checker) mayBe(of, column string) bool {
	for s := k.scope; s != nil; s = s.outer {
		for _, t := range s.tables {
			switch {
			case of == t.name, of == "":
				if _, ok := named(t.columns, column); ok || !t.closed || isSystemColumn(column) || of == "" && t.name == column || column == "" {
					return true
				}
			default: // of may be a column, and this a field of it
				if c, ok := named(t.columns, of); ok && !known(category(c.Type)) || !t.closed {
					return true
				}
			}
		}
	}
	return false
}

func isSystemColumn(name string) bool {
	_, ok := systemColumn(name)
	return ok || name == "rowid" // the engine's
}

// tableOf is the table of a name.
func (k *checker) tableOf(name string) *table {
	for s := k.scope; s != nil; s = s.outer {
		for i, t := range s.tables {
			if t.name == name {
				return &s.tables[i]
			}
		}
	}
	return nil
}

func (k *checker) hint(text string) {
	if k.problem != nil && k.problem.Hint == "" {
		k.problem.Hint = text
	}
}

// hintAtAlias is the hint for who names a table that has an alias here.
func (k *checker) hintAtAlias(relation string) {
	for s := k.scope; s != nil; s = s.outer {
		for _, t := range s.tables {
			if t.relation == relation && k.problem != nil {
				k.problem.Message = `invalid reference to FROM-clause entry for table "` + relation + `"`
				k.hint(`Perhaps you meant to reference the table alias "` + t.name + `".`)
				return
			}
		}
	}
}

// A column is like a name if no more characters of it are different than this, nor
// more than half of them. It is PostgreSQL's measure, but for case and the signs
// between words, which headers of files have.
const maxDistance = 3

// similar is a hint to the one or two columns that are most like a name.
func (k *checker) similar(of, column string) string {
	best := min(maxDistance, len([]rune(column))/2)
	var found []string
	for s := k.scope; s != nil; s = s.outer {
		for _, t := range s.tables {
			if of != "" && of != t.name {
				continue
			}
			for _, c := range t.columns {
				d := distance(folded(column), folded(c.Name))
				if d > best {
					continue
				}
				if d < best {
					best, found = d, nil
				}
				found = append(found, `column "`+qualified(t.name, c.Name)+`"`)
			}
		}
	}
	if len(found) == 0 || len(found) > 2 {
		return ""
	}
	return "Perhaps you meant to reference the " + strings.Join(found, " or the ") + "."
}

func qualified(table, column string) string {
	if table == "" {
		return column
	}
	return table + "." + column
}

func folded(name string) []rune {
	return []rune(strings.ToLower(strings.NewReplacer("_", " ", "-", " ", ".", " ").Replace(name)))
}

// distance is how many characters have to be put in, taken out or changed to make b
// of a (Levenshtein).
func distance(a, b []rune) int {
	row := make([]int, len(b)+1) // of a's characters so far to the beginnings of b
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			change := diagonal
			if x != y {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// call looks for a function that takes these arguments, if their types are known.
func (k *checker) call(f *pg.FuncCall) {
	if f.AggStar || f.AggWithinGroup || f.FuncVariadic {
		return
	}
	names, args := make([]string, len(f.Args)), make([]uint32, len(f.Args))
	for i, n := range f.Args {
		t := k.typ(n)
		if n.GetNamedArgExpr() != nil || t.OID != literalType && !known(category(t)) {
			return
		}
		names[i], args[i] = t.name(), t.OID
	}
	name := f.Funcname[len(f.Funcname)-1].GetString_().GetSval()
	exists, takes := k.catalog.Takes(name, args)
	if takes || !exists && !strings.EqualFold(name, k.refused.missing) { // it may be one of the engine's
		return
	}
	k.report(f.Location, "42883", "function %s(%s) does not exist", name, strings.Join(names, ", "))
	k.hint("No function matches the given name and argument types. You might need to add explicit type casts.")
}

// sorted looks at what rows are sorted or grouped by: a column, or the name of one
// of the result's.
func (k *checker) sorted(q *pg.SelectStmt, list []*pg.Node) {
	for _, n := range list {
		if by := n.GetSortBy(); by != nil {
			n = by.Node
		}
		if ref := n.GetColumnRef(); len(ref.GetFields()) == 1 && k.refused != nil && isTarget(q, ref.Fields[0].GetString_().GetSval()) {
			continue
		}
		k.expr(n)
	}
}

func isTarget(q *pg.SelectStmt, name string) bool {
	for _, n := range q.TargetList {
		t := n.GetResTarget()
		if t.Name == name || t.Name == "" && rewrite.ColumnName(t.Val) == name {
			return true
		}
	}
	return false
}

// quals looks at the conditions of joins.
func (k *checker) quals(list []*pg.Node) {
	for _, n := range list {
		if j := n.GetJoinExpr(); j != nil {
			k.quals([]*pg.Node{j.Larg, j.Rarg})
			if j.Quals != nil {
				k.condition(j.Quals, "JOIN/ON")
			}
		}
	}
}

// assigned looks at what INSERT and UPDATE set: columns of the table, by names.
func (k *checker) assigned(v *pg.RangeVar, targets []*pg.Node) {
	columns, ok := k.catalog.Relation(v.Schemaname, v.Relname)
	for _, n := range targets {
		t := n.GetResTarget()
		if _, there := named(columns, t.Name); ok && !there {
			k.report(t.Location, "42703", `column "%s" of relation "%s" does not exist`, t.Name, v.Relname)
		}
		k.expr(t.Val)
	}
}

// returned looks at what a statement returns.
func (k *checker) returned(targets []*pg.Node) {
	for _, n := range targets {
		k.expr(n.GetResTarget().Val)
	}
}
