package catalog

import "strings"

// Mentioned says whether a word of a statement, in lower case, can make it read
// the catalog. Most statements have no such word.
func Mentioned(word string) bool {
	for _, prefix := range []string{"pg_", "reg", "to_reg", "has_", "current_sch", "current_setting", "set_config", "format_type", "information_schema"} {
		if strings.HasPrefix(word, prefix) {
			return true
		}
	}
	return strings.HasSuffix(word, "_description") || word == "_pg_expandarray" || strings.HasPrefix(word, "inet_")
}
