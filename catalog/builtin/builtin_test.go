package builtin_test

import (
	"testing"

	"github.com/csvsql/csvsql/catalog/builtin"
)

// TestRows reads every embedded relation.
func TestRows(t *testing.T) {
	t.Parallel()
	counts := map[string]int64{}
	for i := range builtin.All() {
		r := &builtin.All()[i]
		batches, err := r.Rows()
		if err != nil {
			t.Error(err)
		}
		for _, b := range batches {
			counts[r.Schema+"."+r.Name] += b.NumRows()
			b.Release()
		}
	}
	// Facts about PostgreSQL 15.
	for name, want := range map[string]int64{
		"pg_catalog.pg_settings":            356,
		"pg_catalog.pg_am":                  7,
		"pg_catalog.pg_language":            4,
		"information_schema.sql_features":   714,
		"information_schema.character_sets": 1,
	} {
		if counts[name] != want {
			t.Errorf("%s has %d rows, want %d", name, counts[name], want)
		}
	}
	if r, ok := builtin.Find("pg_catalog", "pg_class"); !ok || r.OID != 1259 || r.Columns[0].Name != "oid" {
		t.Errorf("pg_class is %+v", r)
	}
}
