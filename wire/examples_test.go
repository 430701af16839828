package wire_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestExamples: every exported type and function is named in an example or has one of
// its name, or is shown by one without being named, which has to be said below.
func TestExamples(t *testing.T) {
	t.Parallel()
	shownBy := map[string]string{
		"AuthSource":        "ExampleSCRAM",
		"CertificateLoader": "ExampleRules",
		"AuthorityLoader":   "ExampleCertificate",
		"CopyFormat":        "ExampleCopyTo",
		"CopyIn":            "ExampleNewCopyReader",
		"CopyReader":        "ExampleNewCopyReader",
		"EndPointHash":      "ExampleSCRAM", // of interest to clients; package client has one
		"Format":            "ExampleSimpleFormatter",
		"Formatter":         "ExampleCopyTo", // rows that go by RowWriter need not be one
		"Handler":           "ExampleSession",
		"Holder":            "ExampleScroller",
		"Part":              "ExampleSplit",
		"Portal":            "ExampleConn_OpenPortal",
		"CopyOut":           "ExampleCopyTo",
		"ListenAndServe":    "Example",
		"PeerCred":          "ExampleConn_PeerCred",
		"QueryParser":       "ExampleSession",
		"Rule":              "ExampleRules",
		"Startup":           "ExampleSession",
		"Stats":             "ExampleServer_executed",
		"Syncer":            "ExampleSession",
		"Transport":         "ExampleRules",
		"TxExiter":          "ExampleSession",
		"TxStatus":          "ExampleSession",
	}
	concepts, examples, named := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, path := range goFiles(t) {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		switch isTest := strings.HasSuffix(path, "_test.go"); {
		case !isTest:
			addExported(concepts, file)
		case strings.HasPrefix(path, "example_"):
			addFuncs(examples, file)
			addNamed(named, file)
		}
	}
	if len(concepts) < 50 || len(examples) < 20 {
		t.Fatalf("only %d concepts and %d examples", len(concepts), len(examples))
	}
	for name := range concepts {
		if !named[name] && !examples["Example"+name] && !examples[shownBy[name]] {
			t.Errorf("%s is in no example", name)
		}
	}
	for name, example := range shownBy {
		if !concepts[name] || !examples[example] {
			t.Errorf("%s, %s: one of them does not exist", name, example)
		}
	}
}

func goFiles(t *testing.T) []string {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// addExported adds the exported types, and functions that are no methods.
func addExported(to map[string]bool, file *ast.File) {
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.IsExported() {
				to[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if s, ok := s.(*ast.TypeSpec); ok && s.Name.IsExported() {
					to[s.Name.Name] = true
				}
			}
		}
	}
}

func addFuncs(to map[string]bool, file *ast.File) {
	for _, d := range file.Decls {
		if d, ok := d.(*ast.FuncDecl); ok {
			to[d.Name.Name] = true
		}
	}
}

// addNamed adds what the file names as wire.NAME.
func addNamed(to map[string]bool, file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if p, ok := s.X.(*ast.Ident); ok && p.Name == "wire" {
				to[s.Sel.Name] = true
			}
		}
		return true
	})
}
