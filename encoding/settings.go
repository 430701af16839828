package encoding

import (
	"time"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// Settings are the parameters of a session that change how values are written
// and read (PostgreSQL documentation, 20.11 Client Connection Defaults).
type Settings struct {
	Location         *time.Location // TimeZone; nil is UTC
	DateStyle        pgvalue.DateStyle
	IntervalStyle    pgvalue.IntervalStyle
	ByteaOutput      pgvalue.ByteaOutput
	ExtraFloatDigits int
}

// DefaultSettings are those of a session that has set nothing, in UTC.
func DefaultSettings() *Settings { return &Settings{ExtraFloatDigits: 1} }
