package rewrite

import (
	"encoding/hex"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// isBytea reports whether an expression says of itself that it is a bytea.
func isBytea(n *pg.Node) bool {
	switch e := n.GetNode().(type) {
	case *pg.Node_TypeCast:
		return lastName(e.TypeCast.TypeName.Names) == "bytea" && len(e.TypeCast.TypeName.ArrayBounds) == 0
	case *pg.Node_FuncCall:
		switch lastName(e.FuncCall.Funcname) {
		case "decode", "convert_to", "sha224", "sha256", "sha384", "sha512", "set_byte":
			return true
		}
	case *pg.Node_AExpr:
		return lastName(e.AExpr.Name) == "||" && isBytea(e.AExpr.Lexpr) && isBytea(e.AExpr.Rexpr)
	}
	return false
}

// byteaCall rewrites functions that are for texts too, of what says of itself that it
// is a bytea (documentation, 9.5). It reports whether it was one.
func (r *rewriter) byteaCall(n *pg.Node, f *pg.FuncCall, name string) bool {
	if len(f.Args) == 0 || !isBytea(f.Args[0]) {
		return false
	}
	switch name {
	case "length", "octet_length", "bit_length":
		if len(f.Args) > 1 {
			return false
		}
	case "get_bit", "set_bit", "ltrim", "rtrim", "btrim", "substr", "substring", "overlay", "position":
		r.keywordArguments(f, "placing", "from", "for", "in")
		if r.gaveUp || r.isWord(r.open(f)-1, "trim") || name == "substring" && len(f.Args) == 3 && r.isWord(r.lastOf(f.Args[0])+1, "for") {
			return false
		}
	default:
		return false
	}
	r.rename(f, goFunction("bytea_"+name))
	return true
}

// castToBytea rewrites a cast to bytea: the engine reads other escapes
// (documentation, 8.4). It reports whether it has replaced all of the cast.
func (r *rewriter) castToBytea(n *pg.Node, c *pg.TypeCast) bool {
	if s, ok := isString(c.Arg); ok {
		if text, ok := byteaLiteral(s); ok {
			r.overwrite(r.spanOf(n), text)
			return true
		}
		return false
	}
	typ := ", " + r.typeOf(r.castArgument(c)) + ")"
	r.uncast(n, c, macros+"to_bytea(", typ)
	return true
}

// castArgument is the span of what is cast.
func (r *rewriter) castArgument(c *pg.TypeCast) span {
	at := r.at(castLocation(c))
	if r.isWord(at, "cast") {
		return span{at + 2, r.at(c.TypeName.Location) - 2}
	}
	return r.left(c.Arg, at)
}

// byteaLiteral writes a constant bytea for the engine; false if it is none.
func byteaLiteral(s string) (string, bool) {
	b, err := pgvalue.ParseBytea([]byte{}, []byte(s))
	if err != nil {
		return "", false
	}
	return "unhex('" + hex.EncodeToString(b) + "')", true
}

// byteaArgument gives a constant that is a function's argument the type bytea.
func (r *rewriter) byteaArgument(n *pg.Node) {
	s, ok := isString(n)
	if !ok {
		return
	}
	if text, ok := byteaLiteral(s); ok {
		i := r.at(n.GetAConst().Location)
		r.replace(span{i, i}, text)
	}
}

// bitString writes b'101' and x'1F', which are names to the engine.
func (r *rewriter) bitString(c *pg.A_Const) {
	digits := c.GetBsval().GetBsval()
	if digits == "" {
		return
	}
	var bits strings.Builder
	for _, d := range strings.ToLower(digits[1:]) {
		v := strings.IndexRune("0123456789abcdef", d)
		if v < 0 || digits[0] == 'b' && v > 1 {
			r.giveUp()
			return
		}
		if digits[0] == 'b' {
			bits.WriteRune(d)
			continue
		}
		for shift := 3; shift >= 0; shift-- {
			bits.WriteByte('0' + byte(v>>shift&1))
		}
	}
	i := r.at(c.Location)
	r.replace(span{i, i}, "'"+bits.String()+"'::BIT")
}

// unicodeString writes U&'...' and E'\u0041', which the engine does not know, as
// plain strings.
func (r *rewriter) unicodeString(c *pg.A_Const) {
	if c.GetSval() == nil || c.Location < 0 { // as the form of normalize(s, NFD)
		return
	}
	i := r.at(c.Location)
	if !isUnicode(r.text(i)) {
		return
	}
	if r.isWord(i+1, "uescape") {
		r.giveUp()
		return
	}
	r.replace(span{i, i}, literal(c.GetSval().Sval))
}

func isUnicode(s string) bool {
	return len(s) > 2 && (s[0]|0x20 == 'u' && s[1] == '&' || s[0]|0x20 == 'e' && (strings.Contains(s, `\u`) || strings.Contains(s, `\U`)))
}
