package catalog

import (
	"iter"
	"net"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/catalog/builtin"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// Session is what the catalog has to know of a session.
type Session struct {
	Database, User string
	PID            int32
	Client, Server net.Addr
	// Setting is the value of a run-time parameter; false for one that the server
	// does not know, whose value is PostgreSQL's default.
	Setting func(name string) (string, bool)
}

// Relations are the rows that differ between sessions. The caller releases the
// readers.
func (s *Session) Relations() iter.Seq2[engine.TableName, array.RecordReader] {
	rs := &rows{}
	s.addDatabase(rs)
	s.addRole(rs)
	s.addSettings(rs)
	session := rs.of("csvsql", builtin.Session)
	session.add(row{"name": "pid", "value": number(int(s.PID))})
	for side, addr := range map[string]net.Addr{"client": s.Client, "server": s.Server} {
		if tcp, ok := addr.(*net.TCPAddr); ok {
			session.add(row{"name": "inet_" + side + "_addr", "value": tcp.IP.String()})
			session.add(row{"name": "inet_" + side + "_port", "value": number(tcp.Port)})
		}
	}
	return rs.all()
}

// connectedDatabase is the OID of the database that a session is connected to:
// that of "postgres", since there is only one.
const connectedDatabase uint32 = 5

// addDatabase adds the database of the session, and the templates of initdb.
func (s *Session) addDatabase(rs *rows) {
	for _, d := range []struct {
		oid      uint32
		name     string
		template bool
	}{{connectedDatabase, s.Database, false}, {1, "template1", true}, {4, "template0", true}} {
		if d.template && d.name == s.Database {
			continue // a session may call its database so
		}
		r := row{
			"oid": d.oid, "datname": d.name, "datdba": superuser, "encoding": 6, "datlocprovider": "c",
			"datistemplate": d.template, "datallowconn": d.name != "template0", "datconnlimit": -1, "datfrozenxid": 716, "datminmxid": 1,
			"dattablespace": 1663, "datcollate": s.setting("lc_collate"), "datctype": s.setting("lc_ctype"),
		}
		if d.template {
			r["datacl"] = []any{"=c/postgres", "postgres=CTc/postgres"}
		}
		rs.pg("pg_database", r)
	}
}

// addRole adds the role that has logged in, if it is not a built-in one.
func (s *Session) addRole(rs *rows) {
	for _, name := range []string{"pg_roles", "pg_authid", "pg_user"} {
		rs.of("pg_catalog", name)
	}
	if s.User == superuserName || s.User == "" {
		return
	}
	oid := roleOID(s.User)
	role := row{
		"oid": oid, "rolname": s.User, "rolsuper": false, "rolinherit": true, "rolcreaterole": false, "rolcreatedb": false,
		"rolcanlogin": true, "rolreplication": false, "rolbypassrls": false, "rolconnlimit": -1,
	}
	rs.pg("pg_authid", role)
	rs.pg("pg_roles", row{"rolpassword": "********"}.defaulted(role))
	rs.pg("pg_user", row{
		"usename": s.User, "usesysid": oid, "usecreatedb": false, "usesuper": false, "userepl": false, "usebypassrls": false, "passwd": "********",
	})
}

// roleOID is the OID of a role that is not built in.
func roleOID(name string) uint32 { return (&oids{taken: map[uint32]bool{}}).of("role", name) }

func (s *Session) setting(name string) string {
	v, _ := s.Setting(name)
	return v
}

// addSettings adds pg_settings: what PostgreSQL says of each parameter, with the
// session's value.
func (s *Session) addSettings(rs *rows) {
	for r := range builtinRows("pg_catalog", "pg_settings") {
		out := row{"pending_restart": false}
		for _, c := range []string{
			"name", "setting", "unit", "category", "short_desc", "extra_desc", "context", "vartype", "source", "min_val", "max_val", "boot_val", "reset_val",
		} {
			if !r.null(c) {
				out[c] = r.text(c)
			}
		}
		if !r.null("enumvals") {
			out["enumvals"] = r.texts("enumvals")
		}
		if v, ok := s.Setting(r.text("name")); ok {
			if v = withoutUnit(v, out["unit"]); v != out["setting"] {
				out["setting"], out["source"] = v, "session"
			}
		}
		rs.pg("pg_settings", out)
	}
}

// withoutUnit is a value as pg_settings shows it, a number of the unit: "30s" of
// milliseconds is 30000.
func withoutUnit(v string, unit any) string {
	if unit == nil {
		return v
	}
	n, ok := pgvalue.ParseQuantity(v, unit.(string))
	if !ok {
		return v
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// shownSetting is what SHOW says of a value in pg_settings.
func shownSetting(v, unit string) string {
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || unit == "" {
		return v
	}
	return pgvalue.FormatQuantity(n, unit)
}

// Parameter is a run-time parameter of PostgreSQL's, a row of pg_settings.
type Parameter struct {
	Name, Value, Unit, Desc, Context, Type, Min, Max string
	Words                                            []string // of an enum
}

// Parameters are all that PostgreSQL has.
func Parameters() []Parameter {
	var all []Parameter
	for r := range builtinRows("pg_catalog", "pg_settings") {
		p := Parameter{
			Name: r.text("name"), Value: r.text("setting"), Unit: r.text("unit"), Desc: r.text("short_desc"),
			Context: r.text("context"), Type: r.text("vartype"), Min: r.text("min_val"), Max: r.text("max_val"),
		}
		if !r.null("enumvals") {
			for _, word := range r.texts("enumvals") {
				p.Words = append(p.Words, word.(string))
			}
		}
		all = append(all, p)
	}
	return all
}

// Backend is a row of pg_stat_activity.
type Backend struct {
	PID                         int32
	Database, User, Application string
	Client                      net.Addr
	State, SQL                  string
	Connected, Started, Changed time.Time
	InTransaction               bool
}

// Activity is pg_stat_activity. The caller releases the reader.
func Activity(backends []Backend) iter.Seq2[engine.TableName, array.RecordReader] {
	rs := &rows{}
	rs.of("pg_catalog", "pg_stat_activity")
	for _, b := range backends {
		r := row{
			"datid": connectedDatabase, "datname": b.Database, "pid": int(b.PID), "usesysid": superuser, "usename": b.User,
			"application_name": b.Application, "backend_start": b.Connected, "state": b.State, "query": b.SQL, "backend_type": "client backend",
		}
		if b.User != superuserName {
			r["usesysid"] = roleOID(b.User)
		}
		if tcp, ok := b.Client.(*net.TCPAddr); ok {
			r["client_addr"], r["client_port"] = tcp.IP.String(), tcp.Port
		} else {
			r["client_port"] = -1
		}
		if !b.Started.IsZero() {
			r["query_start"], r["state_change"] = b.Started, b.Changed
		}
		if b.State == "active" || b.InTransaction {
			r["xact_start"] = b.Started
		}
		if b.State != "active" {
			r["wait_event_type"], r["wait_event"] = "Client", "ClientRead"
		}
		rs.pg("pg_stat_activity", r)
	}
	return rs.all()
}

// Copy is a row of pg_stat_progress_copy.
type Copy struct {
	PID           int32
	Database      string
	Table         uint32 // 0 if it is none that is there already
	Command, Type string
	Bytes, Tuples int64 // that were processed; -1 if that is not known
}

// Copies is pg_stat_progress_copy. The caller releases the reader.
func Copies(copies []Copy) iter.Seq2[engine.TableName, array.RecordReader] {
	rs := &rows{}
	rs.of("pg_catalog", "pg_stat_progress_copy")
	for _, c := range copies {
		r := row{
			"pid": int(c.PID), "datid": connectedDatabase, "datname": c.Database, "relid": c.Table, "command": c.Command, "type": c.Type,
			"bytes_total": 0,
		}
		if c.Bytes >= 0 {
			r["bytes_processed"] = c.Bytes
		}
		if c.Tuples >= 0 {
			r["tuples_processed"], r["tuples_excluded"] = c.Tuples, 0
		}
		rs.pg("pg_stat_progress_copy", r)
	}
	return rs.all()
}

// Named is a prepared statement or a cursor of a session.
type Named struct {
	Name, SQL                 string
	FromSQL                   bool // PREPARE
	Holdable, Binary, Scrolls bool // cursors
	Created                   time.Time
}

// Statements is pg_prepared_statements and pg_cursors. The caller releases the
// readers.
func Statements(prepared, cursors []Named) iter.Seq2[engine.TableName, array.RecordReader] {
	rs := &rows{}
	rs.of("pg_catalog", "pg_prepared_statements")
	rs.of("pg_catalog", "pg_cursors")
	for _, p := range prepared {
		rs.pg("pg_prepared_statements", row{"name": p.Name, "statement": p.SQL, "from_sql": p.FromSQL, "generic_plans": 0, "custom_plans": 0})
	}
	for _, c := range cursors {
		rs.pg("pg_cursors", row{
			"name": c.Name, "statement": c.SQL, "is_holdable": c.Holdable, "is_binary": c.Binary, "is_scrollable": c.Scrolls,
		})
	}
	return rs.all()
}
