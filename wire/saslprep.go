package wire

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// errNotPrepared is returned by PreparePassword.
var errNotPrepared = errors.New("wire: the password has characters that clients may change before they hash it, " +
	"and that this server cannot change in the same way; use others, or a verifier that PostgreSQL has made")

// PreparePassword returns a password as it is hashed, which is not always as it
// is typed: SASLprep (RFC 4013) makes one character of those that look alike. A
// client does so before it takes part in SCRAM; a server only where it is told the
// password itself.
//
// PostgreSQL, and so this function, takes a password as it is where SASLprep
// forbids it: if it is no UTF-8, has control characters, or emoji, which are newer
// than SASLprep.
//
// The full table of SASLprep (Unicode's NFKC) is not here. Passwords in ASCII and
// in the letters of Latin, Greek, Cyrillic, Hebrew, Chinese, Japanese and Korean
// keyboards do not need it. Any other is an error.
func PreparePassword(password string) (string, error) {
	ascii, forbidden := true, false
	for i := range len(password) {
		ascii = ascii && password[i] < utf8.RuneSelf
		forbidden = forbidden || password[i] < ' ' || password[i] == 0x7f
	}
	forbidden = forbidden || strings.ContainsFunc(password, isEmoji)
	if ascii || forbidden || !utf8.ValidString(password) {
		return password, nil
	}
	var out strings.Builder
	for _, r := range password {
		switch {
		case isSpace(r):
			out.WriteByte(' ')
		case isNothing(r):
		case isStable(r):
			out.WriteRune(r)
		default:
			return "", errNotPrepared
		}
	}
	if out.Len() == 0 {
		return password, nil // as PostgreSQL: nothing would be left of it
	}
	return out.String(), nil
}

// isSpace: RFC 3454, table C.1.2, which is mapped to a space.
func isSpace(r rune) bool {
	switch {
	case r == 0xa0, r == 0x1680, r == 0x202f, r == 0x205f, r == 0x3000:
		return true
	}
	return r >= 0x2000 && r <= 0x200a
}

// isNothing: RFC 3454, table B.1, which is left out.
func isNothing(r rune) bool {
	switch r {
	case 0xad, 0x34f, 0x1806, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff:
		return true
	}
	return r >= 0x180b && r <= 0x180d || r >= 0xfe00 && r <= 0xfe0f
}

// isStable says whether NFKC leaves a character alone wherever it stands between
// others of these. It knows letters and signs that are on keyboards; combining
// marks and compatibility forms are not among them.
func isStable(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return true
	case r < 0xc0: // signs of Latin-1, without those that stand for others
		return strings.ContainsRune("¡¢£¤¥¦§©«¬®°±¶»¿", r)
	case r < 0x180: // Latin, without ligatures and digraphs
		return !strings.ContainsRune("ĲĳĿŀŉſ", r)
	case r >= 0x386 && r <= 0x3ce: // Greek; 387 is a middle dot, and gaps are not assigned
		return r != 0x387 && r != 0x38b && r != 0x38d && r != 0x3a2
	case r >= 0x400 && r <= 0x482, r >= 0x48a && r <= 0x4ce, r >= 0x4d0 && r <= 0x4f5: // Cyrillic
		return true
	case r >= 0x5d0 && r <= 0x5ea: // Hebrew
		return true
	case r >= 0x3001 && r <= 0x3029, // CJK punctuation
		r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fe, // Hiragana, Katakana
		r >= 0x4e00 && r <= 0x9fa5, // CJK
		r >= 0xac00 && r <= 0xd7a3: // Hangul
		return true
	case r == 0x20ac, r >= 0x2018 && r <= 0x201e && r != 0x201b: // €, quotation marks
		return true
	}
	return false
}

func isEmoji(r rune) bool { return r >= 0x1f300 && r <= 0x1faff }
