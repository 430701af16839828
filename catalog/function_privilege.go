package catalog

import (
	"slices"
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// Everybody who may connect may read and write every table of users and read the
// catalog; nobody may write that. Nobody may create roles or databases. The
// privilege functions (PostgreSQL's table 9.70) say so.

// privilegeFunctions are has_table_privilege and its like: (user, object,
// privilege) and (object, privilege), where user and object are a name or OID.
func privilegeFunctions() []engine.Function {
	var all []engine.Function
	for _, p := range privileges() {
		byName := func(l *lookup, name, privilege string) (result[bool], error) {
			oid, err := p.find(l, name)
			if err != nil {
				return null[bool](), err
			}
			return p.has(l, object(oid), privilege)
		}
		byOID := func(l *lookup, oid object, privilege string) (result[bool], error) { return p.has(l, oid, privilege) }
		all = append(all,
			binary(p.function, byName), binary(p.function, byOID),
			ternary(p.function, func(l *lookup, _ string, name, privilege string) (result[bool], error) {
				return byName(l, name, privilege)
			}),
			ternary(p.function, func(l *lookup, _ string, oid object, privilege string) (result[bool], error) {
				return byOID(l, oid, privilege)
			}),
			ternary(p.function, func(l *lookup, _ object, oid object, privilege string) (result[bool], error) {
				return byOID(l, oid, privilege)
			}),
			ternary(p.function, func(l *lookup, _ object, name, privilege string) (result[bool], error) {
				return byName(l, name, privilege)
			}),
		)
	}
	all = append(all, binary("acldefault", defaultACL))
	all = append(all, columnPrivilegeFunctions()...)
	return append(all, roleFunctions()...)
}

// privilege is a has_..._privilege function.
type privilege struct {
	function string
	relation string                                       // that has the objects
	find     func(l *lookup, name string) (uint32, error) // an object by name
	valid    []string                                     // privileges there are
	granted  []string                                     // those that everybody has on objects of users
	system   []string                                     // and on those of the catalog
}

func privileges() []privilege {
	onTable := []string{"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}
	onColumn := []string{"SELECT", "INSERT", "UPDATE", "REFERENCES"}
	named := func(relation, kind, code string) func(l *lookup, name string) (uint32, error) {
		return func(l *lookup, name string) (uint32, error) {
			schema, name, ok := splitName(name)
			if ok {
				if catalogs[relation].namespace == "" {
					if oid, ok := l.find(relation, namedObject(name)); ok {
						return oid, nil
					}
				} else if oid, ok := l.search(relation, schema, name); ok {
					return oid, nil
				}
			}
			return 0, engine.Errorf(code, "%s %q does not exist", kind, name)
		}
	}
	anything := func(l *lookup, name string) (uint32, error) {
		if name == l.values.Database() || name == "template0" || name == "template1" {
			return 1, nil
		}
		return 0, engine.Errorf("3D000", "database %q does not exist", name)
	}
	function := func(l *lookup, name string) (uint32, error) {
		if oid, ok := l.procedure(name); ok {
			return oid, nil
		}
		return 0, engine.Errorf("42883", "function %q does not exist", name)
	}
	return []privilege{
		{"has_table_privilege", "pg_class", (*lookup).relation, onTable, onTable, []string{"SELECT"}},
		{"has_any_column_privilege", "pg_class", (*lookup).relation, onColumn, onColumn, []string{"SELECT"}},
		{"has_sequence_privilege", "pg_class", (*lookup).relation, []string{"USAGE", "SELECT", "UPDATE"}, []string{"USAGE", "SELECT", "UPDATE"}, nil},
		{"has_schema_privilege", "pg_namespace", named("pg_namespace", "schema", "3F000"), []string{"CREATE", "USAGE"}, []string{"CREATE", "USAGE"}, []string{"USAGE"}},
		{"has_database_privilege", "", anything, []string{"CREATE", "CONNECT", "TEMPORARY", "TEMP"}, []string{"CREATE", "CONNECT", "TEMPORARY", "TEMP"}, nil},
		{"has_function_privilege", "pg_proc", function, []string{"EXECUTE"}, []string{"EXECUTE"}, []string{"EXECUTE"}},
		{"has_type_privilege", "pg_type", named("pg_type", "type", "42704"), []string{"USAGE"}, []string{"USAGE"}, []string{"USAGE"}},
		{"has_language_privilege", "", func(*lookup, string) (uint32, error) { return 0, nil }, []string{"USAGE"}, []string{"USAGE"}, nil},
		{"has_tablespace_privilege", "", func(*lookup, string) (uint32, error) { return 0, nil }, []string{"CREATE"}, nil, nil},
	}
}

func namedObject(name string) named { return named{name: name} }

// has answers for a list of privileges, of which one is enough.
func (p *privilege) has(l *lookup, oid object, list string) (result[bool], error) {
	has := false
	granted := p.granted
	if p.relation != "" {
		if _, ok := l.object(p.relation, oid); !ok {
			return null[bool](), nil
		}
		if oid < firstUserOID && uint32(oid) != publicSchema {
			granted = p.system
		}
	}
	for _, one := range strings.Split(list, ",") {
		one = strings.ToUpper(strings.TrimSpace(one))
		one, grantable := strings.CutSuffix(one, " WITH GRANT OPTION")
		if !slices.Contains(p.valid, one) {
			return null[bool](), engine.Errorf("22023", "unrecognized privilege type: %q", strings.TrimSpace(list))
		}
		has = has || slices.Contains(granted, one) && !grantable
	}
	return some(has), nil
}

// columnPrivilegeFunctions are has_column_privilege(table, column, privilege),
// without a user: with one they have four arguments.
func columnPrivilegeFunctions() []engine.Function {
	p := &privileges()[1]
	return []engine.Function{
		ternary("has_column_privilege", func(l *lookup, table, _ string, privilege string) (result[bool], error) {
			oid, err := l.relation(table)
			if err != nil {
				return null[bool](), err
			}
			return p.has(l, object(oid), privilege)
		}),
		ternary("has_column_privilege", func(l *lookup, table object, _ string, privilege string) (result[bool], error) {
			return p.has(l, table, privilege)
		}),
		ternary("has_column_privilege", func(l *lookup, table object, _ object, privilege string) (result[bool], error) {
			return p.has(l, table, privilege)
		}),
	}
}

// roleFunctions are pg_has_role: a role has itself, and the superuser all.
func roleFunctions() []engine.Function {
	has := func(l *lookup, user, role string) (result[bool], error) {
		return some(user == role || user == superuserName), nil
	}
	return []engine.Function{
		binary("pg_has_role", func(l *lookup, role, _ string) (result[bool], error) { return has(l, l.values.User(), role) }),
		binary("pg_has_role", func(l *lookup, role object, _ string) (result[bool], error) {
			return has(l, l.values.User(), l.role(role))
		}),
		ternary("pg_has_role", func(l *lookup, user, role, _ string) (result[bool], error) { return has(l, user, role) }),
		ternary("pg_has_role", func(l *lookup, user string, role object, _ string) (result[bool], error) {
			return has(l, user, l.role(role))
		}),
		ternary("pg_has_role", func(l *lookup, user, role object, _ string) (result[bool], error) {
			return has(l, l.role(user), l.role(role))
		}),
	}
}
