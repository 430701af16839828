package pgvalue

import "strings"

// DateStyle is the setting of that name: how dates and timestamps are written,
// and in which order the fields of an ambiguous date are read
// (PostgreSQL documentation, 8.5.2 Date/Time Output). Its zero value is
// PostgreSQL's default, "ISO, MDY".
type DateStyle struct {
	Format DateFormat
	Order  DateOrder
}

// DateFormat is how dates are written.
type DateFormat uint8

const (
	ISO      DateFormat = iota // 1997-12-17 07:37:16-08
	SQL                        // 12/17/1997 07:37:16.00 PST
	Postgres                   // Wed Dec 17 07:37:16 1997 PST
	German                     // 17.12.1997 07:37:16.00 PST
	XSD                        // 1997-12-17T07:37:16-08:00, as in JSON; no DateStyle names it
)

// DateOrder is the order of day, month and year.
type DateOrder uint8

const (
	MDY DateOrder = iota
	DMY
	YMD
)

func (s DateStyle) String() string {
	return [...]string{"ISO", "SQL", "Postgres", "German", "ISO"}[s.Format] + ", " +
		[...]string{"MDY", "DMY", "YMD"}[s.Order]
}

// ParseDateStyle reads the value of SET DateStyle. What it does not mention stays
// as in current. ok says that all of it was understood.
func ParseDateStyle(value string, current DateStyle) (s DateStyle, ok bool) {
	s = current
	orderSet := false
	for word := range strings.SplitSeq(value, ",") {
		switch w := strings.ToLower(strings.TrimSpace(word)); {
		case w == "iso":
			s.Format = ISO
		case w == "sql":
			s.Format = SQL
		case strings.HasPrefix(w, "postgres"):
			s.Format = Postgres
		case w == "german":
			s.Format = German
			if !orderSet {
				s.Order = DMY
			}
		case w == "ymd":
			s.Order, orderSet = YMD, true
		case w == "dmy" || strings.HasPrefix(w, "euro"):
			s.Order, orderSet = DMY, true
		case w == "mdy" || w == "us" || strings.HasPrefix(w, "noneuro"):
			s.Order, orderSet = MDY, true
		case w == "default":
			s = DateStyle{}
		default:
			return s, false
		}
	}
	return s, true
}
