package wire

import (
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/wire/oid"
)

// Append functions for the messages that the server sends, in the order of
// their letters (PostgreSQL documentation, 55.7 Message Formats).

// beginMessage appends the letter and room for the length, endMessage fills it.
func beginMessage(dst []byte, letter byte) (_ []byte, at int) {
	return append(dst, letter, 0, 0, 0, 0), len(dst)
}

func endMessage(dst []byte, at int) []byte {
	binary.BigEndian.PutUint32(dst[at+1:], uint32(len(dst)-at-1))
	return dst
}

// appendEmpty appends a message that has no body.
func appendEmpty(dst []byte, letter byte) []byte {
	return append(dst, letter, 0, 0, 0, 4)
}

// appendString appends a zero-terminated string, which ends at the first zero.
func appendString(dst []byte, s string) []byte {
	if i := strings.IndexByte(s, 0); i >= 0 {
		s = s[:i]
	}
	return append(append(dst, s...), 0)
}

func appendCommandComplete(dst []byte, tag string) []byte {
	dst, at := beginMessage(dst, 'C')
	return endMessage(appendString(dst, tag), at)
}

// appendError appends an ErrorResponse or, with letter 'N', a NoticeResponse
// (55.8 Error and Notice Message Fields).
func appendError(dst []byte, letter byte, e *Error) []byte {
	severity, code, message := e.Severity, e.Code, e.Message
	if severity == "" {
		severity = "ERROR"
		if letter == 'N' {
			severity = "NOTICE"
		}
	}
	if len(code) != 5 {
		code = "XX000"
		if letter == 'N' {
			code = "00000"
		}
	}
	if message == "" {
		message = "unknown error" // clients rely on there being one
	}
	dst, at := beginMessage(dst, letter)
	field := func(key byte, value string) {
		if value != "" {
			dst = appendString(append(dst, key), value)
		}
	}
	number := func(key byte, value int) {
		if value > 0 {
			dst = append(dst, key)
			dst = strconv.AppendInt(dst, int64(value), 10)
			dst = append(dst, 0)
		}
	}
	field('S', severity)
	field('V', severity)
	field('C', code)
	field('M', message)
	field('D', e.Detail)
	field('H', e.Hint)
	number('P', e.Position)
	number('p', e.InternalPosition)
	field('q', e.InternalQuery)
	field('W', e.Where)
	field('s', e.Schema)
	field('t', e.Table)
	field('c', e.Column)
	field('d', e.Type)
	field('n', e.Constraint)
	field('F', e.File)
	number('L', e.Line)
	field('R', e.Routine)
	return endMessage(append(dst, 0), at)
}

func appendBackendKeyData(dst []byte, k CancelKey) []byte {
	dst, at := beginMessage(dst, 'K')
	dst = binary.BigEndian.AppendUint32(dst, uint32(k.PID))
	dst = append(dst, k.Secret...)
	return endMessage(dst, at)
}

func appendParameterStatus(dst []byte, name, value string) []byte {
	dst, at := beginMessage(dst, 'S')
	return endMessage(appendString(appendString(dst, name), value), at)
}

// appendRowDescription appends RowDescription. No formats means text.
func appendRowDescription(dst []byte, columns []Column, formats []Format) []byte {
	dst, at := beginMessage(dst, 'T')
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(columns)))
	for i := range columns {
		c := &columns[i]
		dst = appendString(dst, c.Name)
		dst = binary.BigEndian.AppendUint32(dst, uint32(c.Table))
		dst = binary.BigEndian.AppendUint16(dst, uint16(c.Attr))
		dst = binary.BigEndian.AppendUint32(dst, uint32(c.Type))
		dst = binary.BigEndian.AppendUint16(dst, uint16(c.Size))
		dst = binary.BigEndian.AppendUint32(dst, uint32(c.Mod))
		format := Text
		if formats != nil {
			format = formats[i]
		}
		dst = binary.BigEndian.AppendUint16(dst, uint16(format))
	}
	return endMessage(dst, at)
}

func appendParameterDescription(dst []byte, params []oid.OID) []byte {
	dst, at := beginMessage(dst, 't')
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(params)))
	for _, t := range params {
		dst = binary.BigEndian.AppendUint32(dst, uint32(t))
	}
	return endMessage(dst, at)
}

func appendNegotiateProtocolVersion(dst []byte, newest uint32, unknown []string) []byte {
	dst, at := beginMessage(dst, 'v')
	dst = binary.BigEndian.AppendUint32(dst, newest)
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(unknown)))
	for _, name := range unknown {
		dst = appendString(dst, name)
	}
	return endMessage(dst, at)
}

func appendReadyForQuery(dst []byte, s TxStatus) []byte {
	return append(dst, 'Z', 0, 0, 0, 5, byte(s))
}
