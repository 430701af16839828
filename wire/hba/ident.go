package hba

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/csvsql/csvsql/wire"
)

// ParseIdent reads user-name maps, a line for each pair of names
// (PostgreSQL documentation, 21.2 User Name Maps):
//
//	MAPNAME  SYSTEM-USERNAME  DATABASE-USERNAME
//
// A system's name that begins with a slash is a regular expression, in the syntax of
// package regexp; what its first brackets match is \1 in the database's name. That
// may be a regular expression too, or all. Its error names the line.
func ParseIdent(r io.Reader) (map[string]wire.IdentMap, error) {
	maps := map[string][]identLine{}
	err := eachLine(r, func(fields []field) error {
		name, line, err := parseIdentLine(fields)
		maps[name] = append(maps[name], line)
		return err
	})
	if err != nil {
		return nil, err
	}
	result := make(map[string]wire.IdentMap, len(maps))
	for name, lines := range maps {
		result[name] = func(name, role string) bool {
			for i := range lines {
				if lines[i].allows(name, role) {
					return true
				}
			}
			return false
		}
	}
	return result, nil
}

// identLine lets one system name in, or those of a pattern.
type identLine struct {
	system        string
	systemPattern *regexp.Regexp // in place of system
	role          string
	rolePattern   *regexp.Regexp // in place of role
	all           bool           // in place of both
}

func parseIdentLine(fields []field) (name string, l identLine, err error) {
	if len(fields) != 3 {
		return "", l, fmt.Errorf("a map, a system's user and a user have to be there, not %d fields", len(fields))
	}
	var words [3]word
	for i, what := range []string{"the map", "the system's user", "the user"} {
		if words[i], err = fields[i].single(what); err != nil {
			return "", l, err
		}
	}
	system, role := words[1].text, words[2]
	l.system, l.role = system, role.text
	if strings.HasPrefix(system, "/") {
		if l.systemPattern, err = regexp.Compile(system[1:]); err != nil {
			return "", l, err
		}
	}
	switch {
	case role.quoted && !strings.HasPrefix(role.text, "/"):
	case role.text == "all":
		l.all = true
	case strings.HasPrefix(role.text, "+"):
		return "", l, fmt.Errorf("%s: there are no groups of roles", role.text)
	case strings.HasPrefix(role.text, "/"):
		if l.rolePattern, err = regexp.Compile(role.text[1:]); err != nil {
			return "", l, err
		}
	}
	if strings.Contains(role.text, `\1`) && !l.all && l.rolePattern == nil &&
		(l.systemPattern == nil || l.systemPattern.NumSubexp() == 0) {
		return "", l, fmt.Errorf(`\1: there are no brackets in the expression %q`, system)
	}
	return words[0].text, l, nil
}

func (l *identLine) allows(name, role string) bool {
	want := l.role
	if l.systemPattern != nil {
		found := l.systemPattern.FindStringSubmatch(name)
		if found == nil {
			return false
		}
		if len(found) > 1 {
			want = strings.Replace(want, `\1`, found[1], 1)
		}
	} else if name != l.system {
		return false
	}
	switch {
	case l.all:
		return true
	case l.rolePattern != nil:
		return l.rolePattern.MatchString(role)
	}
	return want == role
}
