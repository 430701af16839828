package catalog

// The engine does not say how large a table is. These are the sizes that
// PostgreSQL would need (documentation, 73.6 Database Page Layout), if texts have
// a few bytes.

const (
	pageSize    = 8192
	pageHeader  = 24
	itemPointer = 4
	textBytes   = 5 // of a text, with its header
)

// width adds the bytes of columns to those before them.
func width(before int64, types []typeInfo) int64 {
	bytes := before
	for _, info := range types {
		if info.length < 0 {
			bytes += textBytes
			continue
		}
		bytes = aligned(bytes, map[string]int64{"c": 1, "s": 2, "i": 4, "d": 8}[info.align]) + int64(info.length)
	}
	return aligned(bytes, 8)
}

func aligned(n, to int64) int64 { return (n + to - 1) / to * to }

// pages is the number of pages of the table's rows.
func (t *Table) pages() int64 {
	const rowHeader = 24
	types := make([]typeInfo, len(t.Columns))
	for i := range t.Columns {
		types[i] = t.Columns[i].typeInfo()
	}
	perPage := max(1, (pageSize-pageHeader)/(width(rowHeader, types)+itemPointer))
	return (t.Rows + perPage - 1) / perPage
}

// size is what pg_table_size says: the rows, a map of free space, and the index of
// a TOAST table.
func (t *Table) size() int64 {
	const (
		freeSpaceMap = 3 * pageSize // of more than four pages
	)
	pages := t.pages()
	total := pages * pageSize
	if pages > 4 {
		total += freeSpaceMap
	}
	if t.mayBeLarge() {
		total += pageSize
	}
	return total
}

// mayBeLarge reports whether PostgreSQL makes a TOAST table for the table: if a row
// may have more than 2 kB.
func (t *Table) mayBeLarge() bool {
	const threshold = 2032
	var most int64
	for i := range t.Columns {
		c := &t.Columns[i]
		info := c.typeInfo()
		switch {
		case info.length >= 0:
			most += int64(info.length)
		case info.storage == "p":
		case (info.name == "varchar" || info.name == "bpchar") && c.Type.Mod > 0:
			const bytesOfCharacter = 4
			most += int64(c.Type.Mod-4)*bytesOfCharacter + 4
		case info.name == "numeric" && c.Type.Mod > 0:
			most += int64(c.Type.Mod>>16)/2 + 8
		default:
			return true
		}
	}
	return most > threshold
}

// indexPages is the number of pages of an index of so many rows over columns of
// these types: the leaves, nine tenths full, what is above them, and one page more.
func indexPages(rows int64, types []typeInfo) int64 {
	const entryHeader, pageEnd, fill = 8, 16, 90
	if rows == 0 {
		return 1
	}
	entry := width(entryHeader, types) + itemPointer
	leaf := max(1, (pageSize-pageHeader-pageEnd)*fill/100/entry)
	pages := int64(1)
	for level := rows; ; {
		level = (level + leaf - 1) / leaf
		pages += level
		if level <= 1 {
			return pages
		}
	}
}
