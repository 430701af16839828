package hba_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/hba"
)

func ExampleParse() {
	rules, err := hba.Parse(strings.NewReader(`
		local   all all              trust
		hostssl all all 10.0.0.0/8   scram-sha-256
		host    all all all          reject
	`), hba.Config{Source: wire.Users{}})
	fmt.Println(len(rules), err)
	// Output: 3 <nil>
}

// Rules and user-name maps in files that a server follows.
func ExampleOpen() {
	rules, err := hba.Open("pg_hba.conf", "pg_ident.conf", hba.Config{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	server := &wire.Server{Addr: ":5432", Auth: rules}
	log.Fatal(server.ListenAndServe())
}
