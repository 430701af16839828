package catalog

import (
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// defaultRights are what everybody and the owner of an object may do with it if
// nothing else was granted (PostgreSQL documentation, table 5.2), by the letter
// that acldefault has for its kind.
var defaultRights = map[string]struct{ everybody, owner string }{
	"c": {},
	"r": {owner: "arwdDxt"},
	"s": {owner: "rwU"},
	"d": {everybody: "Tc", owner: "CTc"},
	"f": {everybody: "X", owner: "X"},
	"l": {everybody: "U", owner: "U"},
	"L": {owner: "rw"},
	"n": {owner: "UC"},
	"p": {owner: "sA"},
	"t": {owner: "C"},
	"F": {owner: "U"},
	"S": {owner: "U"},
	"T": {everybody: "U", owner: "U"},
}

// defaultACL is acldefault(kind, owner).
func defaultACL(l *lookup, kind string, owner object) (result[[]string], error) {
	rights, ok := defaultRights[kind]
	if !ok {
		return null[[]string](), engine.Errorf("22023", "unrecognized objtype abbreviation: %s", kind)
	}
	name := aclName(l.role(owner))
	var items []string
	if rights.everybody != "" {
		items = append(items, "="+rights.everybody+"/"+name)
	}
	if rights.owner != "" {
		items = append(items, name+"="+rights.owner+"/"+name)
	}
	return some(items), nil
}

// aclName is a role in an aclitem: in quotes, unless it is a plain word.
func aclName(role string) string {
	plain := !strings.ContainsFunc(role, func(c rune) bool {
		return c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c < 0x80
	})
	if plain {
		return role
	}
	return `"` + strings.ReplaceAll(role, `"`, `""`) + `"`
}
