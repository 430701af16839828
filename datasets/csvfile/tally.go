package csvfile

import (
	"bytes"
	"math/bits"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// nullWords mean NULL in a column whose other values are not text.
var nullWords = [...]string{"NA", "N/A", "n/a", "NULL", "null", `\N`, "-", "#N/A", "None"}

// tally is what is known of the values of a column.
type tally struct {
	can    kinds // what each of them can be
	seen   kinds // what one of them is
	values int64 // that are not NULL
	words  uint16
	padded bool // spaces around a value
	lost   []loss
}

// loss is the first value that cannot be some kinds.
type loss struct {
	kinds kinds
	line  int64
	value string
}

// add counts a value that is not empty. words says that nullWords are no values.
func (t *tally) add(v []byte, line int64, words bool) {
	if t.can == text {
		t.values++
		return
	}
	trimmed := v
	if v[0] == ' ' || v[len(v)-1] == ' ' {
		if trimmed = bytes.Trim(v, " "); len(trimmed) == 0 {
			return // as good as empty in a column that is not text
		}
	}
	if i := nullWord(trimmed); words && i >= 0 {
		t.words |= 1 << i
		t.padded = t.padded || len(trimmed) < len(v)
		return
	}
	t.padded = t.padded || len(trimmed) < len(v)
	k := classify(trimmed, t.can)
	if gone := t.can &^ k; gone != 0 {
		t.lost = append(t.lost, loss{gone, line, string(v[:min(len(v), 200)])})
		t.can &= k
	}
	t.seen |= k
	t.values++
}

// nullWord is the index of a word in nullWords, or -1.
func nullWord(v []byte) int {
	if len(v) > 4 || v[0]-'0' <= 9 {
		return -1
	}
	return slices.Index(nullWords[:], string(v))
}

// merge adds what is known of other values.
func (t *tally) merge(o *tally) {
	t.can &= o.can
	t.seen |= o.seen
	t.values += o.values
	t.words |= o.words
	t.padded = t.padded || o.padded
	t.lost = append(t.lost, o.lost...)
	slices.SortStableFunc(t.lost, func(a, b loss) int { return int(a.line - b.line) })
}

// Values is how the values of a column are read, in all files of a table.
type Values struct {
	tally
	// Kind is the kind chosen, 0 as long as Decide was not called.
	kind kinds
}

// Unite makes v what holds for its values and for those of o.
func (v *Values) Unite(o Values) { v.merge(&o.tally) }

// Type is the SQL type of the values.
func (v *Values) Type() string {
	switch v.kind {
	case boolean:
		return "BOOLEAN"
	case integer:
		return "BIGINT"
	case huge:
		return "DECIMAL(38,0)"
	case double, grouped, comma:
		return "DOUBLE"
	case dateISO, dateSlash:
		return "DATE"
	case clock:
		return "TIME"
	case timestamp:
		return "TIMESTAMP"
	case timestamptz:
		return "TIMESTAMPTZ"
	}
	if v.kind&local != 0 {
		if _, _, time := v.kind.layout(); time == noClock {
			return "DATE"
		}
		return "TIMESTAMP"
	}
	return "VARCHAR"
}

// Column is how an engine reads the values.
func (v *Values) Column(name string) engine.CSVColumn {
	c := engine.CSVColumn{Name: name, Type: v.Type()}
	if v.kind == text || v.kind == 0 {
		return c
	}
	c.Trim = v.padded
	for i, word := range nullWords {
		if v.words&(1<<i) != 0 {
			c.Null = append(c.Null, word)
		}
	}
	switch {
	case v.kind == grouped:
		c.Group, c.Decimal = ",", "."
	case v.kind == comma:
		c.Group, c.Decimal = ".", ","
	case v.kind&local != 0:
		c.Format = v.kind.format()
	}
	return c
}

// format is the strptime format of local dates.
func (k kinds) format() string {
	order, separator, time := k.layout()
	parts := []string{"%d", "%m", "%Y"}
	if order == monthFirst {
		parts[0], parts[1] = parts[1], parts[0]
	}
	f := strings.Join(parts, string(separator))
	switch time {
	case minutes:
		f += " %H:%M"
	case seconds:
		f += " %H:%M:%S"
	}
	return f
}

// Hints are what the other columns of a table, or its user, say about those that
// can be read in two ways.
type Hints struct {
	DateOrder string
	Decimal   byte
	Semicolon bool // fields are separated by it
}

// Evidence adds what is beyond doubt about v to the hints.
func (v *Values) Evidence(h *Hints) {
	k := v.can & v.seen
	days, months := k&dayDate, k&local&^dayDate
	switch {
	case h.DateOrder == "" && days != 0 && months == 0 && separatorOf(days) != '.':
		h.DateOrder = "DMY"
	case h.DateOrder == "" && months != 0 && days == 0:
		h.DateOrder = "MDY"
	}
	if h.Decimal == 0 && k&numbers == comma {
		h.Decimal = ','
	}
	if h.Decimal == 0 && k&numbers == grouped {
		h.Decimal = '.'
	}
}

func separatorOf(k kinds) byte {
	_, separator, _ := k.layout()
	return separator
}

// Decide chooses how the values are read. It returns why not as something else, if
// there was a choice.
func (v *Values) Decide(h Hints) (doubt Doubt) {
	k := v.can & v.seen
	if k&^text == 0 || v.seen&nan != 0 && v.seen&(integer|grouped|comma) == 0 {
		v.kind = text
		return NoDoubt
	}
	days, months := k&dayDate, k&local&^dayDate
	switch {
	case k&(integer|huge|boolean) != 0:
		v.kind = lowest(k & (boolean | integer | huge))
	case k&double != 0:
		v.kind = double
		if k&comma != 0 && (h.Decimal == ',') {
			v.kind = comma
			return CommaTaken
		}
	case k&grouped != 0 && k&comma != 0:
		switch h.Decimal {
		case ',':
			v.kind = comma
		case '.':
			v.kind = grouped
		default:
			v.kind = text
			return NumberDoubt
		}
	case k&(grouped|comma) != 0:
		v.kind = lowest(k & (grouped | comma))
	case k&(dateISO|dateSlash|clock|timestamp|timestamptz) != 0:
		v.kind = lowest(k & (dateISO | dateSlash | clock | timestamp | timestamptz))
	case days != 0 && months != 0:
		switch h.DateOrder {
		case "DMY":
			v.kind = lowest(days)
		case "MDY":
			v.kind = lowest(months)
		default:
			v.kind = text
			return DateDoubt
		}
	default:
		v.kind = lowest(days | months)
	}
	return NoDoubt
}

func lowest(k kinds) kinds { return 1 << bits.TrailingZeros64(uint64(k)) }

// Doubt is a choice that the values leave open.
type Doubt uint8

const (
	NoDoubt     Doubt = iota
	NumberDoubt       // 1,234 is 1234 or 1.234: text
	DateDoubt         // 03/04/2024 is in March or in April: text
	CommaTaken        // 1.234 is 1234, for other columns have decimal commas
)

// TextAt is the first value that made the column text where the lines before it
// would have been something else. There are at least twenty of them, or it is text
// as any other.
func (v *Values) TextAt() (line int64, value, was string, ok bool) {
	if v.kind != text || v.can != text {
		return 0, "", "", false
	}
	could := anyKind
	for _, l := range v.lost {
		if could &^= l.kinds; could != text {
			continue
		}
		if l.line <= 20 {
			break
		}
		return l.line, l.value, l.kinds.noun(), true
	}
	return 0, "", "", false
}

func (k kinds) noun() string {
	switch {
	case k&numbers != 0:
		return "numbers"
	case k&boolean != 0:
		return "booleans"
	case k&clock != 0:
		return "times"
	}
	return "dates"
}
