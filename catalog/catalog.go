// Package catalog is PostgreSQL's system catalog: pg_catalog and
// information_schema (PostgreSQL documentation, chapters 53 and 37), and the
// functions that look things up in them.
//
// Its rows have three sources. What is the same in every PostgreSQL database
// lies in package builtin. What the engine holds is read into a [Snapshot], in
// terms of the engine contract alone, and becomes rows in pg_class.go and its
// neighbours ([Snapshot.Relations]). What belongs to a session, its settings for
// example, is given by the server ([Session.Relations]). The rows are published to
// the engine, engine.CatalogHost, where statements read them beside the user's
// tables.
package catalog
