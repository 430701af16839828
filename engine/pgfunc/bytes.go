package pgfunc

import (
	"encoding/base64"
	"encoding/hex"
	"math/bits"
	"strings"
	"unicode/utf8"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// binaries are functions of bytea (PostgreSQL documentation, 9.5).
func binaries() []engine.Function {
	return []engine.Function{
		define("bytea", bytea, types{text}, func(r row) (any, error) { return pgvalue.ParseBytea([]byte{}, []byte(r.text(0))) }),
		define("encode", text, types{bytea, text}, func(r row) (any, error) { return encode(r.bytea(0), r.text(1)) }),
		define("decode", bytea, types{text, text}, func(r row) (any, error) { return decode(r.text(0), r.text(1)) }),
		define("bit_count", bigint, types{bytea}, func(r row) (any, error) {
			n := 0
			for _, b := range r.bytea(0) {
				n += bits.OnesCount8(b)
			}
			return int64(n), nil
		}),
		define("convert_from", text, types{bytea, text}, func(r row) (any, error) {
			if err := onlyUTF8(r.text(1)); err != nil {
				return nil, err
			}
			b := r.bytea(0)
			if !utf8.Valid(b) || strings.IndexByte(string(b), 0) >= 0 {
				return nil, engine.Errorf("22021", `invalid byte sequence for encoding "UTF8"`)
			}
			return string(b), nil
		}),
		define("convert_to", bytea, types{text, text}, func(r row) (any, error) {
			if err := onlyUTF8(r.text(1)); err != nil {
				return nil, err
			}
			return []byte(r.text(0)), nil
		}),
	}
}

func onlyUTF8(name string) error {
	switch strings.ToUpper(strings.NewReplacer("-", "", "_", "").Replace(name)) {
	case "UTF8", "UNICODE":
		return nil
	}
	return engine.Errorf("0A000", "encoding %q is not supported", name)
}

func errFormat(format string) error {
	return engine.Errorf("22023", "unrecognized encoding: %q", format)
}

// base64Line is how many characters encode puts into a line.
const base64Line = 76

func encode(b []byte, format string) (any, error) {
	switch strings.ToLower(format) {
	case "hex":
		return hex.EncodeToString(b), nil
	case "base64":
		all := base64.StdEncoding.EncodeToString(b)
		var lines strings.Builder
		for len(all) > base64Line {
			lines.WriteString(all[:base64Line] + "\n")
			all = all[base64Line:]
		}
		return lines.String() + all, nil
	case "escape":
		var out []byte
		for _, c := range b {
			switch {
			case c == '\\':
				out = append(out, `\\`...)
			case c == 0 || c >= 0x80:
				out = append(out, '\\', '0'+c>>6, '0'+c>>3&7, '0'+c&7)
			default:
				out = append(out, c)
			}
		}
		return string(out), nil
	}
	return nil, errFormat(format)
}

func decode(s, format string) (any, error) {
	blanks := strings.NewReplacer(" ", "", "\n", "", "\t", "", "\r", "")
	switch strings.ToLower(format) {
	case "hex":
		s = blanks.Replace(s)
		for _, c := range s {
			if !strings.ContainsRune("0123456789abcdefABCDEF", c) {
				return nil, engine.Errorf("22023", "invalid hexadecimal digit: %q", string(c))
			}
		}
		b, err := hex.DecodeString(s)
		if err != nil {
			return nil, engine.Errorf("22023", "invalid hexadecimal data: odd number of digits")
		}
		return b, nil
	case "base64":
		s = blanks.Replace(s)
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			return nil, engine.Errorf("22023", "invalid base64 end sequence")
		}
		return b, nil
	case "escape":
		b, err := pgvalue.ParseBytea([]byte{}, escapeOnly(s))
		if err != nil {
			return nil, engine.Errorf("22P02", "invalid input syntax for type bytea")
		}
		return b, nil
	}
	return nil, errFormat(format)
}

// escapeOnly keeps a text from being read in the hex format.
func escapeOnly(s string) []byte {
	if strings.HasPrefix(s, `\x`) {
		return []byte(`\`) // no escape: an error
	}
	return []byte(s)
}
