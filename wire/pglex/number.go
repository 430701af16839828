package pglex

// number reads a numeric constant (PostgreSQL documentation, 4.1.2.6): pos is
// at a digit or at a dot before one. What follows it directly, as in 1a, is a
// token of its own, as it is to DuckDB; PostgreSQL calls it trailing junk.
func (l *Lexer) number() {
	if l.sql[l.pos] == '0' && l.radix() {
		return
	}
	l.digits(isDecimal)
	if l.at(0) == '.' && l.at(1) != '.' {
		l.pos++
		l.digits(isDecimal)
	}
	if lower(l.at(0)) != 'e' {
		return
	}
	sign := 0
	if l.at(1) == '+' || l.at(1) == '-' {
		sign = 1
	}
	if isDecimal(l.at(1 + sign)) {
		l.pos += 1 + sign
		l.digits(isDecimal)
	}
}

// radix reads 0x1F, 0o17 and 0b_11, or nothing.
func (l *Lexer) radix() bool {
	valid := isHex
	switch lower(l.at(1)) {
	case 'x':
	case 'o':
		valid = isOctal
	case 'b':
		valid = isBinary
	default:
		return false
	}
	if !valid(l.at(2)) && !(l.at(2) == '_' && valid(l.at(3))) {
		return false
	}
	l.pos += 2
	l.digits(valid)
	return true
}

// digits skips digits and single underscores before them.
func (l *Lexer) digits(valid func(byte) bool) {
	for valid(l.at(0)) || l.at(0) == '_' && valid(l.at(1)) {
		l.pos++
	}
}

func isDecimal(c byte) bool { return '0' <= c && c <= '9' }
func isOctal(c byte) bool   { return '0' <= c && c <= '7' }
func isBinary(c byte) bool  { return c == '0' || c == '1' }
func isHex(c byte) bool     { return isDecimal(c) || 'a' <= lower(c) && lower(c) <= 'f' }
