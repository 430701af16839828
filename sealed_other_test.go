//go:build !linux

package csvsql_test

import "github.com/csvsql/csvsql"

// engineProgram is csvsql.Main, for TestMain.
func engineProgram() csvsql.Worker { return csvsql.Main() }
