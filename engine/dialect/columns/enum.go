package columns

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/engine/dialect/rewrite"
)

// check refuses a string that is no label of the type.
func (e Enum) check(k *checker, c *pg.A_Const) {
	if label := c.GetSval().Sval; !slices.Contains(e.Labels, label) {
		k.report(c.Location, "22P02", `invalid input value for enum %s: "%s"`, e.Name, label)
	}
}

// takesEnum gives a string, or a parameter, the enumerated type that stands beside it:
// an engine would compare the texts.
func (k *checker) takesEnum(n *pg.Node, t Type) {
	if n.GetAConst().GetSval() == nil && n.GetParamRef() == nil || locationOf(n) < 0 {
		return
	}
	if enum, ok := k.catalog.Enum(t.OID); ok {
		note(&k.found.Constants, locationOf(n), rewrite.Type{Name: enum.SQL, Mod: -1, Enum: true})
	}
}
