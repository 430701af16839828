// Package arch holds the module to the directions in which its folders may
// depend on each other.
package arch

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/csvsql/csvsql"

// Modules of others that more than one folder uses.
const (
	arrow  = "github.com/apache/arrow-go/v18"
	crypto = "golang.org/x/crypto"
	duckdb = "github.com/duckdb/duckdb-go-bindings"
	sys    = "golang.org/x/sys"
)

// rule is what the code of one folder may import beside the standard library.
// Its tests may import anything.
type rule struct {
	folder string   // of the module; the root is "."
	ours   []string // folders of the module
	others []string // modules
}

// rules has every folder with code. A new arrow in here is a decision about the
// architecture; a change that needs one says why.
//
// Nothing imports cmd, and only the root imports internal/server.
var rules = []rule{
	{
		folder: "cmd/csvsql",
		ours:   []string{".", "internal/users", "datasets", "engine", "wire", "wire/client", "wire/hba", "wire/oid"},
		// The engine's library is asked for its version.
		others: []string{"github.com/alecthomas/kong", "github.com/VictoriaMetrics/metrics", "golang.org/x/term", duckdb},
	},
	{
		folder: ".",
		ours:   []string{"internal/server", "internal/lease", "internal/privdir", "catalog", "datasets", "engine", "engine/duckdb", "engine/spool", "engine/worker", "engine/worker/sandbox", "wire"},
	},
	{
		folder: "internal/server",
		ours: []string{
			"internal/advisory", "internal/notify", "internal/settings", "catalog", "datasets", "encoding", "engine", "engine/dialect", "engine/dialect/columns", "engine/dialect/rewrite", "engine/spool",
			"wire", "wire/oid", "wire/pgvalue",
		},
		others: []string{arrow},
	},
	{folder: "internal/settings", ours: []string{"wire/pgvalue"}},
	{folder: "internal/advisory"},
	{folder: "internal/notify"},
	{folder: "internal/users"},
	{folder: "internal/lease"},
	{folder: "internal/privdir", others: []string{sys}},

	{folder: "catalog", ours: []string{"catalog/builtin", "engine", "engine/dialect/rewrite", "encoding", "wire/oid", "wire/pglex", "wire/pgvalue"}, others: []string{arrow}},
	{folder: "catalog/builtin", ours: []string{"wire/oid"}, others: []string{arrow}},
	{folder: "datasets", ours: []string{"datasets/csvfile", "engine"}},
	{folder: "datasets/csvfile", ours: []string{"engine"}, others: []string{arrow, "golang.org/x/text"}},
	{folder: "datasets/samples"},
	{folder: "encoding", ours: []string{"wire", "wire/oid", "wire/pgvalue"}, others: []string{arrow}},

	{folder: "engine", others: []string{arrow}},
	{
		folder: "engine/dialect/rewrite",
		ours:   []string{"engine/pgfunc/regex", "wire/pglex", "wire/pgvalue"},
		others: []string{"github.com/pganalyze/pg_query_go"},
	},
	{
		folder: "engine/dialect/columns",
		ours:   []string{"engine/dialect/rewrite", "wire/pgvalue"},
		others: []string{"github.com/pganalyze/pg_query_go"},
	},
	{folder: "engine/dialect", ours: []string{"engine", "wire/pglex"}},
	{folder: "engine/numeric", ours: []string{"engine"}, others: []string{"github.com/cockroachdb/apd"}},
	{folder: "engine/spool", ours: []string{"engine"}, others: []string{arrow}},
	{folder: "engine/enginetest", ours: []string{"engine"}, others: []string{arrow, "github.com/google/uuid"}},
	{folder: "engine/worker", ours: []string{"engine", "engine/worker/frame", "engine/worker/sandbox", "wire/pglex"}, others: []string{arrow, sys}},
	{folder: "engine/worker/frame", others: []string{arrow}},
	{
		folder: "engine/duckdb",
		ours:   []string{"engine", "engine/numeric", "engine/pgfunc", "engine/spool", "wire/pglex"},
		others: []string{arrow, duckdb},
	},
	{folder: "engine/pgfunc", ours: []string{"encoding", "engine", "engine/numeric", "engine/pgfunc/jsonb", "engine/pgfunc/jsonpath", "engine/pgfunc/regex", "engine/pgfunc/template", "wire/pglex", "wire/pgvalue"}, others: []string{arrow, "golang.org/x/text"}},
	{folder: "engine/pgfunc/regex", others: []string{"github.com/dlclark/regexp2"}},
	{folder: "engine/pgfunc/template"},
	{
		folder: "engine/pgfunc/jsonpath",
		ours:   []string{"engine/numeric", "engine/pgfunc/jsonb", "engine/pgfunc/regex"},
		others: []string{"github.com/cockroachdb/apd"},
	},
	{folder: "engine/pgfunc/jsonb", ours: []string{"wire/pgvalue"}},
	{folder: "engine/worker/sandbox", others: []string{sys}},
	{folder: "engine/worker/sandbox/probes", ours: []string{"engine/worker/sandbox"}, others: []string{sys}},

	{folder: "wire", ours: []string{"wire/oid", "wire/pgvalue", "wire/pglex"}, others: []string{crypto}},
	{folder: "wire/client", ours: []string{"wire", "wire/oid"}, others: []string{crypto}},
	{folder: "wire/hba", ours: []string{"wire"}},
	{folder: "wire/oid"},
	{folder: "wire/pglex"},
	{folder: "wire/pgvalue", ours: []string{"wire/oid"}},

	// Tools for tests and measurements, in nothing that is shipped.
	{folder: "wire/wiretest", ours: []string{"wire", "wire/client", "wire/oid"}},
	{folder: "internal/pgtest", ours: []string{"wire/client"}},
	{folder: "internal/difftest", ours: []string{"wire", "wire/client", "wire/oid"}},
	{folder: "internal/suites"},
	{folder: "internal/servetest", ours: []string{"."}},
	{folder: "internal/suites/corpus", ours: []string{".", "internal/difftest", "internal/pgtest", "wire", "wire/client", "wire/pglex"}},
	{folder: "internal/golden", ours: []string{"internal/pgtest", "wire/client", "wire/pgvalue"}},
	{
		folder: "internal/bench",
		ours:   []string{".", "datasets", "encoding", "engine", "engine/duckdb", "internal/pgtest", "internal/users", "wire", "wire/client", "wire/oid"},
		others: []string{arrow},
	},
}

func TestImports(t *testing.T) {
	t.Parallel()
	imports, err := readImports("../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(imports) < len(rules)/2 {
		t.Fatalf("only %d folders with code were found", len(imports))
	}
	for _, v := range violations(imports) {
		t.Error(v)
	}
}

// TestViolations checks the check.
func TestViolations(t *testing.T) {
	t.Parallel()
	const us = module + "/"
	tests := []struct {
		folder, path string
		allowed      bool
	}{
		{"wire", "net/http", true},
		{"wire", us + "wire/oid", true},
		{"wire", crypto + "/pbkdf2", true},
		{"wire", us + "wire/client", false},
		{"wire", us + "engine", false},
		{"wire", arrow + "/arrow", false},
		{"wire/pglex", us + "wire", false},
		{"engine", arrow, true},
		{"engine", arrow + "x", false},
		{"engine", us + "wire/oid", false},
		{"cmd/csvsql", module, true},
		{"cmd/csvsql", us + "internal/server", false},
		{"catalog", module, false},
		{"catalog", us + "cmd/csvsql", false},
		{"nowhere", "fmt", false},
	}
	for _, test := range tests {
		found := violations(map[string][]string{test.folder: {test.path}})
		if allowed := len(found) == 0; allowed != test.allowed {
			t.Errorf("%s -> %s: %q", test.folder, test.path, found)
		}
	}
}

// violations lists the imports that no rule allows.
func violations(imports map[string][]string) (list []string) {
	for folder, paths := range imports {
		i := slices.IndexFunc(rules, func(r rule) bool { return r.folder == folder })
		if i < 0 {
			list = append(list, fmt.Sprintf("%s has no rule", folder))
			continue
		}
		for _, p := range paths {
			if !rules[i].allows(p) {
				list = append(list, fmt.Sprintf("%s may not import %s", folder, p))
			}
		}
	}
	slices.Sort(list)
	return list
}

func (r rule) allows(importPath string) bool {
	if ours, ok := strings.CutPrefix(importPath+"/", module+"/"); ok {
		return slices.Contains(r.ours, path.Clean(ours))
	}
	host, _, _ := strings.Cut(importPath, "/")
	if !strings.Contains(host, ".") {
		return true // the standard library
	}
	return slices.ContainsFunc(r.others, func(module string) bool {
		return importPath == module || strings.HasPrefix(importPath, module+"/")
	})
}

// readImports reads the imports of every folder of the module at root, whatever
// system a file is for. Folders with a go.mod of their own are other modules.
func readImports(root string) (map[string][]string, error) {
	imports := map[string][]string{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != root {
			if strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || isModule(name) {
				return filepath.SkipDir
			}
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		folder = filepath.ToSlash(folder)
		for _, spec := range f.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if !slices.Contains(imports[folder], p) {
				imports[folder] = append(imports[folder], p)
			}
		}
		return nil
	})
	return imports, err
}

func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}
