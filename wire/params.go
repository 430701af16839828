package wire

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
// before ReadyForQuery.
func (c *Conn) Report(name, value string) {
	p := findParam(c.params, name)
	switch {
	case p == nil:
		c.params = append(c.params, Param{name, value})
	case p.Value == value:
		return
	default:
		p.Value = value
	}
	if c.greeted {
		c.out.late = appendParameterStatus(c.out.late, name, value)
	}
}
