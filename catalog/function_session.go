package catalog

import (
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/engine"
)

// sessionFunctions are about the session: PostgreSQL's tables 9.69, Session
// Information Functions, and 9.88, Configuration Settings Functions.
func sessionFunctions() []engine.Function {
	return []engine.Function{
		constant("current_schema", func(l *lookup) result[string] {
			if len(l.path) == 0 {
				return null[string]()
			}
			return some(l.path[0])
		}),
		unary("current_schemas", func(l *lookup, implicit bool) (result[[]string], error) {
			if implicit {
				return some(l.schemas()), nil
			}
			return some(l.path), nil
		}),
		volatile(unary("current_setting", func(l *lookup, name string) (result[string], error) { return l.setting(name, false) })),
		volatile(binary("current_setting", func(l *lookup, name string, missing bool) (result[string], error) {
			return l.setting(name, missing)
		})),
		setConfig(),
		constant("pg_my_temp_schema", func(l *lookup) result[uint32] {
			oid, _ := l.namespace(temporarySchema)
			return some(oid)
		}),
		unary("pg_is_other_temp_schema", func(*lookup, object) (result[bool], error) { return some(false), nil }),
		constant("pg_is_in_recovery", func(*lookup) result[bool] { return some(false) }),
		constant("pg_is_wal_replay_paused", func(*lookup) result[bool] { return some(false) }),
		constant("pg_jit_available", func(*lookup) result[bool] { return some(false) }),
		unary("pg_relation_is_publishable", func(*lookup, object) (result[bool], error) { return some(false), nil }),
		binary("pg_relation_is_updatable", func(l *lookup, oid object, _ bool) (result[int64], error) { return some(updatable(l, oid)), nil }),
		ternary("pg_column_is_updatable", func(l *lookup, oid, _ object, _ bool) (result[bool], error) {
			return some(updatable(l, oid) != 0), nil
		}),
		unary("pg_stat_get_numscans", noStatistics),
		unary("pg_stat_get_tuples_returned", noStatistics),
		unary("pg_stat_get_tuples_fetched", noStatistics),
		ternary("pg_index_column_has_property", indexColumnProperty),
		unary("pg_sequence_last_value", func(*lookup, object) (result[int64], error) { return null[int64](), nil }),
		volatile(unary("pg_export_snapshot", func(l *lookup, _ int64) (result[string], error) {
			name, err := l.values.Snapshot()
			return some(name), err
		})),
		unary("age", func(*lookup, uint32) (result[int64], error) { return some(int64(1)), nil }),
	}
}

// noStatistics is of what is not counted, as in pg_stat_user_tables.
func noStatistics(*lookup, object) (result[int64], error) { return some(int64(0)), nil }

// updatable are the events that a relation takes: UPDATE, INSERT and DELETE.
func updatable(l *lookup, oid object) int64 {
	if _, view := l.definition("pg_get_viewdef", oid); view || oid < firstUserOID {
		return 0
	}
	return 1<<2 | 1<<3 | 1<<4
}

func indexColumnProperty(l *lookup, oid, _ object, property string) (result[bool], error) {
	if _, ok := l.definition("pg_get_indexdef", oid); !ok {
		return null[bool](), nil
	}
	on := []string{"asc", "nulls_last", "orderable", "returnable", "search_array", "search_nulls"}
	off := []string{"desc", "nulls_first", "distance_orderable"}
	property = strings.ToLower(property)
	return found(slices.Contains(on, property), slices.Contains(on, property) || slices.Contains(off, property)), nil
}

// setting is current_setting.
func (l *lookup) setting(name string, missing bool) (result[string], error) {
	if v, ok := l.settings[strings.ToLower(name)]; ok {
		return some(v), nil
	}
	if missing {
		return null[string](), nil
	}
	return null[string](), engine.Errorf("42704", "unrecognized configuration parameter %q", name)
}

// setConfig is set_config(name, value, local). The server sets the parameter
// when the statement is over, or says there what is wrong with the value.
func setConfig() engine.Function {
	text := arrowType[string]()
	args := []arrow.DataType{text, text, arrowType[bool]()}
	return volatile(engine.Function{Name: "set_config", Args: args, Return: text, Eval: func(v engine.Values, b arrow.RecordBatch, out array.Builder) error {
		for i := range int(b.NumRows()) {
			if b.Column(0).IsNull(i) {
				return engine.Errorf("22004", "SET requires parameter name")
			}
			e := engine.Effect{Kind: engine.SetConfig, Name: value[string](b.Column(0), i)}
			if b.Column(1).IsValid(i) {
				e.Value = value[string](b.Column(1), i)
			}
			e.Local = b.Column(2).IsValid(i) && value[bool](b.Column(2), i)
			v.Effect(e)
			appendResult(out, e.Value)
		}
		return nil
	}})
}

// backendFunctions are about this backend and others: PostgreSQL's table 9.89,
// Server Signaling Functions, and parts of 9.69.
func backendFunctions() []engine.Function {
	all := []engine.Function{
		constant("pg_backend_pid", func(l *lookup) result[int64] {
			pid, _ := strconv.ParseInt(l.session["pid"], 10, 32)
			return some(pid)
		}),
	}
	for name, kind := range map[string]engine.EffectKind{
		"pg_cancel_backend": engine.CancelBackend, "pg_terminate_backend": engine.TerminateBackend,
	} {
		signal := func(l *lookup, pid int64) (result[bool], error) {
			if !l.isBackend(pid) {
				return some(false), nil
			}
			l.values.Effect(engine.Effect{Kind: kind, PID: int32(pid)})
			return some(true), nil
		}
		all = append(all, volatile(unary(name, signal)))
		if kind == engine.TerminateBackend {
			all = append(all, volatile(binary(name, func(l *lookup, pid, _ int64) (result[bool], error) { return signal(l, pid) })))
		}
	}
	for _, name := range []string{"inet_server_addr", "inet_client_addr", "inet_server_port", "inet_client_port"} {
		all = append(all, constant(name, func(l *lookup) result[string] {
			text, ok := l.session[name]
			return found(text, ok)
		}))
	}
	return all
}

// isBackend says whether pg_stat_activity has a process.
func (l *lookup) isBackend(pid int64) bool {
	for r := range records(l.values.Published(engine.TableName{Schema: "pg_catalog", Name: "pg_stat_activity"})) {
		if int64(r.int("pid")) == pid {
			return true
		}
	}
	return false
}
