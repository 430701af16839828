package catalog

import (
	"strconv"

	"github.com/csvsql/csvsql/engine"
)

// sizeFunctions are those of PostgreSQL's tables 9.96 and 9.97, Database Object
// Size and Location Functions. The engine does not say how large a table is:
// sizes are those that PostgreSQL would about need, see size.go.
func sizeFunctions() []engine.Function {
	of := func(name string, f func(l *lookup, oid object) int64) []engine.Function {
		byOID := func(l *lookup, oid object) (result[int64], error) {
			if _, ok := l.object("pg_class", oid); !ok {
				return null[int64](), nil
			}
			return some(f(l, oid)), nil
		}
		byName := func(l *lookup, name string) (result[int64], error) {
			oid, err := l.relation(name)
			if err != nil {
				return null[int64](), err
			}
			return byOID(l, object(oid))
		}
		all := []engine.Function{unary(name, byOID), unary(name, byName)}
		if name == "pg_relation_size" { // of a fork; there is one
			all = append(all,
				binary(name, func(l *lookup, oid object, fork string) (result[int64], error) { return ofFork(fork, l, oid, byOID) }),
				binary(name, func(l *lookup, table string, fork string) (result[int64], error) {
					return ofFork(fork, l, table, byName)
				}))
		}
		return all
	}
	all := []engine.Function{
		unary("pg_tablespace_location", func(*lookup, object) (result[string], error) { return some(""), nil }),
		unary("pg_relation_filenode", func(_ *lookup, oid object) (result[uint32], error) { return some(uint32(oid)), nil }),
		unary("pg_size_pretty", func(_ *lookup, n int64) (result[string], error) { return some(prettySize(n)), nil }),
	}
	all = append(all, of("pg_relation_size", func(l *lookup, oid object) int64 { return l.size("pg_relation_size", oid) })...)
	all = append(all, of("pg_table_size", func(l *lookup, oid object) int64 { return l.size("pg_table_size", oid) })...)
	all = append(all, of("pg_indexes_size", (*lookup).indexesSize)...)
	all = append(all, of("pg_total_relation_size", func(l *lookup, oid object) int64 {
		return l.size("pg_table_size", oid) + l.indexesSize(oid)
	})...)
	for _, name := range []string{"pg_database_size", "pg_tablespace_size"} {
		all = append(all,
			unary(name, func(l *lookup, _ object) (result[int64], error) { return some(l.totalSize()), nil }),
			unary(name, func(l *lookup, _ string) (result[int64], error) { return some(l.totalSize()), nil }))
	}
	return all
}

// ofFork is pg_relation_size of one of the files of a table: there is only main.
func ofFork[T argument](fork string, l *lookup, of T, size func(*lookup, T) (result[int64], error)) (result[int64], error) {
	switch fork {
	case "main":
		return size(l, of)
	case "fsm", "vm", "init":
		return some(int64(0)), nil
	}
	e := engine.Errorf("22023", "invalid fork name")
	e.Hint = "Valid fork names are \"main\", \"fsm\", \"vm\", and \"init\"."
	return null[int64](), e
}

// size is what was published as the size of a relation, by function.
func (l *lookup) size(function string, oid object) int64 {
	text, _ := l.definition(function, oid)
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}

// indexesSize is that of all indexes of a table.
func (l *lookup) indexesSize(table object) int64 {
	var sum int64
	for index, of := range l.definitions["index of"] {
		if objectNumber(of) == table {
			sum += l.size("pg_relation_size", object(index))
		}
	}
	return sum
}

// totalSize is that of all that users have made.
func (l *lookup) totalSize() int64 {
	var sum int64
	for oid := range l.definitions["pg_table_size"] {
		sum += l.size("pg_table_size", object(oid))
	}
	return sum
}

// prettySize is pg_size_pretty: the unit grows once there are more than 10240 of
// the smaller one, and halves are rounded away from zero.
func prettySize(n int64) string {
	units := []string{"bytes", "kB", "MB", "GB", "TB", "PB"}
	sign, u := "", uint64(n)
	if n < 0 {
		sign, u = "-", uint64(-n)
	}
	unit := 0
	if u >= 10*1024 {
		// One bit more is kept, to round by at the end.
		u >>= 9
		unit = 1
		for unit+1 < len(units) && u >= 2*10*1024-1 {
			u >>= 10
			unit++
		}
		u = (u + 1) / 2
	}
	return sign + strconv.FormatUint(u, 10) + " " + units[unit]
}
