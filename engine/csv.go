package engine

// CSVFile is one CSV file, or several of one form, of which everything is known:
// nothing is left to the engine's detection. Its records are whole and have as
// many fields as it has columns, or one empty field more; its values are of the
// columns' types, all in UTF-8.
type CSVFile struct {
	Paths     []string // absolute
	Delimiter string
	// Quote and Escape are one character, or empty for none.
	Quote, Escape string
	Compression   string // none, gzip or zstd
	Skip          int    // lines before the header, or before the first record
	Header        bool   // a header comes before the records
	// LongestLine is at least as long as the longest record, in bytes.
	LongestLine int
	// AverageLine is how long a record is on average, in bytes; 0 if that is not known.
	AverageLine int
	// Null are the texts that mean NULL in all columns, beside the empty field.
	Null    []string
	Columns []CSVColumn // in the order of the file
}

// CSVColumn is a column of a CSVFile and the form that its values have.
type CSVColumn struct {
	Name string
	Type string   // SQL
	Null []string // texts that mean NULL in this column
	Trim bool     // there are spaces around values
	// Format is that of dates or timestamps, as strptime has it; empty for ISO 8601.
	Format string
	// Group and Decimal stand in numbers, if they are not written as SQL has them.
	Group, Decimal string
}

// IsPlain reports whether the text of a value is what the type itself takes.
func (c *CSVColumn) IsPlain() bool {
	return len(c.Null) == 0 && !c.Trim && c.Format == "" && c.Decimal == ""
}
