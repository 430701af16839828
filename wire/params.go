package wire

import "slices"

// startParams returns what is reported at the start: given, and then what
// clients look for in a PostgreSQL server (PostgreSQL documentation, 55.2.7
// Asynchronous Operations).
func startParams(given []Param, s Startup, id Identity) []Param {
	application := ""
	for _, p := range s.Params {
		if p.Name == "application_name" {
			application = p.Value
		}
	}
	params := append([]Param(nil), given...)
	for _, p := range []Param{
		{"application_name", application},
		{"client_encoding", "UTF8"},
		{"DateStyle", "ISO, MDY"},
		{"default_transaction_read_only", "off"},
		{"in_hot_standby", "off"},
		{"integer_datetimes", "on"},
		{"IntervalStyle", "postgres"},
		{"is_superuser", "off"},
		{"server_encoding", "UTF8"},
		{"server_version", "15.0"},
		{"session_authorization", id.Role},
		{"standard_conforming_strings", "on"},
		{"TimeZone", "UTC"},
	} {
		if findParam(params, p.Name) == nil {
			params = append(params, p)
		}
	}
	return params
}

func findParam(params []Param, name string) *Param {
	for i := range params {
		if params[i].Name == name {
			return &params[i]
		}
	}
	return nil
}

// Report tells the client the value of a run-time parameter, if it has another
// one in mind. The ParameterStatus follows the statement's CommandComplete,
// before ReadyForQuery, and only the last of several values is sent.
func (c *Conn) Report(name, value string) {
	p := findParam(c.params, name)
	if p == nil {
		c.params = append(c.params, Param{Name: name})
		p = &c.params[len(c.params)-1]
	} else if p.Value == value {
		return
	}
	p.Value = value
	if c.greeted && !slices.Contains(c.changed, name) {
		c.changed = append(c.changed, name)
	}
}

// appendChanged appends a ParameterStatus for each parameter that was reported
// since the last time.
func (c *Conn) appendChanged(buf []byte) []byte {
	for _, name := range c.changed {
		buf = appendParameterStatus(buf, name, findParam(c.params, name).Value)
	}
	c.changed = c.changed[:0]
	return buf
}
