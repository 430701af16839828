package duckdb

import (
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/numeric"
)

// jsonbScalars are the types that a jsonb of one value is cast to, but for decimals
// and texts, which take its text.
func jsonbScalars() map[duck.Type]string {
	return map[duck.Type]string{
		duck.TypeBoolean: "boolean", duck.TypeSmallInt: "smallint", duck.TypeInteger: "integer", duck.TypeBigInt: "bigint",
		duck.TypeFloat: "real", duck.TypeDouble: "double precision", duck.TypeBlob: "numeric",
	}
}

func (c *connection) registerJSONBScalars(jsonb duck.LogicalType) error {
	for id := range jsonbScalars() {
		t := typeByID(id)
		err := c.registerCast(jsonb, t)
		duck.DestroyLogicalType(&t)
		if err != nil {
			return err
		}
	}
	return nil
}

func isJSONB(t duck.LogicalType) bool {
	return duck.GetTypeId(t) == duck.TypeVarchar && duck.LogicalTypeGetAlias(t) == jsonbAlias
}

// castJSONB casts n values of jsonb, of which each has to be one of the kind that
// the type is for. Of those that are not it makes NULL if it only has to try, and
// reports false.
func castJSONB(n int, input duck.Vector, output numberVector, try bool) (ok bool, err error) {
	id := duck.GetTypeId(output.typ)
	name, kind := jsonbScalars()[id], "numeric"
	var write func(text []byte, i int) error
	switch id {
	case duck.TypeBoolean:
		kind = "boolean"
		data := duck.VectorGetData(output.Vector)
		write = func(text []byte, i int) error {
			*(*bool)(unsafe.Add(data, i)) = text[0] == 't'
			return nil
		}
	case duck.TypeBlob:
		k := newKeys()
		defer k.store(output.Vector)
		write = ofText(func(x *numeric.Decimal, i int) error {
			k.skipTo(i)
			k.add(x)
			return nil
		})
	default:
		number, err := numberWriter(output.Vector, output.typ)
		if err != nil {
			return false, err
		}
		write = ofText(number)
	}
	texts, mask := duck.VectorGetData(input), duck.VectorGetValidity(input)
	ok = true
	for i := range n {
		if isNull(mask, i) {
			setNull(output.Vector, i)
			continue
		}
		text := textAt(texts, i)
		var err error
		if is := jsonbKind(text); is != kind {
			err = engine.Errorf("22023", "cannot cast jsonb %s to type %s", is, name)
		} else {
			err = write(text, i)
		}
		switch {
		case err == nil:
		case try:
			ok = false
			setNull(output.Vector, i)
		default:
			return false, err
		}
	}
	return ok, nil
}

// ofText gives the number of a text to write.
func ofText(write func(x *numeric.Decimal, i int) error) func(text []byte, i int) error {
	var x numeric.Decimal
	return func(text []byte, i int) error {
		if err := numeric.Parse(&x, string(text)); err != nil {
			return err
		}
		return write(&x, i)
	}
}

// jsonbKind is what PostgreSQL's errors call the kind of a value of jsonb.
func jsonbKind(text []byte) string {
	switch text[0] {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "numeric"
}
