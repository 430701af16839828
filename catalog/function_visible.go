package catalog

import "github.com/csvsql/csvsql/engine"

// visibleFunctions are those of PostgreSQL's table 9.71, Schema Visibility
// Inquiry Functions.
func visibleFunctions() []engine.Function {
	var all []engine.Function
	for _, f := range []struct{ name, relation string }{
		{"pg_table_is_visible", "pg_class"},
		{"pg_type_is_visible", "pg_type"},
		{"pg_function_is_visible", "pg_proc"},
		{"pg_operator_is_visible", "pg_operator"},
		{"pg_opclass_is_visible", "pg_opclass"},
		{"pg_opfamily_is_visible", "pg_opfamily"},
		{"pg_collation_is_visible", "pg_collation"},
		{"pg_conversion_is_visible", "pg_conversion"},
		{"pg_statistics_obj_is_visible", "pg_statistic_ext"},
		{"pg_ts_config_is_visible", "pg_ts_config"},
		{"pg_ts_dict_is_visible", "pg_ts_dict"},
		{"pg_ts_parser_is_visible", "pg_ts_parser"},
		{"pg_ts_template_is_visible", "pg_ts_template"},
	} {
		all = append(all, unary(f.name, func(l *lookup, oid object) (result[bool], error) {
			return found(l.visible(f.relation, oid)), nil
		}))
	}
	return all
}
