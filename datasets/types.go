package datasets

import "strings"

// parseTypes reads a list of columns and their types as in CREATE TABLE:
//
//	a INTEGER, "b, c" DECIMAL(10, 2), d TIMESTAMP WITH TIME ZONE
//
// A name without quotes is folded to lower case. The types are not looked at;
// that is the engine's part. names has the keys of types in the order of the list.
func parseTypes(option, list string) (names []string, types map[string]string, err error) {
	types = map[string]string{}
	for item, rest := "", list; ; {
		var more bool
		item, rest, more = cutItem(rest)
		name, sqlType, ok := cutName(strings.TrimSpace(item))
		switch {
		case !ok || name == "":
			return nil, nil, badValue(option, list, `it is written as in: a INTEGER, "b c" DATE`)
		case sqlType == "":
			return nil, nil, badValue(option, list, "column "+name+" has no type")
		}
		for _, other := range names {
			if strings.EqualFold(other, name) {
				return nil, nil, badValue(option, list, "column "+name+" comes twice")
			}
		}
		names = append(names, name)
		types[name] = sqlType
		if !more {
			return names, types, nil
		}
	}
}

// cutItem cuts a list at its first comma outside quotes and parentheses.
func cutItem(list string) (item, rest string, more bool) {
	depth := 0
	var quote byte
	for i := range len(list) {
		switch c := list[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			return list[:i], list[i+1:], true
		}
	}
	return list, "", false
}

// cutName cuts an item into the name of the column and its type. It reports
// whether quotes and parentheses are balanced.
func cutName(item string) (name, sqlType string, ok bool) {
	if strings.HasPrefix(item, `"`) {
		rest := item[1:]
		for {
			before, after, found := strings.Cut(rest, `"`)
			if !found {
				return "", "", false
			}
			name += before
			if !strings.HasPrefix(after, `"`) {
				sqlType = after
				break
			}
			name += `"` // written twice: one of the name
			rest = after[1:]
		}
	} else {
		end := strings.IndexAny(item, " \t\r\n")
		if end < 0 {
			end = len(item)
		}
		name, sqlType = strings.ToLower(item[:end]), item[end:]
		if strings.ContainsAny(name, `"'()`) {
			return "", "", false
		}
	}
	sqlType = strings.TrimSpace(sqlType)
	return name, sqlType, balanced(sqlType)
}

// balanced says whether a type's parentheses and quotes match.
func balanced(sqlType string) bool {
	depth := 0
	var quote rune
	for _, c := range sqlType {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return depth == 0 && quote == 0
}
