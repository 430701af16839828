package server

import (
	"testing"

	"github.com/csvsql/csvsql/engine/dialect"
)

// planned and profiled are plans in the two forms that the engine has.
const (
	planned = `[{"name": "HASH_JOIN",
		"extra_info": {"Join Type": "INNER", "Conditions": ["a = b", "c  =\n d"], "Estimated Cardinality": "7"},
		"children": [
			{"name": "SEQ_SCAN", "children": [], "extra_info": {"Table": "\"x\".public.left", "Projections": ["a", "c"], "Estimated Cardinality": "100"}},
			{"name": "FILTER", "extra_info": {"Expression": ""}, "children": [{"name": "DUMMY_SCAN", "children": [], "extra_info": {}}]}]}]`
	profiled = `{"latency": 0.25, "children": [{"operator_name": "EXPLAIN_ANALYZE", "children": [
		{"operator_name": "PROJECTION", "operator_timing": 0.001, "operator_cardinality": 3, "extra_info": {"Estimated Cardinality": "2"},
		"children": [{"operator_name": "TABLE_SCAN ", "operator_timing": 0.002, "operator_cardinality": 30, "children": [], "extra_info": {}}]}]}]}`
)

func TestPlanText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		plan    string
		explain dialect.Explain
		want    string
	}{
		{planned, dialect.Explain{}, `Hash Join  (cost=0.00..107.00 rows=7 width=0)
  Conditions: a = b, c = d
  Join Type: INNER
  ->  Seq Scan on left  (cost=0.00..100.00 rows=100 width=0)
  ->  Filter  (cost=0.00..0.00 rows=0 width=0)
        ->  Dummy Scan  (cost=0.00..0.00 rows=0 width=0)
`},
		{planned, dialect.Explain{NoCosts: true, Verbose: true}, `Hash Join
  Conditions: a = b, c = d
  Join Type: INNER
  ->  Seq Scan on left
        Projections: a, c
  ->  Filter
        ->  Dummy Scan
`},
		{profiled, dialect.Explain{Analyze: true}, `Projection  (cost=0.00..2.00 rows=2 width=0) (actual time=0.000..3.000 rows=3 loops=1)
  ->  Table Scan  (cost=0.00..0.00 rows=0 width=0) (actual time=0.000..2.000 rows=30 loops=1)
Execution Time: 250.000 ms
`},
		{profiled, dialect.Explain{Analyze: true, NoCosts: true, NoTiming: true, NoSummary: true}, `Projection (actual rows=3 loops=1)
  ->  Table Scan (actual rows=30 loops=1)
`},
	} {
		p, err := readPlan([]byte(test.plan), "SELECT")
		if err != nil {
			t.Fatal(err)
		}
		if got := p.text(test.explain); got != test.want {
			t.Errorf("got\n%swant\n%s", got, test.want)
		}
	}
}

func TestPlanJSON(t *testing.T) {
	t.Parallel()
	p, err := readPlan([]byte(profiled), "SELECT")
	if err != nil {
		t.Fatal(err)
	}
	want := `[
  {
    "Plan": {
      "Node Type": "Projection",
      "Startup Cost": 0.00,
      "Total Cost": 2.00,
      "Plan Rows": 2,
      "Plan Width": 0,
      "Actual Startup Time": 0.000,
      "Actual Total Time": 3.000,
      "Actual Rows": 3,
      "Actual Loops": 1,
      "Plans": [
        {
          "Node Type": "Table Scan",
          "Startup Cost": 0.00,
          "Total Cost": 0.00,
          "Plan Rows": 0,
          "Plan Width": 0,
          "Actual Startup Time": 0.000,
          "Actual Total Time": 2.000,
          "Actual Rows": 30,
          "Actual Loops": 1
        }
      ]
    },
    "Execution Time": 250.000
  }
]`
	if got := p.json(dialect.Explain{Analyze: true}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPlanUnreadable(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "[]", "{}", "nonsense"} {
		if _, err := readPlan([]byte(text), "SELECT"); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
