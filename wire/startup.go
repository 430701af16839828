package wire

import (
	"encoding/binary"
	"strings"
)

// Startup is what a client asks for when it connects
// (PostgreSQL documentation, 55.2.1 Start-up).
type Startup struct {
	User     string
	Database string // the user's name if the client named none

	// Params are the run-time parameters, in the client's order: those of the
	// message, and those in its "options" (-c name=value, --name=value) where
	// that stands.
	Params []Param

	Minor int // of the protocol version, 3.Minor, that is spoken: 2 at most
}

// Param is the name and the value of a run-time parameter.
type Param struct{ Name, Value string }

// decodeStartup decodes a StartupMessage. unknown are the protocol options
// (_pq_.) it asks for, of which there are none.
func decodeStartup(packet []byte) (s Startup, unknown []string, err error) {
	version := binary.BigEndian.Uint32(packet)
	major, minor := version>>16, version&0xffff
	switch {
	case major < 3:
		return s, nil, errHangUp // it would not understand the error
	case major > 3:
		return s, nil, Errorf("0A000", "unsupported frontend protocol %d.%d: server supports 3.0 to 3.2", major, minor)
	}
	s.Minor = int(minor)
	if packet[len(packet)-1] != 0 {
		return s, nil, Errorf("08P01", "invalid startup packet layout: expected terminator as last byte")
	}
	d := decoder{body: packet[4:]}
	for d.err == nil && len(d.body) > 0 && d.body[0] != 0 {
		name, value := d.string(), d.string()
		switch {
		case name == "user":
			s.User = value
		case name == "database":
			s.Database = value
		case name == "options":
			s.Params, err = appendOptions(s.Params, value)
		case name == "replication":
			err = checkReplication(value)
		case strings.HasPrefix(name, "_pq_."):
			unknown = append(unknown, name)
		default:
			s.Params = append(s.Params, Param{name, value})
		}
		if err != nil {
			return s, nil, err
		}
	}
	if d.byte(); d.err == nil && len(d.body) > 0 {
		return s, nil, Errorf("08P01", "invalid startup packet layout: expected terminator as last byte")
	}
	if d.err != nil {
		return s, nil, d.err
	}
	if s.User == "" {
		return s, nil, Errorf("28000", "no PostgreSQL user name specified in startup packet")
	}
	if s.Database == "" {
		s.Database = s.User
	}
	return s, unknown, nil
}

func checkReplication(value string) error {
	switch strings.ToLower(value) {
	case "false", "off", "no", "0", "f", "n":
		return nil
	case "true", "on", "yes", "1", "t", "y", "database":
		return Errorf("0A000", "replication is not supported")
	}
	return Errorf("22023", "invalid value for parameter \"replication\": \"%s\"", value)
}

// appendOptions appends the parameters of an "options" string: words of a
// command line, in which a backslash keeps the next character.
func appendOptions(dst []Param, options string) ([]Param, error) {
	words := splitOptions(options)
	for i := 0; i < len(words); i++ {
		word := words[i]
		switch {
		case strings.HasPrefix(word, "--"):
			word = word[2:]
		case word == "-c" && i+1 < len(words):
			i++
			word = words[i]
		case strings.HasPrefix(word, "-c") && len(word) > 2:
			word = word[2:]
		default:
			return nil, Errorf("42601", "invalid command-line argument for server process: %s", word)
		}
		name, value, ok := strings.Cut(word, "=")
		if !ok || name == "" {
			return nil, Errorf("42601", "invalid command-line argument for server process: %s", word)
		}
		dst = append(dst, Param{strings.ReplaceAll(name, "-", "_"), value})
	}
	return dst, nil
}

func splitOptions(s string) (words []string) {
	var word []byte
	inside := false
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case b == ' ' || b >= '\t' && b <= '\r':
			if inside {
				words = append(words, string(word))
			}
			word, inside = word[:0], false
		case b == '\\' && i+1 < len(s):
			i++
			word, inside = append(word, s[i]), true
		default:
			word, inside = append(word, b), true
		}
	}
	if inside {
		words = append(words, string(word))
	}
	return words
}
