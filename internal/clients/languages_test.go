package clients

import (
	"os"
	"path/filepath"
	"testing"
)

// pgjdbc fetches the driver with Maven, and returns what runs a program of one file.
func pgjdbc(t *testing.T, w *workshop) []string {
	t.Helper()
	const version = "42.7.7"
	needInstall(t)
	java, maven := need(t, "java"), need(t, "mvn")
	setUp(t, w.dir, maven, "--batch-mode", "--quiet", "dependency:copy",
		"-Dartifact=org.postgresql:postgresql:"+version, "-DoutputDirectory="+w.dir)
	return []string{java, "-cp", filepath.Join(w.dir, "postgresql-"+version+".jar")}
}

func jdbc(t *testing.T, w *workshop) func(*testing.T, target) {
	return runs(pgjdbc(t, w), nil, "Jdbc.java")
}

func ruby(t *testing.T, w *workshop) func(*testing.T, target) {
	w.debian(t, []string{"ruby", "-rpg", "-e", "1"}, "ruby-pg")
	return runs([]string{"ruby"}, nil,
		"ruby.rb",
		"ruby_types.rb")
}

func perl(t *testing.T, w *workshop) func(*testing.T, target) {
	w.debian(t, []string{"perl", "-MDBD::Pg", "-e", "1"}, "libdbd-pg-perl")
	return runs([]string{"perl"}, nil,
		"perl.pl",
		"perl_catalog.pl")
}

func php(t *testing.T, w *workshop) func(*testing.T, target) {
	w.debian(t, []string{"php", "-r", "exit(extension_loaded('pdo_pgsql') ? 0 : 1);"}, "php-cli", "php-pgsql")
	return runs([]string{"php"}, nil, "pdo.php")
}

func rPostgreSQL(t *testing.T, w *workshop) func(*testing.T, target) {
	w.debian(t, []string{"Rscript", "-e", "library(RPostgreSQL)"}, "r-cran-rpostgresql")
	return runs([]string{"Rscript", "--vanilla"}, nil, "r.R")
}

// rust builds the programs of a copy of testdata/rust, which takes minutes.
func rust(t *testing.T, w *workshop) func(*testing.T, target) {
	needInstall(t)
	cargo := need(t, "cargo")
	w.debian(t, []string{"pg_config", "--version"}, "libpq-dev") // of diesel
	dir := filepath.Join(w.dir, "rust")
	if err := os.CopyFS(dir, os.DirFS(testdata(t, "rust"))); err != nil {
		t.Fatal(err)
	}
	setUp(t, dir, cargo, "build", "--quiet", "--target-dir", "built")
	return func(t *testing.T, s target) {
		for _, p := range []string{"tokio_postgres", "sqlx", "diesel"} {
			t.Run(p, func(t *testing.T) { run(t, s, "", nil, filepath.Join(dir, "built", "debug", p)) })
		}
	}
}
