package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// toChar rewrites to_char. A constant template that has an equal there is written
// as one of strftime's too, for dates and timestamps, which is faster.
func (r *rewriter) toChar(f *pg.FuncCall) {
	if len(f.Args) != 2 {
		return
	}
	list := r.arguments(r.open(f))
	if template, ok := isString(f.Args[1]); ok {
		if format, ok := strftimeFormat(template); ok {
			typ := r.typeOf(list[0])
			r.rename(f, macros+"to_char")
			r.insertAfter(list[1].last, ", "+literal(format)+", "+typ)
			return
		}
	}
	r.rename(f, goFunction("to_char"))
	r.insertAfter(list[1].last, ", now()")
}

// fromTemplate rewrites to_date, to_timestamp and to_number of a text and a
// template.
func (r *rewriter) fromTemplate(f *pg.FuncCall, name string) {
	if len(f.Args) != 2 {
		if name == "to_timestamp" {
			r.rename(f, macros+name)
		}
		return
	}
	if name == "to_number" {
		r.rename(f, macros+name)
		return
	}
	r.rename(f, goFunction(name))
	r.insertAfter(r.arguments(r.open(f))[1].last, ", now()")
}

// patterns are PostgreSQL's template patterns (documentation, 9.8, table 9.27)
// and strftime's, the longer ones of those that begin alike first. Those that pad
// with blanks are only here with FM.
var patterns = [...]struct{ pattern, strftime string }{
	{"FMMonth", "%B"}, {"FMDay", "%A"}, {"FMHH24", "%-H"}, {"FMHH12", "%-I"}, {"FMMI", "%-M"}, {"FMMM", "%-m"},
	{"FMDD", "%-d"}, {"FMSS", "%-S"}, {"IYYY", "%G"}, {"YYYY", "%Y"}, {"YY", "%y"}, {"HH24", "%H"}, {"HH12", "%I"},
	{"HH", "%I"}, {"MI", "%M"}, {"MM", "%m"}, {"MS", "%g"}, {"Mon", "%b"}, {"DDD", "%j"}, {"DD", "%d"}, {"Dy", "%a"},
	{"SS", "%S"}, {"US", "%f"}, {"IW", "%V"}, {"ID", "%u"}, {"AM", "%p"}, {"PM", "%p"},
}

func strftimeFormat(format string) (string, bool) {
	var b strings.Builder
next:
	for len(format) > 0 {
		if strings.HasPrefix(format, "SSSS") || strings.HasPrefix(format, "IDDD") {
			return "", false
		}
		for _, p := range patterns {
			if rest, ok := strings.CutPrefix(format, p.pattern); ok {
				b.WriteString(p.strftime)
				format = rest
				continue next
			}
		}
		switch c := format[0]; {
		case c == '"':
			text, rest, ok := strings.Cut(format[1:], `"`)
			if !ok || strings.Contains(text, `\`) {
				return "", false
			}
			b.WriteString(strings.ReplaceAll(text, "%", "%%"))
			format = rest
			continue
		case c == '%':
			b.WriteString("%%")
		case c == '\\' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80:
			return "", false
		default:
			b.WriteByte(c)
		}
		format = format[1:]
	}
	return b.String(), true
}
