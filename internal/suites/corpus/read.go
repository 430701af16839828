package main

import (
	"strings"

	"github.com/csvsql/csvsql/wire/pglex"
)

// statements are the statements in the text of a file.
func statements(ext, text string) []string {
	if ext == ".sql" {
		return script(text)
	}
	return logicTest(text)
}

// logicTest reads sqllogictest's records: "statement ..." or "query ...", then the
// statement up to an empty line or ----. What it should answer is not read, nor are
// records for one engine only.
func logicTest(text string) (list []string) {
	lines := strings.Split(text, "\n")
	skip := false
	for i := 0; i < len(lines); i++ {
		word, _, _ := strings.Cut(strings.TrimSpace(lines[i]), " ")
		switch word {
		case "skipif":
			skip = strings.Contains(lines[i], "postgres")
		case "onlyif":
			skip = !strings.Contains(lines[i], "postgres")
		case "halt":
			if !skip {
				return list
			}
			skip = false
		case "statement", "query":
			var sql []string
			for i++; i < len(lines) && strings.TrimSpace(lines[i]) != "" && strings.TrimSpace(lines[i]) != "----"; i++ {
				sql = append(sql, lines[i])
			}
			for ; i < len(lines) && strings.TrimSpace(lines[i]) != ""; i++ { // the answer
			}
			if !skip && len(sql) > 0 {
				list = append(list, script(strings.Join(sql, "\n"))...)
			}
			skip = false
		}
	}
	return list
}

// script reads a script of psql. Its own commands, and data behind COPY, are left
// out.
func script(text string) (list []string) {
	var lines []string
	data := false
	for line := range strings.Lines(text) {
		switch {
		case data:
			data = strings.TrimSpace(line) != `\.`
		case strings.HasPrefix(line, `\`):
		default:
			lower := strings.ToLower(line)
			data = strings.HasPrefix(lower, "copy") && strings.Contains(lower, "from stdin")
			lines = append(lines, line)
		}
	}
	text = strings.Join(lines, "")
	lexer := pglex.New(text, pglex.Limits{})
	var splitter pglex.Splitter
	start, empty := 0, true
	for {
		t, err := lexer.Next()
		if err != nil {
			return list
		}
		end := splitter.Ends(text, &lexer, t)
		if end {
			if !empty {
				list = append(list, strings.TrimSpace(text[start:t.Start]))
			}
			start, empty = t.End, true
		} else {
			empty = false
		}
		if t.Kind == pglex.EOF {
			return list
		}
	}
}
