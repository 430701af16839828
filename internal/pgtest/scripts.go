package pgtest

import (
	"embed"
	"io/fs"
)

//go:embed testdata/*.txt testdata/session/*.txt
var testdata embed.FS

// Scripts are the recorded scripts about the protocol, one file each, to be played
// by wiretest.
func Scripts() fs.FS { return folder("testdata") }

// SessionScripts are those about statements that say something of the session:
// cursors, savepoints, notifications and their like.
func SessionScripts() fs.FS { return folder("testdata/session") }

func folder(name string) fs.FS {
	scripts, err := fs.Sub(testdata, name)
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return scripts
}
