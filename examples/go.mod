module github.com/csvsql/csvsql/examples

go 1.26.0

require (
	github.com/csvsql/csvsql v0.0.0
	modernc.org/sqlite v1.61.1
)

replace github.com/csvsql/csvsql => ../
