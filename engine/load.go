package engine

// LoadSpec is a LOAD with every path resolved: the engine trusts the paths, so
// whoever fills it in has checked that the user may read them.
type LoadSpec struct {
	Table  TableName
	Files  []string // absolute paths, in the order in which their rows appear
	Format Format
	CSV    CSVOptions
	// Decided are CSV files of which nothing is left to detect. If there are any
	// they are read instead of Files, and CSV and Types mean nothing. Columns of one
	// name have one type; a file has NULL in those that it lacks.
	Decided []CSVFile
	Types   map[string]string // column name (any case) to SQL type; nil: detected
	Replace bool              // replace a table of that name; else it is an error 42P07
	// Comment is stored as the table's comment and comes back in Table.Comment.
	Comment string
}

// Format is a file format.
type Format string

const (
	CSV     Format = "csv"
	JSON    Format = "json"
	Parquet Format = "parquet"
)

// CSVOptions are the parts of a CSV dialect that were decided; a nil field is
// left to the engine's detection.
type CSVOptions struct {
	Delimiter, Quote, Escape *string
	Header                   *bool
	Null                     []string // texts that mean NULL
	// Names are those of the first columns, where the file has no header.
	Names []string
}
