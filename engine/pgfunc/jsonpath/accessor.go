package jsonpath

// accessors reads what is applied to a value: .key, [1], ?(...), .method().
func (p *parser) accessors(n *node) (*node, error) {
	tail := n
	for {
		var next *node
		var err error
		switch {
		case p.is("."):
			next, err = p.member()
		case p.is("["):
			next, err = p.array()
		case p.is("?"):
			next, err = p.filter()
		default:
			return n, nil
		}
		if err != nil {
			return nil, err
		}
		for tail.next != nil {
			tail = tail.next
		}
		tail.next = next
	}
}

// member reads what is behind a point.
func (p *parser) member() (*node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	n := &node{kind: key, text: p.token.text}
	switch {
	case p.is("*"):
		n.kind = anyKey
		return n, p.advance()
	case p.is("**"):
		return p.anyLevel()
	case p.token.kind == quoted:
		return n, p.advance()
	case p.token.kind != name:
		return nil, errSyntax(p.token)
	}
	called := p.token
	if err := p.advance(); err != nil {
		return nil, err
	}
	if !p.is("(") {
		return n, nil
	}
	if n.kind = method; !isMethod(called) {
		return nil, errSyntax(p.token)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if called.isWord("datetime") {
		return nil, &Error{Code: "0A000", Message: "jsonpath item method .datetime() is not supported"}
	}
	return n, p.take(")")
}

func isMethod(t token) bool {
	for _, m := range []string{"abs", "size", "type", "floor", "double", "ceiling", "keyvalue", "datetime"} {
		if t.isWord(m) {
			return true
		}
	}
	return false
}

// anyLevel reads .** and the levels behind it.
func (p *parser) anyLevel() (*node, error) {
	n := &node{kind: anyLevel, last: deepest}
	if err := p.advance(); err != nil || !p.is("{") {
		return n, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	var err error
	if n.first, err = p.level(); err != nil {
		return nil, err
	}
	n.last = n.first
	if p.isWord("to") {
		if err = p.advance(); err != nil {
			return nil, err
		}
		if n.last, err = p.level(); err != nil {
			return nil, err
		}
	}
	return n, p.take("}")
}

// array reads [*] or subscripts.
func (p *parser) array() (*node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.is("*") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		return &node{kind: anyElement}, p.take("]")
	}
	n := &node{kind: elements}
	p.subscript++
	defer func() { p.subscript-- }()
	for {
		s, err := p.bounds()
		if err != nil {
			return nil, err
		}
		n.subscripts = append(n.subscripts, s)
		if !p.is(",") {
			return n, p.take("]")
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
}

// bounds reads a subscript: a number, or two with to between.
func (p *parser) bounds() (s subscript, err error) {
	if s.from, err = p.value(); err != nil || !p.isWord("to") {
		return s, err
	}
	if err = p.advance(); err != nil {
		return s, err
	}
	s.to, err = p.value()
	return s, err
}

// value reads an expression that is no predicate.
func (p *parser) value() (*node, error) {
	n, err := p.expression(comparing)
	if err == nil && bare(n) {
		err = errSyntax(p.token)
	}
	return n, err
}

// filter reads ?(predicate).
func (p *parser) filter() (*node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	p.inFilter++
	defer func() { p.inFilter-- }()
	n, err := p.brackets()
	if err == nil && !bare(n) {
		err = errSyntax(p.token)
	}
	return &node{kind: filter, left: n}, err
}
