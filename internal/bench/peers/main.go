// Peers compares package wire with other ways of serving the protocol from Go: the
// library psql-wire, and a loop over pgproto3, which is a codec and no server.
//
// Each server is a process of its own, and the clients are another. What is
// compared takes turns, round by round, so that what else the machine does hits all
// of them; the first round is dropped; the table has medians.
//
//	go run ./internal/bench/peers -run 'select1' -rounds 5
//
// It is a module of its own so that the peers are no dependencies of csvsql.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"regexp"
	"runtime"
)

// benchmark measures and prints one table.
type benchmark struct {
	name, what string
	run        func(w io.Writer, rounds int) error
}

func benchmarks() []benchmark {
	return []benchmark{
		{"idle", "memory of a server with idle connections", idle},
		{"select1", "1,000 connections that send SELECT 1 and wait for the answer", select1},
		{"rows", "5,000 rows of 3 integers, a timestamp, a float and 450 bytes of text", manyRows},
	}
}

func main() {
	serve := flag.String("serve", "", "be the server of that `name`, on a port that is printed")
	run := flag.String("run", "", "run the benchmarks whose name matches this `regexp`")
	rounds := flag.Int("rounds", 21, "rounds of each comparison; the first is dropped")
	flag.Parse()
	if *serve != "" {
		log.Fatal(serveAs(*serve))
	}
	pattern, err := regexp.Compile(*run)
	if err == nil && (*rounds < 2 || flag.NArg() > 0) {
		err = errors.New("needs at least 2 rounds and no arguments")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(2)
	}
	fmt.Printf("%s/%s, %d processors, %s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	for _, b := range benchmarks() {
		if !pattern.MatchString(b.name) {
			continue
		}
		fmt.Printf("\n%s: %s\n", b.name, b.what)
		if err := b.run(os.Stdout, *rounds); err != nil {
			fmt.Fprintln(os.Stderr, "peers:", b.name+":", err)
			os.Exit(1)
		}
	}
}

// serveAs is the life of a server process.
func serveAs(name string) error {
	for _, s := range servers() {
		if s.name != name {
			continue
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		fmt.Println(l.Addr())
		return s.serve(l)
	}
	return fmt.Errorf("there is no server %q", name)
}
