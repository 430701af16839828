package jsonpath

import (
	"errors"

	"github.com/csvsql/csvsql/engine/pgfunc/jsonb"
)

// Input is what a path is applied to.
type Input struct {
	Target jsonb.Value
	Vars   jsonb.Value // an object
	Silent bool        // errors of structure and of numbers are no errors
}

// Query are the values that the path finds. If errors are silent, they are those
// that were found before one.
func (p *Path) Query(in Input) ([]jsonb.Value, error) {
	found, err := p.run(in)
	if errors.Is(err, errSilent) {
		err = nil
	}
	return found, err
}

// Exists reports whether the path finds anything. It is not known where there was a
// silent error.
func (p *Path) Exists(in Input) (exists, known bool, err error) {
	e, err := p.evaluator(in)
	if err != nil {
		return false, false, err
	}
	b, err := e.anything(p.root, in.Target)
	if errors.Is(err, errSilent) {
		return false, false, nil
	}
	return b == isTrue, err == nil, err
}

// Match is the value of a predicate. It is not known where that is null, or where
// there was a silent error.
func (p *Path) Match(in Input) (match, known bool, err error) {
	found, err := p.run(in)
	if err != nil && !errors.Is(err, errSilent) {
		return false, false, err
	}
	if len(found) == 1 {
		switch found[0].Kind {
		case jsonb.Bool:
			return found[0].Text == "true", true, nil
		case jsonb.Null:
			return false, false, nil
		}
	}
	if !in.Silent {
		return false, false, &Error{Code: "22038", Message: "single boolean result is expected"}
	}
	return false, false, nil
}

// errSilent stands for any error that is not to be told.
var errSilent = errors.New("silent")

// errFound ends an evaluation that is only about whether there is a value.
var errFound = errors.New("found")

// run evaluates the path.
func (p *Path) run(in Input) (found []jsonb.Value, err error) {
	e, err := p.evaluator(in)
	if err != nil {
		return nil, err
	}
	err = e.item(p.root, in.Target, e.lax, collect(&found))
	return found, err
}

// evaluator makes an evaluator for the path.
func (p *Path) evaluator(in Input) (*evaluator, error) {
	if in.Vars.Kind != jsonb.Object {
		return nil, &Error{
			Code: "22023", Message: `"vars" argument is not an object`,
			Detail: `Jsonpath parameters should be encoded as key-value pairs of "vars" object.`,
		}
	}
	return &evaluator{Input: in, lax: !p.strict, lenient: !p.strict, current: in.Target, size: -1}, nil
}

// sink takes a value that was found. With none, errFound is returned for the first.
type sink func(jsonb.Value) error

// maxFound bounds how many values are collected: paths such as $.**.** find many.
const maxFound = 1 << 20

func collect(list *[]jsonb.Value) sink {
	return func(v jsonb.Value) error {
		if len(*list) == maxFound {
			return &Error{Code: "54000", Message: "jsonpath finds too many values"}
		}
		*list = append(*list, v)
		return nil
	}
}

// evaluator evaluates a path.
type evaluator struct {
	Input
	lax     bool
	lenient bool        // a member or an element that is missing is no error
	current jsonb.Value // @
	size    int         // of the array whose subscripts are evaluated; -1: of none
	objects int64       // how many keyvalue has numbered
}

// fail is an error that may be silent.
func (e *evaluator) fail(code, message string) error {
	if e.Silent {
		return errSilent
	}
	return &Error{Code: code, Message: message}
}
