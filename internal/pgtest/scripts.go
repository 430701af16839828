package pgtest

import (
	"embed"
	"io/fs"
)

//go:embed testdata/*.txt
var testdata embed.FS

// Scripts are the recorded scripts, one file each, to be played by wiretest.
func Scripts() fs.FS {
	scripts, err := fs.Sub(testdata, "testdata")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return scripts
}
