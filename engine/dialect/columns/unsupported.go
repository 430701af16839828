package columns

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// What PostgreSQL has and the engine has not, where the engine would say so in words
// of its own or take it for a mistake in the grammar, is refused by its name.

func (k *checker) unsupported(location int32, what, hint string) {
	if k.problem == nil {
		k.report(location, "0A000", "%s is not supported", what)
		k.problem.Hint = hint
	}
}

// unsupportedStatement refuses statements about what there is none of.
func (k *checker) unsupportedStatement(n *pg.Node) {
	switch e := n.GetNode().(type) {
	case *pg.Node_AlterEnumStmt:
		k.unsupported(-1, "ALTER TYPE", "Make another type, and change the columns with ALTER TABLE ... ALTER COLUMN ... TYPE.")
	case *pg.Node_CompositeTypeStmt:
		k.unsupported(-1, "CREATE TYPE of rows", "")
	case *pg.Node_CreateRangeStmt:
		k.unsupported(-1, "CREATE TYPE of ranges", "")
	case *pg.Node_RenameStmt:
		switch e.RenameStmt.RenameType {
		case pg.ObjectType_OBJECT_SCHEMA:
			k.unsupported(-1, "ALTER SCHEMA ... RENAME", "")
		case pg.ObjectType_OBJECT_INDEX:
			k.unsupported(-1, "ALTER INDEX ... RENAME", "Drop the index, and make it again.")
		case pg.ObjectType_OBJECT_TYPE:
			k.unsupported(-1, "ALTER TYPE ... RENAME", "")
		}
	}
}

// unsupportedTable refuses what a CREATE TABLE says that the engine has not.
func (k *checker) unsupportedTable(s *pg.CreateStmt) {
	if len(s.InhRelations) > 0 {
		k.unsupported(-1, "INHERITS", "")
	}
	if s.Partspec != nil {
		k.unsupported(-1, "PARTITION BY", "")
	}
	for _, n := range s.TableElts {
		if like := n.GetTableLikeClause(); like != nil {
			k.unsupported(like.Relation.Location, "LIKE in CREATE TABLE", "CREATE TABLE ... AS TABLE other WITH NO DATA copies the columns.")
		}
		k.unsupportedConstraint(n.GetConstraint())
		for _, c := range n.GetColumnDef().GetConstraints() {
			k.unsupportedConstraint(c.GetConstraint())
		}
	}
}

func (k *checker) unsupportedConstraint(c *pg.Constraint) {
	switch {
	case c == nil:
	case c.Contype == pg.ConstrType_CONSTR_GENERATED:
		k.unsupported(c.Location, "GENERATED ... STORED", "Write VIRTUAL: the column is computed when it is read.")
	case c.Contype == pg.ConstrType_CONSTR_EXCLUSION:
		k.unsupported(c.Location, "EXCLUDE", "")
	case c.NullsNotDistinct:
		k.unsupported(c.Location, "NULLS NOT DISTINCT", "")
	case c.Contype == pg.ConstrType_CONSTR_FOREIGN && (changes(c.FkDelAction) || changes(c.FkUpdAction)):
		k.unsupported(c.Location, "a foreign key with CASCADE, SET NULL or SET DEFAULT", "Without them a row that is referred to cannot be deleted.")
	case c.Contype == pg.ConstrType_CONSTR_ATTR_DEFERRABLE, c.Contype == pg.ConstrType_CONSTR_ATTR_DEFERRED, c.Deferrable:
		k.unsupported(c.Location, "DEFERRABLE", "All constraints are checked at the end of each statement.")
	}
}

// unsupportedCall refuses VARIADIC where the engine would take the array for one
// value.
func (k *checker) unsupportedCall(f *pg.FuncCall, name string) {
	if !f.FuncVariadic {
		return
	}
	switch name {
	case "concat", "concat_ws", "format", "num_nulls", "num_nonnulls",
		"json_extract_path", "jsonb_extract_path", "json_extract_path_text", "jsonb_extract_path_text":
	default:
		k.unsupported(f.Location, "VARIADIC in a call of "+name, "")
	}
}

// changes reports whether an action of a foreign key changes the rows that refer.
func changes(action string) bool { return slices.Contains([]string{"c", "n", "d"}, action) }
