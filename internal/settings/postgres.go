package settings

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// Postgres is a parameter of PostgreSQL's as pg_settings has it (PostgreSQL
// documentation, 54.24).
type Postgres struct {
	Name, Value, Unit, Desc string
	Context                 string // who may change it, and when
	Type                    string // bool, integer, real, string or enum
	Min, Max                string // of numbers
	Words                   []string
}

// Add adds PostgreSQL's other parameters to the registry: clients set them, and
// they change nothing here. It is called before the first Values are made.
func Add(list []Postgres) {
	var more []Setting
	for _, p := range list {
		if _, known := Lookup(p.Name); !known {
			more = append(more, p.setting())
		}
	}
	registry = append(registry, more...)
	slices.SortFunc(registry, func(a, b Setting) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
}

func (p Postgres) setting() Setting {
	s := Setting{Name: p.Name, Default: p.Value, Unit: p.Unit, Desc: p.Desc, check: text}
	switch p.Context {
	case "internal":
		s.refused = "cannot be changed"
	case "postmaster":
		s.refused = "cannot be changed without restarting the server"
	case "sighup":
		s.refused = "cannot be changed now"
	case "backend", "superuser-backend":
		s.refused = "cannot be set after connection start"
	}
	switch p.Type {
	case "bool":
		s.check = boolean(p.Name)
	case "enum":
		s.check = oneOf(p.Name, p.Words...)
	case "integer", "real":
		s.check = p.number
		if n, err := strconv.ParseFloat(p.Value, 64); err == nil {
			s.Default = pgvalue.FormatQuantity(n, p.Unit)
		}
	}
	return s
}

// number takes a number of the parameter's range, with a unit if it has one.
func (p Postgres) number(value, _ string) (string, error) {
	n, ok := pgvalue.ParseQuantity(value, p.Unit)
	if !ok {
		return "", badValue(p.Name, value, unitHint(p.Unit))
	}
	if p.Type == "integer" {
		n = math.RoundToEven(n)
	}
	low, _ := strconv.ParseFloat(p.Min, 64)
	high, _ := strconv.ParseFloat(p.Max, 64)
	if n < low || n > high {
		shown := strings.TrimSpace(strconv.FormatFloat(n, 'f', -1, 64) + " " + p.Unit)
		return "", &problem{code: "22023", message: fmt.Sprintf("%s is outside the valid range for parameter %q (%s .. %s)", shown, p.Name, p.Min, p.Max)}
	}
	return pgvalue.FormatQuantity(n, p.Unit), nil
}

// unitHint says which units a parameter of a unit may be written with.
func unitHint(unit string) string {
	units := pgvalue.QuantityUnits(unit)
	if units == nil {
		return ""
	}
	for i, u := range units {
		units[i] = strconv.Quote(u)
	}
	last := len(units) - 1
	return "Valid units for this parameter are " + strings.Join(units[:last], ", ") + ", and " + units[last] + "."
}
