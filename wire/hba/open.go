package hba

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/csvsql/csvsql/wire"
)

// File is an Authenticator of rules in files that may change: each login looks
// whether they have. Sessions that exist go on.
type File struct {
	path, ident string
	config      Config
	log         *slog.Logger

	mu    sync.Mutex
	rules wire.Rules
	files map[string]fileState // all that was read
}

// fileState is by what a change of a file is seen. The zero value is that of a file
// that is not there.
type fileState struct {
	modified time.Time
	size     int64
}

// Open reads rules for a server, as ParseFile does, and the maps of the file ident,
// if that is not empty, as ParseIdent does; those are added to c.IdentMaps. Later, if
// what the files have become cannot be read, the rules stay as they are, and log is
// told; nil means slog.Default().
func Open(path, ident string, c Config, log *slog.Logger) (*File, error) {
	if log == nil {
		log = slog.Default()
	}
	f := &File{path: path, ident: ident, config: c, log: log}
	if err := f.read(); err != nil {
		return nil, err
	}
	return f, nil
}

// Authenticate implements wire.Authenticator.
func (f *File) Authenticate(ctx context.Context, x *wire.Exchange) (wire.Identity, error) {
	return f.current().Authenticate(ctx, x)
}

func (f *File) current() wire.Rules {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !maps.Equal(f.files, stateOf(slices.Collect(maps.Keys(f.files)))) {
		if err := f.read(); err != nil {
			f.log.Error("hba: the rules have changed and cannot be read; the old ones stay", "error", err)
		}
	}
	return f.rules
}

// read reads the files. What is wrong with them is told once: they are read again
// when they have changed again.
func (f *File) read() error {
	p := rulesParser{config: f.config, files: newFiles(f.path), rules: wire.Rules{}}
	p.files.seen[f.path] = struct{}{}
	if f.ident != "" {
		p.files.seen[f.ident] = struct{}{}
	}
	before := stateOf(slices.Collect(maps.Keys(p.files.seen))) // a change meanwhile must not be missed
	err := f.readIdent(&p)
	if err == nil {
		err = p.parseFile(f.path)
	}
	f.files = stateOf(slices.Collect(maps.Keys(p.files.seen)))
	maps.Copy(f.files, before)
	if err == nil {
		f.rules = p.rules
	}
	return err
}

func (f *File) readIdent(p *rulesParser) error {
	if f.ident == "" {
		return nil
	}
	file, err := os.Open(f.ident)
	if err != nil {
		return err
	}
	defer file.Close()
	read, err := ParseIdent(file)
	if err != nil {
		return fmt.Errorf("%s, %w", f.ident, err)
	}
	maps.Copy(read, f.config.IdentMaps)
	p.config.IdentMaps = read
	return nil
}

func stateOf(paths []string) map[string]fileState {
	states := make(map[string]fileState, len(paths))
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			states[path] = fileState{info.ModTime(), info.Size()}
		} else {
			states[path] = fileState{}
		}
	}
	return states
}
