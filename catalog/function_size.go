package catalog

import (
	"strconv"

	"github.com/csvsql/csvsql/engine"
)

// sizeFunctions are those of PostgreSQL's tables 9.96 and 9.97, Database Object
// Size and Location Functions. The engine does not say how large a table is:
// sizes are those that PostgreSQL would about need.
func sizeFunctions() []engine.Function {
	size := func(l *lookup, oid object) (result[int64], error) {
		if _, ok := l.object("pg_class", oid); !ok {
			return null[int64](), nil
		}
		text, _ := l.definition("pg_table_size", oid)
		n, _ := strconv.ParseInt(text, 10, 64)
		return some(n), nil
	}
	byName := func(l *lookup, name string) (result[int64], error) {
		oid, err := l.relation(name)
		if err != nil {
			return null[int64](), err
		}
		return size(l, object(oid))
	}
	all := []engine.Function{
		binary("pg_relation_size", func(l *lookup, oid object, _ string) (result[int64], error) { return size(l, oid) }),
		binary("pg_relation_size", func(l *lookup, name string, _ string) (result[int64], error) { return byName(l, name) }),
		unary("pg_tablespace_location", func(*lookup, object) (result[string], error) { return some(""), nil }),
		unary("pg_relation_filenode", func(_ *lookup, oid object) (result[uint32], error) { return some(uint32(oid)), nil }),
	}
	for _, name := range []string{"pg_relation_size", "pg_table_size", "pg_total_relation_size"} {
		all = append(all, unary(name, size), unary(name, byName))
	}
	for _, name := range []string{"pg_database_size", "pg_tablespace_size"} {
		total := func(l *lookup) (result[int64], error) {
			var sum int64
			for oid := range l.definitions["pg_table_size"] {
				n, err := size(l, object(oid))
				if err != nil {
					return n, err
				}
				sum += n.value
			}
			return some(sum), nil
		}
		all = append(all,
			unary(name, func(l *lookup, _ object) (result[int64], error) { return total(l) }),
			unary(name, func(l *lookup, _ string) (result[int64], error) { return total(l) }))
	}
	all = append(all, unary("pg_indexes_size", func(*lookup, object) (result[int64], error) { return some(int64(0)), nil }))
	return append(all, unary("pg_size_pretty", func(_ *lookup, n int64) (result[string], error) { return some(prettySize(n)), nil }))
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
