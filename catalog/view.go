package catalog

import (
	"encoding/json"
	"strings"
)

// viewNote begins the note of a view.
const viewNote = "view "

// ViewNote is what CommentOf takes of a view: its query as PostgreSQL has it. The
// engine keeps the one that it was translated to, which only the engine understands:
// a dump of that could not be restored.
func ViewNote(query string) string { return viewNote + noteText(query) }

// viewQuery reads a note; false if it is not that of a view.
func viewQuery(note string) (query string, ok bool) {
	text, ok := strings.CutPrefix(note, viewNote)
	return query, ok && json.Unmarshal([]byte(text), &query) == nil
}

// noteText is a value as JSON that does not look like the beginning of a note.
func noteText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "" // of texts there is none
	}
	return strings.ReplaceAll(string(text), noteStart, `\u005b`+noteStart[1:]) // in its strings alone
}
