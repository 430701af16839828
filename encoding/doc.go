// Package encoding turns Arrow record batches into PostgreSQL rows, and the
// parameters of a Bind into Arrow.
//
//	plan := encoding.Compile(schema)          // at Describe
//	columns := plan.Columns()                 // for RowDescription
//	rows := plan.Rows(reader, settings, tag)  // at Execute: a wire.Rows
//
// Compile decides for every field how its values go out ([TypeOf]); there is no
// Arrow type that it does not know, and from then on nothing fails. Once the
// formats are known each column gets an encoder of its own, which is bound to
// one batch after the other and appends one value at a time, straight from the
// Arrow buffer to the connection's: no value is boxed, nothing is allocated.
//
// Values equal, byte for byte, what PostgreSQL sends for them. Single values are
// the business of package pgvalue; this one knows where they lie in Arrow.
package encoding
