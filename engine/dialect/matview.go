package dialect

import (
	"regexp"

	"github.com/csvsql/csvsql/engine"
)

// CreateMaterialized is CREATE MATERIALIZED VIEW
// (PostgreSQL documentation, CREATE MATERIALIZED VIEW).
type CreateMaterialized struct {
	Name        engine.TableName
	IfNotExists bool
	Columns     []string // names of its first columns, in the place of the query's
	Query       Statement
	NoData      bool
}

// RefreshMaterialized is REFRESH MATERIALIZED VIEW.
type RefreshMaterialized struct {
	Name         engine.TableName
	Concurrently bool
	NoData       bool
}

func (CreateMaterialized) utility()  {}
func (RefreshMaterialized) utility() {}

// materialized reads CREATE and REFRESH MATERIALIZED VIEW. A table access method, a
// tablespace and storage parameters are read over: they change no answer.
func (p *parser) materialized(verb string) Utility {
	look := *p
	look.advance()
	unlogged := verb == "create" && look.accept("unlogged")
	if verb != "create" && verb != "refresh" || !look.accept("materialized") {
		return nil
	}
	*p = look
	p.expect("view")
	switch {
	case verb == "refresh":
		return p.refreshMaterialized()
	case unlogged:
		return refused("0A000", "materialized views cannot be unlogged", "")
	}
	return p.createMaterialized()
}

func (p *parser) createMaterialized() Utility {
	c := CreateMaterialized{IfNotExists: p.accept("if", "not", "exists"), Name: p.table()}
	if p.isMark('(') {
		c.Columns = p.names()
	}
	if p.accept("using") {
		p.name()
	}
	if p.accept("with") {
		p.skipBrackets()
	}
	if p.accept("tablespace") {
		p.name()
	}
	p.expect("as")
	query, u := p.statementInside("SELECT")
	if u != nil || p.err != nil {
		return u
	}
	c.Query = query
	c.Query.SQL, c.NoData = cutData(query.SQL)
	return c
}

func (p *parser) refreshMaterialized() Utility {
	r := RefreshMaterialized{Concurrently: p.accept("concurrently"), Name: p.table()}
	switch {
	case p.accept("with", "no", "data"):
		r.NoData = true
	case p.accept("with", "data"):
	}
	if r.Concurrently && r.NoData {
		return refused("42601", "CONCURRENTLY and WITH NO DATA options cannot be used together", "")
	}
	return p.finish(r)
}

// cutData takes WITH DATA and WITH NO DATA from the end of a query.
func cutData(query string) (rest string, noData bool) {
	at := dataClause.FindStringSubmatchIndex(query)
	if at == nil {
		return query, false
	}
	return query[:at[0]], at[2] >= 0
}

// dataClause is what may follow the query of a table or materialized view.
var dataClause = regexp.MustCompile(`(?i)\s+with\s+(no\s+)?data$`)
