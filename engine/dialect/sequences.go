package dialect

import (
	"strconv"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

// CreateSequence is CREATE SEQUENCE (PostgreSQL documentation, CREATE SEQUENCE).
type CreateSequence struct {
	Name        engine.TableName
	Temp        bool
	IfNotExists bool
	Options     SequenceOptions
}

// AlterSequence is ALTER SEQUENCE.
type AlterSequence struct {
	Name     engine.TableName
	IfExists bool
	Rename   string // the new name, or ""
	Options  SequenceOptions
}

// SequenceOptions are those of a sequence; nil for what is not said. CACHE and OWNED
// BY are read over: numbers are not kept ready, and a sequence goes with the column
// that it is named after.
type SequenceOptions struct {
	Type             string // "smallint", "integer", "bigint"
	Start, Increment *int64
	Min, Max         *int64
	NoMin, NoMax     bool
	Cycle            *bool
	Restart          bool
	RestartWith      *int64
}

func (CreateSequence) utility() {}
func (AlterSequence) utility()  {}

// sequence reads CREATE and ALTER SEQUENCE.
func (p *parser) sequence(verb string) Utility {
	look := *p
	look.advance()
	switch verb {
	case "create":
		c := CreateSequence{Temp: look.acceptAny("temp", "temporary") != ""}
		if !look.accept("sequence") {
			return nil
		}
		*p = look
		c.IfNotExists = p.accept("if", "not", "exists")
		c.Name = p.table()
		p.sequenceOptions(&c.Options)
		return p.finish(c)
	case "alter":
		if !look.accept("sequence") {
			return nil
		}
		*p = look
		a := AlterSequence{IfExists: p.accept("if", "exists"), Name: p.table()}
		switch {
		case p.accept("rename", "to"):
			a.Rename = p.name()
		case p.accept("set", "schema"):
			return unsupported("ALTER SEQUENCE ... SET SCHEMA", "")
		default:
			p.sequenceOptions(&a.Options)
		}
		return p.finish(a)
	}
	return nil
}

func (p *parser) sequenceOptions(o *SequenceOptions) {
	for !p.done() {
		switch {
		case p.accept("as"):
			if o.Type = integerType(p.word()); o.Type == "" {
				p.fail()
			}
			p.advance()
		case p.accept("start"):
			p.accept("with")
			o.Start = p.integer()
		case p.accept("increment"):
			p.accept("by")
			o.Increment = p.integer()
		case p.accept("minvalue"):
			o.Min = p.integer()
		case p.accept("maxvalue"):
			o.Max = p.integer()
		case p.accept("no", "minvalue"):
			o.NoMin = true
		case p.accept("no", "maxvalue"):
			o.NoMax = true
		case p.accept("no", "cycle"):
			o.Cycle = new(bool)
		case p.accept("cycle"):
			o.Cycle = new(bool)
			*o.Cycle = true
		case p.accept("cache"):
			p.integer()
		case p.accept("owned", "by"):
			p.dotted()
		case p.accept("sequence", "name"): // of an identity column: pg_dump names it as it is named here
			p.dotted()
		case p.accept("restart"):
			o.Restart = true
			if p.accept("with") || !p.done() && (p.tok.Kind == pglex.Number || p.isMark('-') || p.isMark('+')) {
				o.RestartWith = p.integer()
			}
		default:
			p.fail()
		}
	}
}

func integerType(word string) string {
	switch word {
	case "smallint", "int2":
		return "smallint"
	case "integer", "int", "int4":
		return "integer"
	case "bigint", "int8":
		return "bigint"
	}
	return ""
}

// integer reads a number of 64 bits.
func (p *parser) integer() *int64 {
	sign := ""
	if !p.acceptMark('+') && p.acceptMark('-') {
		sign = "-"
	}
	text := ""
	if !p.done() {
		text = p.tok.Text(p.sql)
	}
	n, err := strconv.ParseInt(sign+text, 10, 64)
	if err != nil {
		p.fail()
	}
	p.advance()
	return &n
}

// ReadSequenceOptions reads the options of an identity column.
func ReadSequenceOptions(text string) (SequenceOptions, error) {
	s, err := Split("CREATE SEQUENCE s " + text)
	if err != nil {
		return SequenceOptions{}, err
	}
	return s[0].Utility.(CreateSequence).Options, nil
}
