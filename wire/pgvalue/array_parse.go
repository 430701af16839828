package pgvalue

import (
	"encoding/binary"
)

// Array is an array that was read: its elements in row-major order, each as it
// was written, nil for NULL. An array without elements has no dimensions. Lower
// bounds are read and dropped.
type Array struct {
	Dims     []int
	Elements [][]byte
}

// maxDims and maxElements are PostgreSQL's limits: MAXDIM, and what fits in an
// array of 1 GB.
const (
	maxDims     = 6
	maxElements = 1 << 27
)

func errArray(src []byte, detail string) error {
	return &Error{InvalidText, `malformed array literal: "` + string(src) + `": ` + detail}
}

// ParseArray reads the text of an array, such as {1,NULL,"a b"} or
// [2:3]={{1,2},{3,4}} (PostgreSQL documentation, 8.15.6 Array Input and Output
// Syntax).
func ParseArray(src []byte) (Array, error) {
	r := arrayReader{src: src, rest: trimSpace(src)}
	if err := r.bounds(); err != nil {
		return Array{}, err
	}
	if len(r.rest) == 0 || r.rest[0] != '{' {
		return Array{}, errArray(src, `Array value must start with "{" or dimension information.`)
	}
	if err := r.level(0); err != nil {
		return Array{}, err
	}
	if len(trimSpace(r.rest)) > 0 {
		return Array{}, errArray(src, "Junk after closing right brace.")
	}
	if len(r.elements) == 0 {
		return Array{}, nil
	}
	for i, n := range r.declared {
		if i >= len(r.dims) || r.dims[i] != n || len(r.declared) != len(r.dims) {
			return Array{}, errArray(src, "Specified array dimensions do not match array contents.")
		}
	}
	return Array{Dims: r.dims, Elements: r.elements}, nil
}

// arrayReader reads one array literal.
type arrayReader struct {
	src, rest []byte
	declared  []int // by bounds
	dims      []int // -1 while the first list of a level is not at its end
	depth     int   // at which elements are; 0 before the first
	elements  [][]byte
}

// bounds reads [1:2][0:3]= before the braces.
func (r *arrayReader) bounds() error {
	for len(r.rest) > 0 && r.rest[0] == '[' {
		r.rest = r.rest[1:]
		low, high := int64(1), int64(0)
		n, err := r.bound()
		if err != nil {
			return err
		}
		high = n
		if len(r.rest) > 0 && r.rest[0] == ':' {
			r.rest = r.rest[1:]
			low = n
			if high, err = r.bound(); err != nil {
				return err
			}
		}
		if len(r.rest) == 0 || r.rest[0] != ']' {
			return errArray(r.src, `Missing "]" after array dimensions.`)
		}
		r.rest = trimSpace(r.rest[1:])
		if high < low {
			return &Error{InvalidArray, "upper bound cannot be less than lower bound"}
		}
		if len(r.declared) == maxDims {
			return errDimensions()
		}
		r.declared = append(r.declared, int(high-low+1))
	}
	if len(r.declared) > 0 {
		if len(r.rest) == 0 || r.rest[0] != '=' {
			return errArray(r.src, `Missing "=" after array dimensions.`)
		}
		r.rest = trimSpace(r.rest[1:])
	}
	return nil
}

func (r *arrayReader) bound() (int64, error) {
	n := 0
	for n < len(r.rest) && (isDigit(r.rest[n]) || n == 0 && (r.rest[n] == '-' || r.rest[n] == '+')) {
		n++
	}
	v, err := ParseInt4(r.rest[:n])
	if err != nil {
		return 0, errArray(r.src, `"[" must introduce explicitly-specified array dimensions.`)
	}
	r.rest = r.rest[n:]
	return int64(v), nil
}

func errDimensions() error {
	return &Error{"54000", "number of array dimensions exceeds the maximum allowed (6)"}
}

// level reads a list in braces that is depth lists deep.
func (r *arrayReader) level(depth int) error {
	if depth == maxDims {
		return errDimensions()
	}
	if depth == len(r.dims) {
		if r.depth != 0 {
			return errRagged(r.src)
		}
		r.dims = append(r.dims, -1)
	}
	r.rest = trimSpaceLeft(r.rest[1:])
	n := 0
	if len(r.rest) > 0 && r.rest[0] == '}' {
		r.rest = r.rest[1:]
		return r.endLevel(depth, 0)
	}
	for {
		if err := r.item(depth); err != nil {
			return err
		}
		n++
		r.rest = trimSpaceLeft(r.rest)
		if len(r.rest) == 0 {
			return errArray(r.src, "Unexpected end of input.")
		}
		c := r.rest[0]
		r.rest = r.rest[1:]
		switch c {
		case '}':
			return r.endLevel(depth, n)
		case ',':
			r.rest = trimSpaceLeft(r.rest)
		default:
			return errArray(r.src, "Unexpected array element.")
		}
	}
}

// endLevel compares a list with those before it on its level.
func (r *arrayReader) endLevel(depth, n int) error {
	if r.dims[depth] == -1 {
		r.dims[depth] = n
	}
	if r.dims[depth] != n {
		return errRagged(r.src)
	}
	return nil
}

func errRagged(src []byte) error {
	return errArray(src, "Multidimensional arrays must have sub-arrays with matching dimensions.")
}

// item reads a list or an element.
func (r *arrayReader) item(depth int) error {
	if len(r.rest) == 0 {
		return errArray(r.src, "Unexpected end of input.")
	}
	if r.rest[0] == '{' {
		return r.level(depth + 1)
	}
	if r.depth == 0 {
		r.depth = depth + 1
	}
	if r.depth != depth+1 || len(r.dims) > r.depth {
		return errRagged(r.src)
	}
	elem, err := r.element()
	if err != nil {
		return err
	}
	if len(r.elements) == maxElements {
		return &Error{"54000", "array size exceeds the maximum allowed"}
	}
	r.elements = append(r.elements, elem)
	return nil
}

// element reads a value, in quotes or not.
func (r *arrayReader) element() ([]byte, error) {
	elem := []byte{}
	if r.rest[0] == '"' {
		for i := 1; i < len(r.rest); i++ {
			switch c := r.rest[i]; c {
			case '"':
				r.rest = r.rest[i+1:]
				return elem, nil
			case '\\':
				i++
				if i < len(r.rest) {
					elem = append(elem, r.rest[i])
				}
			default:
				elem = append(elem, c)
			}
		}
		return nil, errArray(r.src, "Unexpected end of input.")
	}
	end := 0 // of elem, without white space that is not escaped
	escaped := false
	for i := 0; i < len(r.rest); i++ {
		switch c := r.rest[i]; c {
		case ',', '}':
			r.rest = r.rest[i:]
			elem = elem[:end]
			if len(elem) == 0 {
				return nil, errArray(r.src, `Unexpected "`+string(c)+`" character.`)
			}
			if !escaped && isNullWord(elem) {
				return nil, nil
			}
			return elem, nil
		case '{', '"':
			return nil, errArray(r.src, `Unexpected "`+string(c)+`" character.`)
		case '\\':
			i++
			if i < len(r.rest) {
				elem = append(elem, r.rest[i])
			}
			escaped = true
			end = len(elem)
		default:
			elem = append(elem, c)
			if !isSpace(c) {
				end = len(elem)
			}
		}
	}
	return nil, errArray(r.src, "Unexpected end of input.")
}

func trimSpaceLeft(s []byte) []byte {
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:]
	}
	return s
}

// DecodeArray reads an array in binary, and the type of its elements, which are
// in binary too. They point into src.
func DecodeArray(src []byte) (a Array, element uint32, err error) {
	if len(src) < 12 {
		return Array{}, 0, errLength(len(src), 12)
	}
	dims := binary.BigEndian.Uint32(src)
	flags := binary.BigEndian.Uint32(src[4:])
	element = binary.BigEndian.Uint32(src[8:])
	src = src[12:]
	if dims > maxDims {
		return Array{}, 0, errDimensions()
	}
	if flags > 1 {
		return Array{}, 0, &Error{InvalidBinary, "invalid array flags"}
	}
	if len(src) < 8*int(dims) {
		return Array{}, 0, errLength(len(src), 8*int(dims))
	}
	count := 1
	for range dims {
		n := int32(binary.BigEndian.Uint32(src))
		if n < 0 || n > maxElements || count*int(n) > maxElements {
			return Array{}, 0, &Error{"54000", "array size exceeds the maximum allowed"}
		}
		a.Dims = append(a.Dims, int(n))
		count *= int(n)
		src = src[8:]
	}
	if dims == 0 {
		count = 0
	}
	for range count {
		if len(src) < 4 {
			return Array{}, 0, errLength(len(src), 4)
		}
		n := int32(binary.BigEndian.Uint32(src))
		src = src[4:]
		switch {
		case n == -1:
			a.Elements = append(a.Elements, nil)
		case n < 0 || int(n) > len(src):
			return Array{}, 0, errLength(len(src), int(n))
		default:
			a.Elements = append(a.Elements, src[:n:n])
			src = src[n:]
		}
	}
	if len(src) > 0 {
		return Array{}, 0, errLength(len(src), 0)
	}
	if count == 0 {
		a.Dims = nil
	}
	return a, element, nil
}
