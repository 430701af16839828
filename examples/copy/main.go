// Command copy has one table that clients fill and read by COPY, in the text, CSV
// and binary formats. Both directions stream.
package main

import (
	"flag"
	"log"
	"net"

	"github.com/csvsql/csvsql/wire"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5434", "address to listen on")
	flag.Parse()
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	log.Print("listening on ", l.Addr())
	server := &wire.Server{Handler: wire.ParseFunc(new(table).parse)}
	log.Fatal(server.Serve(l))
}
