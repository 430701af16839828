package catalog

import (
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/wire/oid"
)

// A comment may end in a note of the server's own, which users do not see: for a
// loaded table where it came from (package datasets), for a column the type that
// it was declared with.
const (
	noteStart = "[csvsql:"
	noteEnd   = "]"
)

// startNote begins the note of a sequence that was set: where it began.
const startNote = "start "

// StartNote is the note of such a sequence.
func StartNote(start int64) string { return startNote + strconv.FormatInt(start, 10) }

// CommentOf is the comment to store for a user's comment and a note.
func CommentOf(comment, note string) string {
	if note == "" {
		return comment
	}
	if comment != "" {
		comment += " "
	}
	return comment + noteStart + note + noteEnd
}

// splitComment takes a stored comment apart.
func splitComment(stored string) (comment, note string) {
	at := strings.LastIndex(stored, noteStart)
	if at < 0 || !strings.HasSuffix(stored, noteEnd) {
		return stored, ""
	}
	return strings.TrimSuffix(stored[:at], " "), stored[at+len(noteStart) : len(stored)-len(noteEnd)]
}

// declaredType is the type of a column whose note is varchar(100) or the like;
// false if that is no type.
func declaredType(note string) (encoding.Type, bool) {
	base, array := strings.CutSuffix(note, "[]")
	base, rest, _ := strings.Cut(base, "(")
	t, ok := typesByName()[base]
	if !ok {
		return encoding.Type{}, false
	}
	out := encoding.Type{OID: oid.OID(t.oid), Len: int16(t.length), Mod: -1}
	if n, err := strconv.Atoi(strings.TrimSuffix(rest, ")")); err == nil {
		out.Mod = int32(n)
		if out.OID == oid.Varchar || out.OID == oid.Bpchar {
			out.Mod += 4
		}
	} else if out.OID == oid.Bpchar {
		out.Mod = 1 + 4
	}
	if array {
		out.OID, out.Len = oid.OID(t.array), -1
	}
	return out, true
}
