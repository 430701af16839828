package spool

import (
	"io"
	"os"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"github.com/csvsql/csvsql/engine"
)

// file is an Arrow IPC stream in a temporary file: written once, read once.
type file struct {
	f    *os.File
	w    *ipc.Writer
	r    *ipc.Reader
	size int64 // bytes of the batches in it
}

func createFile(dir string, schema *arrow.Schema) (*file, error) {
	f, err := os.CreateTemp(dir, "spool-*.arrows")
	if err != nil {
		return nil, err
	}
	return &file{f: f, w: ipc.NewWriter(f, ipc.WithSchema(schema))}, nil
}

func (f *file) write(b arrow.RecordBatch) error {
	f.size += sizeOf(b)
	return f.w.Write(b)
}

// rewind ends writing and makes read possible.
func (f *file) rewind() error {
	if err := f.w.Close(); err != nil {
		return err
	}
	if _, err := f.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r, err := ipc.NewReader(f.f)
	if err != nil {
		return err
	}
	f.r = r
	return nil
}

// read returns the next batch, which belongs to the caller, or io.EOF.
func (f *file) read() (arrow.RecordBatch, error) {
	b, err := f.r.Read()
	if err != nil {
		return nil, err
	}
	b.Retain()
	return b, nil
}

func (f *file) close() {
	if f.r != nil {
		f.r.Release()
	}
	f.f.Close()
	os.Remove(f.f.Name())
}

// sizeOf is the number of bytes in the buffers that b refers to.
func sizeOf(b arrow.RecordBatch) int64 {
	var n int64
	for _, c := range b.Columns() {
		n += dataSize(c.Data())
	}
	return n
}

func dataSize(d arrow.ArrayData) int64 {
	var n int64
	for _, b := range d.Buffers() {
		if b != nil {
			n += int64(b.Len())
		}
	}
	for _, c := range d.Children() {
		n += dataSize(c)
	}
	if dict, ok := d.Dictionary().(*array.Data); ok && dict != nil {
		n += dataSize(dict)
	}
	return n
}

func diskError(err error) error {
	// The path of the file is the server's own business.
	if pathErr, ok := err.(*os.PathError); ok {
		err = pathErr.Err
	}
	e := engine.Errorf("58030", "could not keep a suspended result on disk: %w", err)
	if isDiskFull(err) {
		e.Code = "53100"
	}
	return e
}
