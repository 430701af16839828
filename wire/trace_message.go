package wire

import "strconv"

// tracePrinter appends the fields of a message to a line, in the way of PQtrace:
// each with a space before it.
type tracePrinter struct {
	line    []byte
	d       decoder
	regress bool
}

func (p *tracePrinter) head(letter byte, length int, front bool) {
	direction := byte('B')
	name := backendName(letter)
	if front {
		direction = 'F'
		name = frontendName(letter)
	}
	p.line = append(p.line, direction, '\t')
	if p.regress && !front && (letter == 'E' || letter == 'N') {
		p.line = append(p.line, "NN"...) // depends on the server's source
	} else {
		p.line = strconv.AppendInt(p.line, int64(length), 10)
	}
	p.line = append(append(p.line, '\t'), name...)
	if name == "" {
		p.line = strconv.AppendQuoteRuneToASCII(append(p.line, "Unknown message: "...), rune(letter))
	}
}

// frontendName is the name of a message of the client
// (PostgreSQL documentation, 55.7 Message Formats).
func frontendName(letter byte) string {
	switch letter {
	case 'B':
		return "Bind"
	case 'C':
		return "Close"
	case 'D':
		return "Describe"
	case 'E':
		return "Execute"
	case 'F':
		return "FunctionCall"
	case 'H':
		return "Flush"
	case 'P':
		return "Parse"
	case 'Q':
		return "Query"
	case 'S':
		return "Sync"
	case 'X':
		return "Terminate"
	case 'c':
		return "CopyDone"
	case 'd':
		return "CopyData"
	case 'f':
		return "CopyFail"
	case 'p':
		return "PasswordMessage" // or a SASL one: only the login tells them apart
	}
	return ""
}

// backendName is the name of a message of the server.
func backendName(letter byte) string {
	switch letter {
	case '1':
		return "ParseComplete"
	case '2':
		return "BindComplete"
	case '3':
		return "CloseComplete"
	case 'A':
		return "NotificationResponse"
	case 'C':
		return "CommandComplete"
	case 'D':
		return "DataRow"
	case 'E':
		return "ErrorResponse"
	case 'G':
		return "CopyInResponse"
	case 'H':
		return "CopyOutResponse"
	case 'I':
		return "EmptyQueryResponse"
	case 'K':
		return "BackendKeyData"
	case 'N':
		return "NoticeResponse"
	case 'R':
		return "Authentication"
	case 'S':
		return "ParameterStatus"
	case 'T':
		return "RowDescription"
	case 'V':
		return "FunctionCallResponse"
	case 'W':
		return "CopyBothResponse"
	case 'Z':
		return "ReadyForQuery"
	case 'c':
		return "CopyDone"
	case 'd':
		return "CopyData"
	case 'n':
		return "NoData"
	case 's':
		return "PortalSuspended"
	case 't':
		return "ParameterDescription"
	case 'v':
		return "NegotiateProtocolVersion"
	}
	return ""
}

// frontend appends the fields of a message of the client, a tab before them.
func (p *tracePrinter) frontend(letter byte) {
	switch letter {
	case 'B', 'C', 'D', 'E', 'F', 'P', 'Q', 'f':
		p.line = append(p.line, '\t')
	}
	switch letter {
	case 'B':
		p.string()
		p.string()
		p.int16s()
		p.values(p.int16())
		p.int16s()
	case 'C', 'D':
		p.byte()
		p.string()
	case 'E':
		p.string()
		p.int32(false)
	case 'F':
		p.int32(p.regress)
		p.int16s()
		p.values(p.int16())
		p.int16()
	case 'P':
		p.string()
		p.string()
		p.int32s(p.regress)
	case 'Q', 'f':
		p.string()
	}
}

// backend appends the fields of a message of the server.
func (p *tracePrinter) backend(letter byte) {
	switch letter {
	case '1', '2', '3', 'c', 'd', 'I', 'n', 's':
		return
	}
	p.line = append(p.line, '\t')
	switch letter {
	case 'A':
		p.int32(p.regress)
		p.string()
		p.string()
	case 'C':
		p.string()
	case 'D':
		p.values(p.int16())
	case 'E', 'N':
		p.fields()
	case 'G', 'H', 'W':
		p.byte()
		p.int16s()
	case 'K':
		p.int32(p.regress)
		p.line = append(p.line, " secret"...)
	case 'R':
		p.int32(false)
	case 'S':
		p.string()
		p.string()
	case 't':
		p.int32s(p.regress)
	case 'T':
		p.columns()
	case 'v':
		p.int32(false)
		p.int32(false)
	case 'V':
		p.values(1)
	case 'Z':
		p.byte()
	}
}

// fields are those of an error or a notice, up to the zero that ends them.
func (p *tracePrinter) fields() {
	for p.d.err == nil {
		field := p.byte()
		switch {
		case field == 0:
			return
		case p.regress && (field == 'F' || field == 'L' || field == 'R'):
			p.d.string()
			p.line = append(p.line, ` "SSSS"`...)
		default:
			p.string()
		}
	}
}

func (p *tracePrinter) columns() {
	for n := p.int16(); n > 0 && p.d.err == nil; n-- {
		p.string()
		p.int32(p.regress)
		p.int16()
		p.int32(p.regress)
		p.int16()
		p.int32(false)
		p.int16()
	}
}

func (p *tracePrinter) byte() byte {
	b := p.d.byte()
	p.line = append(p.line, ' ')
	p.printable(b)
	return b
}

func (p *tracePrinter) int16() int {
	n := p.d.uint16()
	p.line = strconv.AppendUint(append(p.line, ' '), uint64(n), 10)
	return int(n)
}

func (p *tracePrinter) int32(hide bool) int {
	n := p.d.int32()
	if hide {
		p.line = append(p.line, " NNNN"...)
	} else {
		p.line = strconv.AppendInt(append(p.line, ' '), int64(n), 10)
	}
	return int(n)
}

// int16s and int32s are a count and that many numbers.
func (p *tracePrinter) int16s() {
	for n := p.int16(); n > 0 && p.d.err == nil; n-- {
		p.int16()
	}
}

func (p *tracePrinter) int32s(hide bool) {
	for n := p.int16(); n > 0 && p.d.err == nil; n-- {
		p.int32(hide)
	}
}

func (p *tracePrinter) string() {
	p.line = append(p.line, ` "`...)
	for _, b := range []byte(p.d.string()) {
		if b == '\n' || b == '\r' {
			p.printable(b)
		} else {
			p.line = append(p.line, b)
		}
	}
	p.line = append(p.line, '"')
}

// values are lengths, -1 for NULL, and so many bytes.
func (p *tracePrinter) values(n int) {
	for ; n > 0 && p.d.err == nil; n-- {
		length := p.int32(false)
		if length == -1 {
			continue
		}
		p.line = append(p.line, ` '`...)
		for _, b := range p.d.bytes(length) {
			p.printable(b)
		}
		p.line = append(p.line, '\'')
	}
}

func (p *tracePrinter) printable(b byte) {
	const hex = "0123456789abcdef"
	if b >= ' ' && b < 0x7f {
		p.line = append(p.line, b)
	} else {
		p.line = append(p.line, '\\', 'x', hex[b>>4], hex[b&15])
	}
}
