package jsonpath

import (
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/engine/pgfunc/regex"
)

// Parse reads an expression. Errors are of type *Error or *regex.Error.
func Parse(text string) (*Path, error) {
	if strings.Trim(text, blanks) == "" {
		return nil, &Error{Code: "22P02", Message: `invalid input syntax for type jsonpath: "` + text + `"`}
	}
	p := parser{lexer: lexer{s: text}}
	if err := p.advance(); err != nil {
		return nil, err
	}
	path := &Path{}
	if p.isWord("strict") || p.isWord("lax") {
		path.strict = p.isWord("strict")
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	n, err := p.expression(lowest)
	if err != nil {
		return nil, err
	}
	if p.token.kind != end {
		return nil, errSyntax(p.token)
	}
	path.root = n
	return path, nil
}

// parser reads an expression by the precedence of its operators.
type parser struct {
	lexer
	token
	count     int // of tokens
	depth     int
	inFilter  int // how many filters are around
	subscript int // how many subscripts are
}

// The bounds of an expression: how deep it may be nested, and how long chains of
// operators and accessors may be.
const (
	maxDepth  = 500
	maxTokens = 20000
)

func errDepth() error { return &Error{Code: "54001", Message: "stack depth limit exceeded"} }

func (p *parser) advance() (err error) {
	if p.count++; p.count > maxTokens {
		return errDepth()
	}
	p.token, err = p.lexer.next()
	return err
}

// take takes a special token, or says that another one is there.
func (p *parser) take(text string) error {
	if !p.is(text) {
		return errSyntax(p.token)
	}
	return p.advance()
}

// The precedence of operators.
const (
	lowest = iota
	disjunction
	conjunction
	comparing
	additive
	multiplicative
)

func (p *parser) precedence() int {
	switch {
	case p.token.kind == name:
		if p.isWord("starts") || p.isWord("like_regex") {
			return comparing
		}
		return lowest
	case p.token.kind != special:
		return lowest
	}
	switch p.token.text {
	case "||":
		return disjunction
	case "&&":
		return conjunction
	case "==", "!=", "<>", "<", "<=", ">", ">=":
		return comparing
	case "+", "-":
		return additive
	case "*", "/", "%":
		return multiplicative
	}
	return lowest
}

// expression reads operands and the operators of more than a precedence between
// them.
func (p *parser) expression(above int) (*node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errDepth()
	}
	defer func() { p.depth-- }()
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	for {
		precedence := p.precedence()
		if precedence <= above {
			return left, nil
		}
		if left, err = p.operator(left, precedence); err != nil {
			return nil, err
		}
	}
}

// operator reads an operator and what is on the right of it.
func (p *parser) operator(left *node, precedence int) (*node, error) {
	at := p.token
	switch {
	case p.isWord("starts"):
		return p.startsWith(left)
	case p.isWord("like_regex"):
		return p.likeRegex(left)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	right, err := p.expression(precedence)
	if err != nil {
		return nil, err
	}
	n := &node{text: at.text, left: left, right: right}
	predicates := false
	switch precedence {
	case disjunction:
		n.kind, predicates = or, true
	case conjunction:
		n.kind, predicates = and, true
	case comparing:
		if n.kind = comparison; n.text == "<>" {
			n.text = "!="
		}
	default:
		n.kind = arithmetic
	}
	if bare(left) != predicates || bare(right) != predicates {
		return nil, errSyntax(p.token)
	}
	return n, nil
}

// bare reports whether n is a predicate, and not a value made of one.
func bare(n *node) bool { return n.isPredicate() && n.next == nil }

// operand reads what operators are between.
func (p *parser) operand() (*node, error) {
	switch {
	case p.is("!"):
		return p.negation()
	case p.is("+") || p.is("-"):
		n := &node{kind: sign, text: p.token.text}
		if err := p.advance(); err != nil {
			return nil, err
		}
		var err error
		n.left, err = p.expression(multiplicative)
		if err == nil && bare(n.left) {
			err = errSyntax(p.token)
		}
		return n, err
	case p.is("("):
		n, err := p.brackets()
		if err != nil {
			return nil, err
		}
		if bare(n) && p.isWord("is") {
			return p.isUnknown(n)
		}
		return p.accessors(n)
	case p.isWord("exists"):
		return p.exists()
	}
	n, err := p.primary()
	if err != nil {
		return nil, err
	}
	return p.accessors(n)
}

// brackets reads an expression in brackets.
func (p *parser) brackets() (*node, error) {
	if err := p.take("("); err != nil {
		return nil, err
	}
	n, err := p.expression(lowest)
	if err != nil {
		return nil, err
	}
	return n, p.take(")")
}

// negation reads ! and a predicate in brackets, or exists.
func (p *parser) negation() (*node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	n := &node{kind: not}
	var err error
	if p.isWord("exists") {
		n.left, err = p.exists()
	} else {
		n.left, err = p.brackets()
	}
	if err == nil && !bare(n.left) {
		err = errSyntax(p.token)
	}
	return n, err
}

func (p *parser) exists() (*node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	n, err := p.brackets()
	if err == nil && bare(n) {
		err = errSyntax(p.token)
	}
	return &node{kind: exists, left: n}, err
}

func (p *parser) isUnknown(n *node) (*node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	if !p.isWord("unknown") {
		return nil, errSyntax(p.token)
	}
	return &node{kind: isUnknown, left: n}, p.advance()
}

// startsWith reads starts with "..." or a variable.
func (p *parser) startsWith(left *node) (*node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	if !p.isWord("with") {
		return nil, errSyntax(p.token)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	n := &node{kind: startsWith, left: left, right: &node{kind: literalString, text: p.token.text}}
	switch p.token.kind {
	case quoted:
	case variableName:
		n.right.kind = variable
	default:
		return nil, errSyntax(p.token)
	}
	if bare(left) {
		return nil, errSyntax(p.token)
	}
	return n, p.advance()
}

// likeRegex reads like_regex "..." flag "...".
func (p *parser) likeRegex(left *node) (*node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	n := &node{kind: likeRegex, left: left, text: p.token.text}
	if p.token.kind != quoted || bare(left) {
		return nil, errSyntax(p.token)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	letters := ""
	if p.isWord("flag") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		if p.token.kind != quoted {
			return nil, errSyntax(p.token)
		}
		letters = p.token.text
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	flags, err := regexFlags(letters)
	if err != nil {
		return nil, err
	}
	n.regex, err = regex.Compile(n.text, flags)
	return n, err
}

// regexFlags are the flags of like_regex, which are XQuery's.
func regexFlags(letters string) (regex.Flags, error) {
	flags := regex.Flags{DotNoNewline: true}
	for _, c := range letters {
		switch c {
		case 'i':
			flags.IgnoreCase = true
		case 's':
			flags.DotNoNewline = false
		case 'm':
			flags.LineEnds = true
		case 'q':
			flags.Literal = true
		case 'x':
			return flags, &Error{Code: "0A000", Message: `XQuery "x" flag (expanded regular expressions) is not implemented`}
		default:
			return flags, &Error{
				Code: "42601", Message: "invalid input syntax for type jsonpath",
				Detail: `Unrecognized flag character "` + string(c) + `" in LIKE_REGEX predicate.`,
			}
		}
	}
	return flags, nil
}

// primary reads a literal, $, @, a variable or last.
func (p *parser) primary() (*node, error) {
	n := &node{text: p.token.text}
	switch {
	case p.isWord("null"):
		n.kind = literalNull
	case p.isWord("true"), p.isWord("false"):
		n.kind = literalBool
	case p.token.kind == number:
		n.kind = literalNumber
	case p.token.kind == quoted:
		n.kind = literalString
	case p.token.kind == variableName:
		n.kind = variable
	case p.is("$"):
		n.kind = root
	case p.is("@"):
		if n.kind = current; p.inFilter == 0 {
			return nil, &Error{Code: "42601", Message: "@ is not allowed in root expressions"}
		}
	case p.isWord("last"):
		if n.kind = last; p.subscript == 0 {
			return nil, &Error{Code: "42601", Message: "LAST is allowed only in array subscripts"}
		}
	default:
		return nil, errSyntax(p.token)
	}
	return n, p.advance()
}

// level reads a level of .**{1 to last}.
func (p *parser) level() (int, error) {
	if p.isWord("last") {
		return deepest, p.advance()
	}
	v, err := strconv.ParseUint(p.token.text, 10, 31)
	if p.token.kind != number || err != nil {
		return 0, errSyntax(p.token)
	}
	return int(v), p.advance()
}
