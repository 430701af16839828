package columns

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// More types that the rules of Check speak of (pg_type.h).
const (
	byteaType       = 17
	int8Type        = 20
	float4Type      = 700
	float8Type      = 701
	dateType        = 1082
	timeType        = 1083
	timestampType   = 1114
	timestamptzType = 1184
	intervalType    = 1186
	timetzType      = 1266
	numericType     = 1700
	uuidType        = 2950
)

// category is PostgreSQL's of a type (pg_type.typcategory): B, N, S, D or T; 0 of
// the types that nothing is said about, and L of a constant without one.
func category(t Type) byte {
	switch t.OID {
	case boolType:
		return 'B'
	case int2Type, int4Type, int8Type, float4Type, float8Type, numericType:
		return 'N'
	case textType, varcharType, bpcharType:
		return 'S'
	case dateType, timeType, timetzType, timestampType, timestamptzType:
		return 'D'
	case intervalType:
		return 'T'
	case literalType:
		return 'L'
	}
	return 0
}

// known reports whether something is said about a category.
func known(c byte) bool { return c != 0 && c != 'L' }

// typ is the type of an expression, also of those that an engine knows better than
// a catalog. A chain of operators asks for that of its beginning again and again.
func (k *checker) typ(n *pg.Node) Type {
	if t, ok := k.types[n]; ok {
		return t
	}
	if k.types == nil {
		k.types = map[*pg.Node]Type{}
	}
	t := k.findType(n)
	k.types[n] = t
	return t
}

func (k *checker) findType(n *pg.Node) Type {
	switch e := n.GetNode().(type) {
	case *pg.Node_AConst:
		switch c := e.AConst; {
		case c.Isnull:
			return Type{}
		case c.GetSval() != nil:
			return Type{literalType, -1}
		case c.GetFval() != nil:
			return Type{numericType, -1}
		case c.GetBoolval() != nil:
			return Type{boolType, -1}
		case c.GetBsval() != nil:
			return Type{}
		}
		return Type{int4Type, -1}
	case *pg.Node_BoolExpr, *pg.Node_NullTest, *pg.Node_BooleanTest:
		return Type{boolType, -1}
	case *pg.Node_SubLink:
		if e.SubLink.SubLinkType != pg.SubLinkType_EXPR_SUBLINK && e.SubLink.SubLinkType != pg.SubLinkType_ARRAY_SUBLINK {
			return Type{boolType, -1}
		}
	case *pg.Node_AExpr:
		return k.operation(e.AExpr)
	case *pg.Node_ParamRef:
		return Type{}
	}
	return k.typeOf(n)
}

// operation is the type of an operator's result, as far as its category goes.
func (k *checker) operation(e *pg.A_Expr) Type {
	if e.Kind == pg.A_Expr_Kind_AEXPR_NULLIF {
		return k.typ(e.Lexpr)
	}
	if e.Kind != pg.A_Expr_Kind_AEXPR_OP {
		return Type{boolType, -1}
	}
	switch operatorName(e) {
	case "=", "<>", "<", "<=", ">", ">=", "~", "!~", "~*", "!~*":
		return Type{boolType, -1}
	case "+", "-", "*", "/", "%", "^":
		right := k.typ(e.Rexpr)
		if e.Lexpr == nil {
			return right
		}
		left := k.typ(e.Lexpr)
		if category(left) == 'N' && category(right) == 'N' {
			if left == right {
				return left
			}
			return Type{numericType, -1}
		}
	}
	return Type{}
}

func operatorName(e *pg.A_Expr) string {
	if len(e.Name) != 1 {
		return ""
	}
	return e.Name[0].GetString_().GetSval()
}

// name is a type's name in messages.
func (t Type) name() string {
	switch t.OID {
	case boolType:
		return "boolean"
	case int2Type:
		return "smallint"
	case int4Type:
		return "integer"
	case int8Type:
		return "bigint"
	case float4Type:
		return "real"
	case float8Type:
		return "double precision"
	case numericType:
		return "numeric"
	case textType:
		return "text"
	case varcharType:
		return "character varying"
	case bpcharType:
		return "character"
	case dateType:
		return "date"
	case timeType:
		return "time without time zone"
	case timetzType:
		return "time with time zone"
	case timestampType:
		return "timestamp without time zone"
	case timestamptzType:
		return "timestamp with time zone"
	case intervalType:
		return "interval"
	}
	return "unknown"
}

// castable reports whether there is a cast between two types of known categories
// (pg_cast). All types are cast from text and to it.
func castable(from, to Type) bool {
	a, b := category(from), category(to)
	if !known(a) || !known(b) || a == 'S' || b == 'S' {
		return true
	}
	switch {
	case a == b && a != 'D':
		return true
	case from.OID == to.OID:
		return true
	case a == 'B':
		return to.OID == int4Type
	case b == 'B':
		return from.OID == int4Type
	case a == 'N' || b == 'N':
		return false
	case a == 'T':
		return to.OID == timeType
	case b == 'T':
		return from.OID == timeType
	}
	switch from.OID {
	case dateType:
		return to.OID == timestampType || to.OID == timestamptzType
	case timeType:
		return to.OID == timetzType
	case timetzType:
		return to.OID == timeType
	case timestampType:
		return to.OID != timetzType
	}
	return true
}

// constantCode is the SQLSTATE with which a string is no value of a type of numbers
// or booleans, or "".
func constantCode(s string, t Type) string {
	s = strings.Trim(s, " \t\n\r\v\f")
	switch t.OID {
	case int2Type, int4Type, int8Type:
		return integerCode(s, t.OID)
	case float4Type, float8Type:
		return floatCode(s, t.OID)
	case boolType:
		if !isBoolean(strings.ToLower(s)) {
			return "22P02"
		}
	}
	return ""
}
