package dialect

// isReserved reports whether a word cannot be the name of anything unless it is
// quoted (PostgreSQL documentation, appendix C: reserved, of version 15).
func isReserved(word string) bool {
	switch word {
	case
		"all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "both", "case",
		"cast", "check", "collate", "column", "constraint", "create", "current_catalog", "current_date",
		"current_role", "current_time", "current_timestamp", "current_user", "default", "deferrable",
		"desc", "distinct", "do", "else", "end", "except", "false", "fetch", "for", "foreign", "from",
		"grant", "group", "having", "in", "initially", "intersect", "into", "lateral", "leading", "limit",
		"localtime", "localtimestamp", "not", "null", "offset", "on", "only", "or", "order", "placing",
		"primary", "references", "returning", "select", "session_user", "some", "symmetric", "table",
		"then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic", "when", "where",
		"window", "with":
		return true
	}
	return false
}

// isFunctionWord reports whether a word can be the name of a function or type
// only (PostgreSQL documentation, appendix C: reserved, can be function or
// type). As the value of a setting it is a word like others.
func isFunctionWord(word string) bool {
	switch word {
	case
		"authorization", "binary", "collation", "concurrently", "cross", "current_schema", "freeze", "full",
		"ilike", "inner", "is", "isnull", "join", "left", "like", "natural", "notnull", "outer", "overlaps",
		"right", "similar", "tablesample", "verbose":
		return true
	}
	return false
}
