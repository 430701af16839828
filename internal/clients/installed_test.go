package clients

import (
	"path/filepath"
	"runtime"
	"testing"
)

// The versions are fixed, so that a run tells about this server, not about a new
// release of a client.
const (
	psycopg2Version = "2.9.10"
	psycopg3Version = "3.2.9"
	pgVersion       = "8.16.3"
	pgCursorVersion = "2.15.3"
	pgjdbcVersion   = "42.7.7"
)

func psycopg2(t *testing.T) func(*testing.T, target) {
	return python(t, "psycopg2-binary=="+psycopg2Version, "psycopg2")
}

func psycopg3(t *testing.T) func(*testing.T, target) {
	return python(t, "psycopg[binary]=="+psycopg3Version, "psycopg3")
}

// python installs a package into a virtual environment of its own. Its programs
// are name_queries.py and name_cursor.py.
func python(t *testing.T, requirement, name string) func(*testing.T, target) {
	needInstall(t)
	python := need(t, "python3")
	env := filepath.Join(t.TempDir(), "venv")
	setUp(t, "", python, "-m", "venv", env)
	bin := filepath.Join(env, "bin")
	if runtime.GOOS == "windows" {
		bin = filepath.Join(env, "Scripts")
	}
	python = filepath.Join(bin, "python")
	setUp(t, "", python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement)
	return func(t *testing.T, s target) {
		run(t, s, "", python, program(t, name+"_queries.py"))
		t.Run("cursor", func(t *testing.T) {
			run(t, s, "", python, program(t, name+"_cursor.py"))
		})
	}
}

// nodePostgres installs pg and pg-cursor. A module is looked for above the file
// that imports it, so the program is run from a copy.
func nodePostgres(t *testing.T) func(*testing.T, target) {
	needInstall(t)
	node, npm := need(t, "node"), need(t, "npm")
	dir := t.TempDir()
	setUp(t, dir, npm, "install", "--silent", "--no-audit", "--no-fund", "pg@"+pgVersion, "pg-cursor@"+pgCursorVersion)
	copyFile(t, filepath.Join(dir, "node.mjs"), program(t, "node.mjs"))
	return func(t *testing.T, s target) { run(t, s, dir, node, "node.mjs") }
}

// jdbc fetches pgjdbc with Maven and runs a program of one file.
func jdbc(t *testing.T) func(*testing.T, target) {
	needInstall(t)
	java, maven := need(t, "java"), need(t, "mvn")
	dir := t.TempDir()
	setUp(t, dir, maven, "--batch-mode", "--quiet", "dependency:copy",
		"-Dartifact=org.postgresql:postgresql:"+pgjdbcVersion, "-DoutputDirectory="+dir)
	jar := filepath.Join(dir, "postgresql-"+pgjdbcVersion+".jar")
	return func(t *testing.T, s target) { run(t, s, "", java, "-cp", jar, program(t, "Jdbc.java")) }
}
