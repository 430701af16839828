package clients

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// interactive is psql as a person has it: names are completed, and \watch goes on
// until Ctrl-C.
func interactive(t *testing.T, _ *workshop) func(*testing.T, target) {
	path := need(t, "psql")
	needTerminal(t)
	return func(t *testing.T, s target) {
		// Without readline psql has no history, and says so. Else it has none to print.
		if out, _ := exec.CommandContext(t.Context(), path, "-X", "-c", `\s`, s.url()).CombinedOutput(); strings.Contains(string(out), "history is not supported") {
			t.Skipf("SKIPPED: psql is built without readline: %s", out)
		}
		const prompt, tick = "\nready> ", "   42\r\n"
		p := startTerminal(t, "exec "+path+" -X -v PROMPT1='ready> ' '"+s.url()+"'")
		p.play([]step{
			{"", []string{prompt}},
			{"SELECT count(*) FROM pen\t", []string{"FROM penguins "}},
			{";\r", []string{"344", prompt}},
			{"SELECT island FROM penguins WHERE spe\t", []string{"WHERE species "}},
			{"= 'Chinstrap' LIMIT 1;\r", []string{"Dream", prompt}},
			{"\\d pen\t", []string{"penguins "}},
			{"\r", []string{"body_mass_g", prompt}},
			{"SELECT 6 * 7 AS tick \\watch 0.1\r", []string{tick, tick, tick}},
			{"\x03", []string{prompt}},
			{"SELECT 'still ' || 'here';\r", []string{"still here", prompt}},
			{"\\q\r", nil},
		})
		p.end()
	}
}

// pgcli is a prompt that colors and completes, and prints tables of its own.
func pgcli(t *testing.T, w *workshop) func(*testing.T, target) {
	needTerminal(t)
	path := filepath.Join(filepath.Dir(w.python(t, pgcliVersion)), "pgcli")
	return func(t *testing.T, s target) {
		const prompt = "ready> "
		config := filepath.Join(t.TempDir(), "config") // made by pgcli
		p := startTerminal(t, "exec "+path+" --less-chatty --prompt '"+prompt+"' --pgclirc "+config+" '"+s.url()+"'")
		p.play([]step{
			{"", []string{prompt}},
			{"SELECT species, count(*) FROM penguins GROUP BY 1 ORDER BY 1;\r",
				[]string{"| Adelie    | 152   |", "| Chinstrap | 68    |", "| Gentoo    | 124   |", "SELECT 3", prompt}},
			{"\\d seattle_weather\r", []string{"| precipitation | double precision |", prompt}},
			{"\\dt flights*\r", []string{"| public | flights_airport | table | " + s.user, prompt}},
			{"\\dv\r", []string{prompt}},
			{"\\df abs\r", []string{"| pg_catalog | abs  | numeric ", prompt}},
			{"\\l\r", []string{"| template1 ", prompt}},
			{"SELECT nope FROM penguins;\r", []string{`column "nope" does not exist`, "LINE 1: SELECT nope FROM penguins", prompt}},
			{"SELECT 'still ' || 'here';\r", []string{"still here", prompt}},
			{"\\q\r", nil},
		})
		p.end()
	}
}

// needTerminal skips the test without what startTerminal needs.
func needTerminal(t *testing.T) {
	t.Helper()
	if version, _ := exec.CommandContext(t.Context(), need(t, "script"), "--version").Output(); !strings.Contains(string(version), "util-linux") {
		t.Skip("SKIPPED: script(1) is not that of util-linux")
	}
}

// watch ends \watch by a count of rounds, which the newest psql can.
func watch(t *testing.T, w *workshop) func(*testing.T, target) {
	path := filepath.Join(w.newestTools(t), "psql")
	return func(t *testing.T, s target) {
		file := filepath.Join(t.TempDir(), "watch.sql")
		write(t, file, "select 6 * 7 as tick \\watch i=0.1 c=3\nselect 'done'\\g\n")
		out, err := exec.CommandContext(t.Context(), path, "-X", "-At", "-v", "ON_ERROR_STOP=1", "-f", file, s.url()).CombinedOutput()
		var got []string
		for line := range strings.Lines(string(out)) { // the times of the rounds are left out
			if line == "42\n" || line == "done\n" {
				got = append(got, strings.TrimSpace(line))
			}
		}
		if err != nil || strings.Join(got, " ") != "42 42 42 done" {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

// terminal is a program that runs in one.
type terminal struct {
	t      *testing.T
	keys   io.Writer
	shown  chan string // closed when the program has ended
	ended  chan error
	all    string // what was shown
	unread string // the end of it, from behind the last text that was waited for
}

func startTerminal(t *testing.T, command string) *terminal {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "script", "--quiet", "--return", "--command", command, os.DevNull)
	cmd.Env = append(os.Environ(), "TERM=dumb", "INPUTRC="+os.DevNull, "PSQL_HISTORY="+os.DevNull, "PSQL_PAGER=cat", "PAGER=cat", "SHELL=/bin/sh")
	keys, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &terminal{t: t, keys: keys, shown: make(chan string), ended: make(chan error, 1)}
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := output.Read(buffer)
			select {
			case p.shown <- string(buffer[:n]):
			case <-t.Context().Done():
			}
			if err != nil {
				close(p.shown)
				p.ended <- cmd.Wait()
				return
			}
		}
	}()
	return p
}

// step is what is typed, and what is shown for it, in this order.
type step struct {
	typed string
	shown []string
}

func (p *terminal) play(steps []step) {
	p.t.Helper()
	for _, s := range steps {
		p.write(s.typed)
		for _, text := range s.shown {
			p.wait(text)
		}
	}
}

// write types.
func (p *terminal) write(keys string) {
	p.t.Helper()
	if _, err := io.WriteString(p.keys, keys); err != nil {
		p.t.Fatal(err)
	}
}

// wait reads on until the program has shown a text, beyond what was waited for before.
func (p *terminal) wait(text string) {
	p.t.Helper()
	limit := time.After(time.Minute)
	for {
		if _, after, ok := strings.Cut(p.unread, text); ok {
			p.unread = after
			return
		}
		select {
		case more, ok := <-p.shown:
			if !ok {
				p.t.Fatalf("ended without %q:\n%s", text, p.all)
			}
			p.unread += more
			p.all += more
		case <-limit:
			p.t.Fatalf("no %q:\n%s", text, p.all)
		}
	}
}

// end waits for the program to end, which has to be with status 0.
func (p *terminal) end() {
	p.t.Helper()
	for limit := time.After(time.Minute); ; {
		select {
		case more, ok := <-p.shown:
			if ok {
				p.all += more
				continue
			}
			if err := <-p.ended; err != nil {
				p.t.Errorf("%v\n%s", err, p.all)
			}
			return
		case <-limit:
			p.t.Fatalf("has not ended:\n%s", p.all)
		}
	}
}
