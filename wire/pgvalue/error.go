package pgvalue

// Error says why the bytes of a value cannot be read.
type Error struct {
	Code    string // SQLSTATE, one of those below
	Message string // as PostgreSQL words it
}

// The SQLSTATEs of this package
// (PostgreSQL documentation, Appendix A. PostgreSQL Error Codes).
const (
	InvalidText      = "22P02" // invalid_text_representation
	OutOfRange       = "22003" // numeric_value_out_of_range
	InvalidDatetime  = "22007" // invalid_datetime_format
	DatetimeOverflow = "22008" // datetime_field_overflow
	IntervalOverflow = "22015" // interval_field_overflow
	InvalidZone      = "22009" // invalid_time_zone_displacement_value
	InvalidBinary    = "22P03" // invalid_binary_representation
	ProtocolError    = "08P01" // protocol_violation: a length that the type cannot have
	InvalidArray     = "2202E" // array_subscript_error
)

func (e *Error) Error() string { return e.Message }

// SQLState returns the SQLSTATE of the error.
func (e *Error) SQLState() string { return e.Code }

// errSyntax says that src is no literal of the type.
func errSyntax(typ string, src []byte) error {
	return &Error{InvalidText, "invalid input syntax for type " + typ + `: "` + string(src) + `"`}
}

// errRange says that the number in src is too large for the type.
func errRange(typ string, src []byte) error {
	return &Error{OutOfRange, `value "` + string(src) + `" is out of range for type ` + typ}
}

// errLength says that a binary value has a length that its type cannot have:
// too short is an error of the message, too long one of the format.
func errLength(have, want int) error {
	if have < want {
		return &Error{ProtocolError, "insufficient data left in message"}
	}
	return &Error{InvalidBinary, "incorrect binary data format"}
}
