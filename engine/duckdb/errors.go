package duckdb

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// report is an error as DuckDB describes it under errors_as_json, the only form
// in which it gives the class, the position and the names apart.
type report struct {
	Class      string `json:"exception_type"`
	Message    string `json:"exception_message"`
	Subtype    string `json:"error_subtype"`
	Position   string `json:"position"` // bytes before it
	Kind       string `json:"type"`     // of the thing that Name names
	Name       string `json:"name"`
	Candidates string `json:"candidates"`
	Call       string `json:"call"`
}

// parseReport reads an error text. Errors of opening, parsing and Arrow export
// may come without JSON, as "Class Error: message".
func parseReport(text string) report {
	if i := strings.Index(text, `{"exception_type"`); i >= 0 {
		var r report
		if json.Unmarshal([]byte(text[i:]), &r) == nil {
			if strings.HasPrefix(r.Message, `{"exception_type"`) { // an internal error of the parser's
				return parseReport(r.Message)
			}
			return r
		}
	}
	class, message, ok := strings.Cut(text, " Error: ")
	if !ok || strings.ContainsAny(class, "\n\"") {
		return report{Class: "Unknown", Message: text}
	}
	return report{Class: class, Message: message}
}

// newError makes an error of DuckDB's text for it.
func newError(text string) *engine.Error {
	r := parseReport(text)
	r.Call = strings.ReplaceAll(r.Call, numericName, "numeric")
	r.Message = strings.ReplaceAll(r.Message, numericName, "numeric")
	e := &engine.Error{Message: firstParagraph(r.Message)}
	if n, err := strconv.Atoi(r.Position); err == nil {
		e.Position = n + 1
	}
	if cutError(r.Message, e) { // of a function in Go
		return e
	}
	r.describe(e)
	return e
}

// describe sets the SQLSTATE, and PostgreSQL's words where clients and people
// look for them. https://www.postgresql.org/docs/current/errcodes-appendix.html
func (r report) describe(e *engine.Error) {
	switch r.Class {
	case "Parser", "Syntax":
		e.Code = "42601"
		if r.has("Invalid escape string") {
			e.Code, e.Message = "22025", "invalid escape string"
		}
	case "Catalog":
		r.catalog(e)
	case "Binder":
		r.binder(e)
	case "Conversion":
		r.conversion(e)
	case "Out of Range":
		r.outOfRange(e)
	case "Constraint":
		r.constraint(e)
	case "TransactionContext", "Transaction":
		r.transaction(e)
	case "Invalid Input":
		r.invalidInput(e)
	case "IO":
		r.io(e)
	case "Out of Memory":
		e.Code = "53200"
		if r.has("max_temp_directory_size", "No space left") {
			e.Code = "53100"
		}
	case "Divide by Zero":
		e.Code, e.Message = "22012", "division by zero"
	case "Mismatch Type", "Invalid type":
		e.Code = "42804"
	case "Permission", "Invalid Configuration":
		e.Code = "42501"
	case "Dependency":
		e.Code = "2BP01"
		e.Hint = "Drop the dependent objects first, or use DROP ... CASCADE."
	case "Not implemented", "Missing Extension", "Extension Autoloading", "HTTP", "Network":
		e.Code = "0A000"
		if name := between(r.Message, "Unknown TimeZone '", "'"); name != "" {
			e.Code, e.Message = "22023", `time zone "`+name+`" not recognized`
		}
	case "Parameter Not Resolved":
		e.Code = "42P18"
	case "Parameter Not Allowed":
		e.Code = "42601"
	case "Sequence":
		e.Code = "2200H"
	case "Settings":
		e.Code = "22023"
	case "Expression", "Planner", "Decimal":
		e.Code = "42000"
	case "Object Size":
		e.Code = "54000"
	case "INTERRUPT", "Interrupt":
		e.Code, e.Message = "57014", "canceling statement"
	case "Invalid": // whatever is no exception of DuckDB's own
		e.Code = "XX000"
		if r.has("Parquet file is likely corrupted", "Out of buffer", "Page size mismatch", "BYTE_STREAM_SPLIT encoding") {
			e.Code = "22P04"
		}
	case "FATAL", "Fatal":
		e.Code, e.Lost = "XX000", true
	default:
		e.Code = "XX000"
	}
}

func (r report) has(parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(r.Message, p) {
			return true
		}
	}
	return false
}

func (r report) catalog(e *engine.Error) {
	relation := r.Kind == "Table" || r.Kind == "View" || r.Kind == "Sequence"
	if relation && r.Candidates != "" && (!isSystemName(r.Candidates) || isSystemName(r.Name)) {
		e.Hint = "Did you mean " + strconv.Quote(r.Candidates) + "?"
	}
	function := strings.Contains(r.Kind, "Function") || strings.Contains(r.Kind, "Macro")
	switch r.Subtype {
	case "MISSING_ENTRY":
		switch {
		case relation:
			e.Code, e.Message = "42P01", `relation "`+r.Name+`" does not exist`
		case r.Kind == "Schema":
			e.Code, e.Message = "3F000", `schema "`+r.Name+`" does not exist`
		case function:
			e.Code, e.Message, e.Hint = "42883", "function "+r.Name+" does not exist", noFunction
		default:
			e.Code, e.Message = "42704", strings.ToLower(r.Kind)+` "`+r.Name+`" does not exist`
		}
	case "ENTRY_ALREADY_EXISTS":
		switch {
		case r.Kind == "Schema":
			e.Code, e.Message = "42P06", `schema "`+r.Name+`" already exists`
		case r.Kind == "Type":
			e.Code, e.Message = "42710", `type "`+r.Name+`" already exists`
		case function:
			e.Code, e.Message = "42723", "function "+r.Name+" already exists"
		default:
			e.Code, e.Message = "42P07", `relation "`+r.Name+`" already exists`
		}
	default:
		switch {
		case strings.HasPrefix(r.Message, "Column with name"):
			e.Code = "42701"
		case r.has("already exists"):
			e.Code = "42P07"
		case r.has("Cannot drop this column", "Cannot drop column"):
			e.Code = "2BP01"
			e.Hint = "Drop the indexes of the table first, and make them again without the column."
		case r.has("because schema"):
			e.Code = "42P01"
		case r.has("catalog + schema named", "Schema with name"):
			e.Code = "3F000"
		case r.has("is of type"):
			e.Code = "42809"
		case r.has("is not an table"):
			e.Code, e.Message = "42809", strings.Replace(r.Message, "is not an table", "is not a table", 1)
		case r.has("Function with name"):
			e.Code = "42883"
		default:
			e.Code = "42704"
		}
	}
}

const noFunction = "No function matches the given name and argument types. You might need to add explicit type casts."

func (r report) binder(e *engine.Error) {
	switch r.Subtype {
	case "COLUMN_NOT_FOUND":
		e.Code, e.Message = "42703", `column "`+r.Name+`" does not exist`
		e.Hint = similarColumns(strings.Split(r.Candidates, ","))
		return
	case "NO_MATCHING_FUNCTION":
		e.Code, e.Message = "42883", missingCall(r.Name, r.Call)
		e.Hint = noFunction
		return
	}
	switch {
	case r.has("does not support the supplied arguments", "has multiple overloads that match"):
		e.Code = "42883"
		e.Message, e.Hint = "function or operator does not exist for these types", noFunction
	case r.has("Ambiguous reference to column name"):
		e.Code = "42702"
		if name := between(r.Message, `column name "`, `"`); name != "" {
			e.Message = `column reference "` + name + `" is ambiguous`
		}
	case strings.HasPrefix(r.Message, "In a DISTINCT aggregate"):
		e.Code = "42P10"
	case r.has("must appear in the GROUP BY clause", "aggregate", "GROUP BY"):
		e.Code = "42803"
		e.Message = strings.Replace(e.Message, "must be part of an aggregate function.", "be used in an aggregate function", 1)
	case r.has("ORDER term out of range"):
		e.Code, e.Message = "42P10", "ORDER BY position is not in select list: there are "+after(r.Message, "between 1 and ")+" columns"
	case r.has("does not have a column", "do not exist in the CSV File", "Referenced update column", "side of join"):
		e.Code = "42703"
		if name := between(r.Message, `does not have a column named "`, `"`); name != "" {
			e.Message = "column " + between(r.Message, `Table "`, `"`) + "." + name + " does not exist"
			there := lineAfter(r.Message, "Candidate bindings: : ")
			e.Hint = similarColumns(strings.Split(strings.ReplaceAll(there, `"`, ""), ", "))
		}
	case r.has("Referenced table"):
		e.Code = "42P01"
		if name := between(r.Message, `Referenced table "`, `"`); name != "" {
			e.Message = `missing FROM-clause entry for table "` + name + `"`
		}
	case r.has("indow function"):
		e.Code = "42P20"
	case r.has("Duplicate alias"):
		e.Code = "42712"
	case r.has("Duplicate column", "duplicate column"):
		e.Code = "42701"
	case r.has("Cannot compare values", "Cannot mix values", "must be of type", "type mismatch"):
		e.Code = "42804"
	case r.has("Could not choose a best candidate"):
		e.Code = "42725"
	case r.has("Ambiguous reference to"):
		e.Code = "42P09"
	case r.has("not supported", "not implemented", "yet"):
		e.Code = "0A000"
	default:
		e.Code = "42601"
	}
}

// similarColumns is the hint to columns with a name like the one that is missing.
func similarColumns(names []string) string {
	switch {
	case names[0] == "":
		return ""
	case len(names) == 1:
		return `Perhaps you meant to reference the column "` + names[0] + `".`
	}
	return "Perhaps you meant to reference one of the columns " + strings.Join(names, ", ") + "."
}

// isSystemName reports whether a name is one of the engine's or the catalog's own,
// which is seldom what was meant.
func isSystemName(name string) bool {
	prefix, _, _ := strings.Cut(name, "_")
	return slices.Contains([]string{"pg", "duckdb", "pragma", "sqlite"}, prefix)
}

func (r report) constraint(e *engine.Error) {
	switch {
	case r.has("Duplicate key", "unique constraint", "UNIQUE"):
		e.Code = "23505"
	case r.has("NOT NULL constraint"):
		e.Code = "23502"
		if column := after(r.Message, "failed: "); column != "" {
			table, name, _ := strings.Cut(firstParagraph(column), ".")
			e.Message = `null value in column "` + name + `" of relation "` + table + `" violates not-null constraint`
		}
	case r.has("CHECK constraint"):
		e.Code = "23514"
	case r.has("foreign key", "FOREIGN KEY"):
		e.Code = "23503"
	default:
		e.Code = "23000"
	}
}

func (r report) transaction(e *engine.Error) {
	switch {
	case r.has("onflict"):
		e.Code = "40001"
		if r.has("Duplicate key", "PRIMARY KEY or UNIQUE") {
			e.Code = "23505"
		}
	case r.has("is aborted"):
		e.Code, e.Message = "25P02", "current transaction is aborted, commands ignored until end of transaction block"
	case r.has("within a transaction"):
		e.Code = "25001"
	case r.has("no transaction is active"):
		e.Code = "25P01"
	case r.has("read-only", "read only", "READ ONLY"):
		e.Code = "25006"
	default:
		e.Code = "25000"
	}
}

func (r report) invalidInput(e *engine.Error) {
	switch code := between(r.Message, "SQLSTATE ", ": "); {
	case len(code) == 5 && strings.HasPrefix(r.Message, "SQLSTATE "): // of a macro
		e.Code, e.Message = code, after(r.Message, code+": ")
	case isCSVError(r.Message), r.has("Error when sniffing file"):
		r.csv(e)
	case r.has("invalid regex", "missing )", "missing ]", "missing argument to repetition", "invalid perl operator", "invalid escape sequence"):
		e.Code = "2201B"
		e.Message = "invalid regular expression: " + e.Message
	case r.has("More than one row returned by a subquery"):
		e.Code, e.Message = "21000", "more than one row returned by a subquery used as an expression"
	case r.has("Malformed JSON", "No magic bytes", "Parquet file"):
		e.Code = "22P04"
	case r.has("read-only"):
		e.Code = "25006"
		if r.has("Cannot execute statement of type") {
			e.Message = "cannot execute " + between(r.Message, `of type "`, `"`) + " in a read-only transaction"
		}
	case r.has("configuration has been locked"):
		e.Code = "42501"
	case r.has("expected to be an input", "not a valid"):
		e.Code = "22023"
	case r.has("is undefined outside"):
		e.Code, e.Message = "22003", "input is out of range"
	default:
		e.Code = "22023"
	}
}

// canceled is the error of a statement whose context is done.
func canceled(ctx context.Context) *engine.Error {
	return &engine.Error{Code: "57014", Message: "canceling statement", Err: context.Cause(ctx)}
}

// postgresName is PostgreSQL's name for a type that DuckDB names by its storage.
func postgresName(duck string) string {
	switch duck {
	case "INT8":
		return "tinyint"
	case "INT16":
		return "smallint"
	case "INT32":
		return "integer"
	case "INT64":
		return "bigint"
	case "FLOAT":
		return "real"
	case "DOUBLE":
		return "double precision"
	case "BOOL", "BOOLEAN":
		return "boolean"
	}
	return strings.ToLower(duck)
}
