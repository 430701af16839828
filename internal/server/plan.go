package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
)

// plan is a plan of the engine.
type plan struct {
	root    planNode
	seconds float64 // that the statement took, if it was executed
}

// planNode is a node of it, as the engine describes one in JSON: the first name of
// each pair in EXPLAIN, the second in EXPLAIN ANALYZE.
type planNode struct {
	Name     string         `json:"name"`
	Operator string         `json:"operator_name"`
	Children []planNode     `json:"children"`
	Extra    map[string]any `json:"extra_info"`
	Seconds  float64        `json:"operator_timing"`
	Rows     int64          `json:"operator_cardinality"`
}

// The names of what the engine says of a node that have a place of their own.
const (
	extraRows        = "Estimated Cardinality"
	extraTable       = "Table"
	extraProjections = "Projections"
)

// readPlan reads the engine's plan of a statement with this command tag.
func readPlan(text []byte, tag string) (plan, error) {
	var p plan
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		var roots []planNode
		if err := json.Unmarshal(text, &roots); err != nil || len(roots) == 0 {
			return p, unreadablePlan(err)
		}
		p.root = roots[0]
		return p, nil
	}
	var profile struct {
		Latency  float64    `json:"latency"`
		Result   string     `json:"result"`
		Children []planNode `json:"children"`
	}
	err := json.Unmarshal(text, &profile)
	if profile.Result == "error" { // the engine says so of INSERT, which it has executed
		p.root.Name = strings.TrimSuffix(tag, " 0")
		return p, nil
	}
	if err != nil || len(profile.Children) == 0 {
		return p, unreadablePlan(err)
	}
	p.root, p.seconds = profile.Children[0], profile.Latency
	if p.root.Operator == "EXPLAIN_ANALYZE" && len(p.root.Children) > 0 {
		p.root = p.root.Children[0]
	}
	return p, nil
}

func unreadablePlan(err error) error {
	e := wire.Errorf("XX000", "the plan of the engine cannot be read")
	e.Err = err
	return e
}

// name is the kind of the node: "Hash Group By".
func (n *planNode) name() string {
	name := n.Operator
	if name == "" {
		name = n.Name
	}
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '_' || r == ' ' })
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}

// table is the table that the node reads, or "".
func (n *planNode) table() string {
	name, _ := n.Extra[extraTable].(string)
	return name[strings.LastIndexByte(name, '.')+1:]
}

// estimate is how many rows the node is expected to give.
func (n *planNode) estimate() int64 {
	text, _ := n.Extra[extraRows].(string)
	rows, _ := strconv.ParseInt(text, 10, 64)
	return rows
}

// cost is how many rows the node and those below it are expected to give: the
// engine has no other measure of its plans.
func (n *planNode) cost() float64 {
	cost := float64(n.estimate())
	for i := range n.Children {
		cost += n.Children[i].cost()
	}
	return cost
}

// milliseconds is the time that the node and those below it took, of all threads
// together.
func (n *planNode) milliseconds() float64 {
	ms := n.Seconds * 1000
	for i := range n.Children {
		ms += n.Children[i].milliseconds()
	}
	return ms
}

// details are what the engine says of the node, in the order of the names.
func (n *planNode) details(verbose bool) (names, values []string) {
	for _, name := range slices.Sorted(maps.Keys(n.Extra)) {
		if name == extraRows || name == extraTable || name == extraProjections && !verbose {
			continue
		}
		value := detail(n.Extra[name])
		if value != "" {
			names, values = append(names, name), append(values, value)
		}
	}
	return names, values
}

// detail is a text, or a list of them, on one line.
func detail(v any) string {
	list, ok := v.([]any)
	if !ok {
		return strings.Join(strings.Fields(fmt.Sprint(v)), " ")
	}
	all := make([]string, len(list))
	for i, item := range list {
		all[i] = detail(item)
	}
	return strings.Join(all, ", ")
}

// text is the plan as PostgreSQL's FORMAT TEXT has it.
func (p *plan) text(e dialect.Explain) string {
	var b strings.Builder
	p.root.text(&b, e, 0)
	if e.Analyze && !e.NoSummary {
		fmt.Fprintf(&b, "Execution Time: %.3f ms\n", p.seconds*1000)
	}
	return b.String()
}

func (n *planNode) text(b *strings.Builder, e dialect.Explain, level int) {
	indent := ""
	if level > 0 {
		indent = strings.Repeat(" ", 6*(level-1)+2)
		b.WriteString(indent + "->  ")
		indent += "    "
	}
	b.WriteString(n.name())
	if table := n.table(); table != "" {
		b.WriteString(" on " + table)
	}
	if !e.NoCosts {
		fmt.Fprintf(b, "  (cost=0.00..%.2f rows=%d width=0)", n.cost(), n.estimate())
	}
	switch {
	case e.Analyze && e.NoTiming:
		fmt.Fprintf(b, " (actual rows=%d loops=1)", n.Rows)
	case e.Analyze:
		fmt.Fprintf(b, " (actual time=0.000..%.3f rows=%d loops=1)", n.milliseconds(), n.Rows)
	}
	b.WriteByte('\n')
	names, values := n.details(e.Verbose)
	for i := range names {
		b.WriteString(indent + "  " + names[i] + ": " + values[i] + "\n")
	}
	for i := range n.Children {
		n.Children[i].text(b, e, level+1)
	}
}

// json is the plan as PostgreSQL's FORMAT JSON has it.
func (p *plan) json(e dialect.Explain) string {
	var b strings.Builder
	b.WriteString("[\n  {\n    \"Plan\": ")
	p.root.json(&b, e, "    ")
	if e.Analyze && !e.NoSummary {
		fmt.Fprintf(&b, ",\n    \"Execution Time\": %.3f", p.seconds*1000)
	}
	b.WriteString("\n  }\n]")
	return b.String()
}

func (n *planNode) json(b *strings.Builder, e dialect.Explain, indent string) {
	inside := indent + "  "
	b.WriteString("{\n" + inside + `"Node Type": ` + quoteJSON(n.name()))
	member := func(name, value string) { b.WriteString(",\n" + inside + quoteJSON(name) + ": " + value) }
	if table := n.table(); table != "" {
		member("Relation Name", quoteJSON(table))
	}
	if !e.NoCosts {
		member("Startup Cost", "0.00")
		member("Total Cost", strconv.FormatFloat(n.cost(), 'f', 2, 64))
		member("Plan Rows", strconv.FormatInt(n.estimate(), 10))
		member("Plan Width", "0")
	}
	if e.Analyze {
		if !e.NoTiming {
			member("Actual Startup Time", "0.000")
			member("Actual Total Time", strconv.FormatFloat(n.milliseconds(), 'f', 3, 64))
		}
		member("Actual Rows", strconv.FormatInt(n.Rows, 10))
		member("Actual Loops", "1")
	}
	names, values := n.details(e.Verbose)
	for i := range names {
		member(names[i], quoteJSON(values[i]))
	}
	if len(n.Children) > 0 {
		member("Plans", "[")
		for i := range n.Children {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString("\n" + inside + "  ")
			n.Children[i].json(b, e, inside+"  ")
		}
		b.WriteString("\n" + inside + "]")
	}
	b.WriteString("\n" + indent + "}")
}

func quoteJSON(s string) string {
	text, err := json.Marshal(s)
	if err != nil { // of a text there is none
		return `""`
	}
	return string(text)
}
