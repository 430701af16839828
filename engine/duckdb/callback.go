package duckdb

// #include "callback.h"
import "C"

import (
	"crypto/rand"
	"errors"
	"fmt"
	"runtime/cgo"
	"strings"
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// DuckDB keeps a pointer to C memory for whoever registers a function. Here it
// is a cell that holds the handle of a Go value; DuckDB frees it with
// csvsqlFreeHandle.

func newCell(v any) unsafe.Pointer {
	cell := C.malloc(C.size_t(unsafe.Sizeof(cgo.Handle(0))))
	*(*cgo.Handle)(cell) = cgo.NewHandle(v)
	return cell
}

func cellValue[T any](cell unsafe.Pointer) T {
	return (*(*cgo.Handle)(cell)).Value().(T)
}

// The callbacks as C knows them.
var (
	freeHandle   = unsafe.Pointer(C.csvsqlFreeHandle)
	copyHandle   = unsafe.Pointer(C.csvsqlCopyHandle)
	relationBind = unsafe.Pointer(C.csvsqlRelationBind)
	relationInit = unsafe.Pointer(C.csvsqlRelationInit)
	relationScan = unsafe.Pointer(C.csvsqlRelationScan)
	functionBind = unsafe.Pointer(C.csvsqlFunctionBind)
	functionCall = unsafe.Pointer(C.csvsqlFunctionCall)
)

//export csvsqlFreeHandle
func csvsqlFreeHandle(cell unsafe.Pointer) {
	(*cgo.Handle)(cell).Delete()
	C.free(cell)
}

//export csvsqlCopyHandle
func csvsqlCopyHandle(cell unsafe.Pointer) unsafe.Pointer { return newCell(cellValue[any](cell)) }

// A panic must not unwind through DuckDB's frames: it would leave locks taken.
// recovered makes an error of it.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic: %v", p)
	}
}

// codeMark stands before and between the fields of an error that goes through
// DuckDB, which has but a message: SQLSTATE, message, and, if there are any, detail
// and hint. DuckDB's own errors quote what files hold and clients write, who must not
// be able to write such a mark.
var codeMark = rand.Text()

// errorText is what DuckDB is told of an error.
func errorText(err error) string {
	var e *engine.Error
	if errors.As(err, &e) {
		text := codeMark + e.Code + codeMark + e.Message
		if e.Detail != "" || e.Hint != "" {
			text += codeMark + e.Detail + codeMark + e.Hint
		}
		return text
	}
	return err.Error()
}

// cutError reads what errorText wrote into e. It reports whether that was it.
func cutError(message string, e *engine.Error) bool {
	fields := strings.Split(message, codeMark)
	switch len(fields) {
	case 5:
		e.Detail, e.Hint = fields[3], fields[4]
		fallthrough
	case 3:
		e.Code, e.Message = fields[1], fields[2]
		return true
	}
	return false
}

//export csvsqlRelationBind
func csvsqlRelationBind(p unsafe.Pointer) {
	info := duck.BindInfo{Ptr: p}
	if err := bindRelation(info); err != nil {
		duck.BindSetError(info, errorText(err))
	}
}

//export csvsqlRelationInit
func csvsqlRelationInit(p unsafe.Pointer) {
	info := duck.InitInfo{Ptr: p}
	if err := startScan(info); err != nil {
		duck.InitSetError(info, errorText(err))
	}
}

//export csvsqlRelationScan
func csvsqlRelationScan(p, chunk unsafe.Pointer) {
	info := duck.FunctionInfo{Ptr: p}
	if err := scanRelation(info, duck.DataChunk{Ptr: chunk}); err != nil {
		duck.FunctionSetError(info, errorText(err))
	}
}

//export csvsqlFunctionBind
func csvsqlFunctionBind(p unsafe.Pointer) {
	info := duck.BindInfo{Ptr: p}
	if err := bindFunction(info); err != nil {
		duck.ScalarFunctionBindSetError(info, errorText(err))
	}
}

//export csvsqlFunctionCall
func csvsqlFunctionCall(p, chunk, vector unsafe.Pointer) {
	info := duck.FunctionInfo{Ptr: p}
	if err := callFunction(info, duck.DataChunk{Ptr: chunk}, duck.Vector{Ptr: vector}); err != nil {
		duck.ScalarFunctionSetError(info, errorText(err))
	}
}
