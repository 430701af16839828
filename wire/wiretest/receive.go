package wiretest

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// backend writes a message of the server down as a line:
//
//	ParseComplete, BindComplete, CloseComplete, NoData, PortalSuspended,
//	EmptyQueryResponse, CopyDone
//	ParameterDescription 23 25
//	RowDescription ("a" 23 4 -1 text) ("b" 25 -1 -1 binary table attr=1)
//	DataRow "1" NULL "\x00"
//	CommandComplete "SELECT 1"
//	ErrorResponse ERROR 22P02 "invalid input ..." position=8 detail="..." hint="..."
//	NoticeResponse WARNING 25P01 "..."
//	ParameterStatus "TimeZone" "UTC"
//	NotificationResponse "channel" "payload"
//	ReadyForQuery I
//	CopyInResponse text columns=2
//	CopyOutResponse binary columns=2
//	CopyData "1\tone\n"
//
// A column is its name, type, size, modifier, format and, if it is one of a table,
// its number there. Strings are quoted as in Go.
//
// Left out is what differs between two runs of the same server, or says nothing
// but where in PostgreSQL's own source an error was raised:
//   - the OID of a table (only that there is one is said);
//   - the process ID of who notifies;
//   - the file, line and routine of errors and notices, and their context (W),
//     unless it is a place in the data of a COPY.
func backend(m client.Message) (string, error) {
	switch m.Type {
	case '1':
		return "ParseComplete", nil
	case '2':
		return "BindComplete", nil
	case '3':
		return "CloseComplete", nil
	case 'n':
		return "NoData", nil
	case 's':
		return "PortalSuspended", nil
	case 'I':
		return "EmptyQueryResponse", nil
	case 'c':
		return "CopyDone", nil
	case 'Z':
		return "ReadyForQuery " + string(m.Body), nil
	case 'd':
		return "CopyData " + strconv.Quote(string(m.Body)), nil
	case 'C':
		tag, err := m.Tag()
		return "CommandComplete " + strconv.Quote(tag), err
	case 't':
		return parameterDescription(m)
	case 'T':
		return rowDescription(m)
	case 'D':
		return dataRow(m)
	case 'E':
		return problem("ErrorResponse", m)
	case 'N':
		return problem("NoticeResponse", m)
	case 'S':
		return parameterStatus(m)
	case 'A':
		return notification(m)
	case 'G':
		return copyResponse("CopyInResponse", m)
	case 'H':
		return copyResponse("CopyOutResponse", m)
	}
	return "", fmt.Errorf("unexpected message %q %q", m.Type, m.Body)
}

// notification has a process ID, and two strings that end with NUL.
func notification(m client.Message) (string, error) {
	parts := strings.Split(string(m.Body[min(4, len(m.Body)):]), "\x00")
	if len(parts) != 3 {
		return "", fmt.Errorf("a notification %q", m.Body)
	}
	return fmt.Sprintf("NotificationResponse %q %q", parts[0], parts[1]), nil
}

func parameterDescription(m client.Message) (string, error) {
	params, err := m.Params()
	line := "ParameterDescription"
	for _, p := range params {
		line += " " + strconv.Itoa(int(p))
	}
	return line, err
}

func rowDescription(m client.Message) (string, error) {
	columns, formats, err := m.Columns()
	var w strings.Builder
	w.WriteString("RowDescription")
	for i, c := range columns {
		fmt.Fprintf(&w, " (%q %d %d %d %s", c.Name, c.Type, c.Size, c.Mod, formatName(formats[i]))
		if c.Table != 0 {
			fmt.Fprintf(&w, " table attr=%d", c.Attr)
		}
		w.WriteByte(')')
	}
	return w.String(), err
}

func dataRow(m client.Message) (string, error) {
	fields, err := client.Row(m.Body).AppendFields(nil)
	line := "DataRow"
	for _, f := range fields {
		if f == nil {
			line += " NULL"
			continue
		}
		line += " " + strconv.Quote(string(f))
	}
	return line, err
}

func problem(name string, m client.Message) (string, error) {
	e, err := m.Error()
	if err != nil {
		return "", err
	}
	line := fmt.Sprintf("%s %s %s %q", name, e.Severity, e.Code, e.Message)
	if e.Position != 0 {
		line += fmt.Sprintf(" position=%d", e.Position)
	}
	if e.Detail != "" {
		line += fmt.Sprintf(" detail=%q", e.Detail)
	}
	if e.Hint != "" {
		line += fmt.Sprintf(" hint=%q", e.Hint)
	}
	if strings.HasPrefix(e.Where, "COPY ") {
		line += fmt.Sprintf(" where=%q", e.Where)
	}
	return line, nil
}

func parameterStatus(m client.Message) (string, error) {
	parts := strings.Split(string(m.Body), "\x00")
	if len(parts) != 3 || parts[2] != "" {
		return "", fmt.Errorf("malformed ParameterStatus %q", m.Body)
	}
	return fmt.Sprintf("ParameterStatus %q %q", parts[0], parts[1]), nil
}

func copyResponse(name string, m client.Message) (string, error) {
	if len(m.Body) < 3 {
		return "", fmt.Errorf("malformed %s %q", name, m.Body)
	}
	overall := wire.Format(m.Body[0])
	columns := int(binary.BigEndian.Uint16(m.Body[1:]))
	formats := m.Body[3:]
	if len(formats) != 2*columns {
		return "", fmt.Errorf("malformed %s %q", name, m.Body)
	}
	for i := range columns {
		// PostgreSQL gives every column the format of the whole.
		if f := wire.Format(binary.BigEndian.Uint16(formats[2*i:])); f != overall {
			return "", fmt.Errorf("%s: column %d is %s in a COPY that is %s", name, i+1, formatName(f), formatName(overall))
		}
	}
	return fmt.Sprintf("%s %s columns=%d", name, formatName(overall), columns), nil
}

func formatName(f wire.Format) string {
	switch f {
	case wire.Text:
		return "text"
	case wire.Binary:
		return "binary"
	}
	return strconv.Itoa(int(f))
}
