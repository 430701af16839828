package server

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
)

// alter is ALTER TABLE, VIEW and MATERIALIZED VIEW: one action after the other, all
// or none of them.
func (s *session) alter(ctx context.Context, u dialect.Alter, src *source) (wire.Result, error) {
	a := &alteration{s: s, src: src, name: u.Name, tag: "ALTER " + u.Kind}
	for _, action := range u.Actions {
		known, err := s.names(ctx)
		if err != nil {
			return nil, toWire(err, src)
		}
		var ok bool
		if a.table, ok = known.snapshot.Find(a.name, known.path); !ok {
			if _, isSequence := known.sequence(a.name); isSequence && action.Kind == dialect.SetOwner { // so pg_dump writes it
				s.checkOwner(action.To)
				continue
			}
			if !u.IfExists {
				return nil, wire.Errorf("42P01", "relation \"%s\" does not exist", u.Name.Name)
			}
			s.skipping("relation \"%s\" does not exist, skipping", u.Name.Name)
			break
		}
		if kind := kindOf(a.table); kind != u.Kind && u.Kind != "TABLE" {
			return nil, wrongKind(a.table, u.Kind)
		}
		if err := a.check(action); err != nil {
			return nil, err
		}
		if err := a.do(ctx, action); err != nil {
			return nil, a.explain(err)
		}
	}
	return wire.Tag(a.tag), nil
}

// skipping is the notice that there was nothing to do.
func (s *session) skipping(format string, args ...any) {
	s.notify(&wire.Error{Severity: "NOTICE", Code: "00000", Message: fmt.Sprintf(format, args...)})
}

// alteration is an ALTER that is being done.
type alteration struct {
	s     *session
	src   *source
	name  engine.TableName // as it is called now
	table *catalog.Table
	tag   string
}

// check is the error of an action that relations of this kind do not have, or that
// nobody does.
func (a *alteration) check(action dialect.Action) error {
	switch action.Kind {
	case dialect.Rename, dialect.RenameColumn, dialect.SetSchema, dialect.SetOwner, dialect.WithoutEffect:
		return nil
	}
	if kind := kindOf(a.table); kind != "TABLE" {
		err := wire.Errorf("42809", "ALTER action %s cannot be performed on relation \"%s\"", action.Name, a.table.Name)
		err.Detail = fmt.Sprintf("This operation is not supported for %ss.", strings.ToLower(kind))
		return err
	}
	if action.Kind == dialect.Unsupported {
		return wire.Errorf("0A000", "ALTER TABLE ... %s is not supported", action.Name)
	}
	return nil
}

func (a *alteration) do(ctx context.Context, action dialect.Action) error {
	switch action.Kind {
	case dialect.WithoutEffect:
		return nil
	case dialect.SetOwner:
		a.s.checkOwner(action.To)
		return nil
	case dialect.Rename:
		if err := a.run(ctx, action); err != nil {
			return err
		}
		a.name = engine.TableName{Schema: a.table.Schema, Name: action.To}
		return nil
	case dialect.SetSchema:
		return a.setSchema(ctx, action.To)
	case dialect.AddColumn:
		return a.addColumn(ctx, action)
	case dialect.DropColumn:
		if !a.hasColumn(action.Column) {
			return a.missing("column", action.Column, "42703", action.Exists)
		}
	case dialect.AddIdentity:
		if !a.hasColumn(action.Column) {
			return a.missing("column", action.Column, "42703", false)
		}
		return a.addIdentity(ctx, action, false)
	case dialect.AddPrimaryKey:
		return a.addPrimaryKey(ctx, action)
	case dialect.AddUnique:
		return a.addUnique(ctx, action.Constraint, action.Columns)
	case dialect.DropConstraint:
		return a.dropConstraint(ctx, action)
	case dialect.AlterColumn:
		if !a.hasColumn(action.Column) {
			return a.missing("column", action.Column, "42703", false)
		}
	case dialect.RenameColumn:
		if !a.hasColumn(action.Column) {
			return wire.Errorf("42703", "column \"%s\" does not exist", action.Column)
		}
	}
	return a.run(ctx, action)
}

// run has the engine do an action as the user wrote it.
func (a *alteration) run(ctx context.Context, action dialect.Action) error {
	head := a.head()
	statement := dialect.Statement{SQL: head + action.Engine(a.src.SQL), Offset: a.src.Offset + action.Text.Start - len(head)}
	_, err := a.s.runOwn(ctx, statement, a.tag, a.src)
	return err
}

// statement has the engine do an action of the server's own.
func (a *alteration) statement(ctx context.Context, action string) error {
	_, err := a.s.runOwn(ctx, dialect.Statement{SQL: a.head() + action}, a.tag, a.src)
	return withoutPosition(err)
}

func (a *alteration) head() string {
	kind := "TABLE"
	if a.table.View {
		kind = "VIEW"
	}
	return "ALTER " + kind + " " + quoteTable(a.name) + " "
}

func (a *alteration) hasColumn(name string) bool {
	return slices.ContainsFunc(a.table.Columns, func(c catalog.Column) bool { return strings.EqualFold(c.Name, name) })
}

// missing is the error of a part of the table that is not there, or the notice.
func (a *alteration) missing(kind, name, code string, skip bool) error {
	message := fmt.Sprintf("%s \"%s\" of relation \"%s\" does not exist", kind, name, a.table.Name)
	if skip {
		a.s.skipping("%s, skipping", message)
		return nil
	}
	return wire.Errorf(code, "%s", message)
}

// explain puts into words what the engine says of tables that others depend on.
func (a *alteration) explain(err error) error {
	var e *wire.Error
	if errors.As(err, &e) && e.Code == "2BP01" {
		e.Message = fmt.Sprintf("cannot alter %s %s because its indexes or other tables depend on it", strings.ToLower(kindOf(a.table)), a.table.Name)
		e.Hint = "Drop them first, and make them again when it is altered."
	}
	return err
}

func (a *alteration) addColumn(ctx context.Context, action dialect.Action) error {
	if a.hasColumn(action.Column) {
		message := fmt.Sprintf("column \"%s\" of relation \"%s\" already exists", action.Column, a.table.Name)
		if !action.Exists {
			return wire.Errorf("42701", "%s", message)
		}
		a.s.notify(&wire.Error{Severity: "NOTICE", Code: "42701", Message: message + ", skipping"})
		return nil
	}
	if err := a.run(ctx, action); err != nil {
		return err
	}
	if action.Serial != nil {
		if err := a.addIdentity(ctx, action, true); err != nil {
			return err
		}
	}
	if action.NotNull {
		if err := a.setNotNull(ctx, action.Column); err != nil {
			return err
		}
	}
	if action.Unique {
		return a.addUnique(ctx, "", []string{action.Column})
	}
	return nil
}

func (a *alteration) setNotNull(ctx context.Context, column string) error {
	err := a.statement(ctx, "ALTER COLUMN "+quoteName(column)+" SET NOT NULL")
	if e := (*wire.Error)(nil); errors.As(err, &e) && e.Code == "23502" {
		e.Message = fmt.Sprintf("column \"%s\" of relation \"%s\" contains null values", column, a.table.Name)
	}
	return err
}

// addIdentity gives a column a sequence, and the rows that there are its numbers if
// the column is new.
func (a *alteration) addIdentity(ctx context.Context, action dialect.Action, isNew bool) error {
	name, err := a.s.makeSequence(ctx, a.src, a.table.TableName, a.table.Schema == "pg_temp", *action.Serial)
	if err != nil {
		return err
	}
	column, next := quoteName(action.Column), "nextval("+quoteLiteral(name)+")"
	if isNew {
		if err := a.statement(ctx, "ALTER COLUMN "+column+" SET DATA TYPE "+action.Serial.Type+" USING "+next); err != nil {
			return err
		}
	}
	return a.statement(ctx, "ALTER COLUMN "+column+" SET DEFAULT "+next)
}

// addPrimaryKey adds a primary key. The engine adds none to a table with an index: it
// becomes one more of these then, if none of its columns can be NULL.
func (a *alteration) addPrimaryKey(ctx context.Context, action dialect.Action) error {
	canBeNull := func(name string) bool {
		return !slices.ContainsFunc(a.table.Columns, func(c catalog.Column) bool { return strings.EqualFold(c.Name, name) && c.NotNull })
	}
	if slices.ContainsFunc(a.table.Constraints, func(c catalog.Constraint) bool { return c.Kind == engine.PrimaryKey }) {
		return wire.Errorf("42P16", "multiple primary keys for table \"%s\" are not allowed", a.table.Name)
	}
	if len(a.table.Indexes) == 0 || slices.ContainsFunc(action.Columns, canBeNull) {
		err := a.statement(ctx, "ADD PRIMARY KEY ("+selectList(action.Columns)+")")
		if e := (*wire.Error)(nil); errors.As(err, &e) && e.Code == "23502" {
			e.Message = fmt.Sprintf("a column of the primary key of relation \"%s\" contains null values", a.table.Name)
		}
		return err
	}
	name := action.Constraint
	if name == "" {
		name = a.table.Name + "_pkey"
	}
	a.s.warn("01000", fmt.Sprintf("the primary key of table \"%s\", which has indexes already, is made as the unique index \"%s\"", a.table.Name, name))
	return a.addUnique(ctx, name, action.Columns)
}

// addUnique makes the index that a unique constraint is.
func (a *alteration) addUnique(ctx context.Context, name string, columns []string) error {
	if name == "" {
		name = objectName(a.table.Name, strings.Join(columns, "_"), "key")
	}
	sql := "CREATE UNIQUE INDEX " + quoteName(name) + " ON " + quoteTable(a.name) + " (" + selectList(columns) + ")"
	_, err := a.s.runOwn(ctx, dialect.Statement{SQL: sql}, a.tag, a.src)
	return withoutPosition(err)
}

// dropConstraint drops a unique constraint that ALTER TABLE has added. The others
// are a part of the table.
func (a *alteration) dropConstraint(ctx context.Context, action dialect.Action) error {
	if slices.ContainsFunc(a.table.Constraints, func(c catalog.Constraint) bool { return c.Name == action.Constraint }) {
		err := wire.Errorf("0A000", "constraint \"%s\" of table \"%s\" cannot be dropped", action.Constraint, a.table.Name)
		err.Hint = "Make another table without it: CREATE TABLE new AS SELECT * FROM old."
		return err
	}
	for _, x := range a.table.Indexes {
		if x.Unique && x.Name == action.Constraint {
			return a.s.dropOnly(ctx, "INDEX", quoteTable(engine.TableName{Schema: a.table.Schema, Name: x.Name}), false, a.src)
		}
	}
	return a.missing("constraint", action.Constraint, "42704", action.Exists)
}

// setSchema makes a materialized view in another schema. Tables and views stay where
// they are: the engine cannot move them.
func (a *alteration) setSchema(ctx context.Context, schema string) error {
	known, err := a.s.names(ctx)
	if err != nil {
		return toWire(err, a.src)
	}
	old, moved := a.table, engine.TableName{Schema: schema, Name: a.table.Name}
	switch {
	case !slices.ContainsFunc(known.snapshot.Schemas, func(other catalog.Schema) bool { return other.Name == schema }):
		return wire.Errorf("3F000", "schema \"%s\" does not exist", schema)
	case schema == old.Schema:
		return nil
	case old.Materialized == nil:
		err := wire.Errorf("0A000", "%s ... SET SCHEMA is not supported", a.tag)
		err.Hint = "Make it there: CREATE TABLE schema.name AS SELECT * FROM " + old.Name + "."
		return err
	}
	if _, exists := known.snapshot.Find(moved, nil); exists {
		return wire.Errorf("42P07", "relation \"%s\" already exists in schema \"%s\"", old.Name, schema)
	}
	for _, sql := range moving(old, moved) {
		if _, err := a.s.runOwn(ctx, dialect.Statement{SQL: sql}, a.tag, a.src); err != nil {
			return withoutPosition(err)
		}
	}
	a.name = moved
	return toWire(a.s.keepMaterialized(ctx, moved, old.Comment, old.Materialized), a.src)
}

// moving are the statements that make a copy of a table, with its indexes and the
// comments on its columns, and drop the table.
func moving(old *catalog.Table, moved engine.TableName) []string {
	list := []string{"CREATE TABLE " + quoteTable(moved) + " AS SELECT * FROM " + quoteTable(old.TableName)}
	for _, c := range old.Columns {
		if comment := catalog.CommentOf(c.Comment, c.Note); comment != "" {
			list = append(list, "COMMENT ON COLUMN "+quoteTable(moved)+"."+quoteName(c.Name)+" IS "+quoteLiteral(comment))
		}
	}
	for _, x := range old.Indexes {
		unique := ""
		if x.Unique {
			unique = "UNIQUE "
		}
		list = append(list, "CREATE "+unique+"INDEX "+quoteName(x.Name)+" ON "+quoteTable(moved)+" ("+strings.Join(x.Expressions, ", ")+")")
	}
	return append(list, "DROP TABLE "+quoteTable(old.TableName))
}
