package main

// #include <dlfcn.h>
// #include <stdlib.h>
// #include "ffi.h"
import "C"

import (
	"path/filepath"
	"unsafe"
)

// library is one that was opened at run time.
type library struct {
	handle unsafe.Pointer
	path   string
}

// openLibrary runs the library's constructors.
func openLibrary(path string) (library, error) {
	// dlopen(3) searches its path for a name without a slash, and finds something else.
	absolute, err := filepath.Abs(path)
	if err != nil {
		return library{}, err
	}
	file := C.CString(absolute)
	defer C.free(unsafe.Pointer(file))
	handle := C.dlopen(file, C.RTLD_NOW|C.RTLD_LOCAL)
	if handle == nil {
		return library{}, setUp("%s", C.GoString(C.dlerror()))
	}
	return library{handle, path}, nil
}

// symbol is the address of what the library exports under this name.
func (l library) symbol(name string) (unsafe.Pointer, error) {
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	address := C.dlsym(l.handle, text)
	if address == nil {
		return nil, setUp("%s exports no `%s`: %s", l.path, name, C.GoString(C.dlerror()))
	}
	return address, nil
}

// artefact is a C case: a library that exports `void run(void)`.
type artefact struct {
	library  library
	function C.fc_function
}

func openArtefact(path string) (*artefact, error) {
	opened, err := openLibrary(path)
	if err != nil {
		return nil, err
	}
	address, err := opened.symbol("run")
	return &artefact{opened, C.fc_function(address)}, err
}

func (a *artefact) run() {
	C.fc_call(a.function)
}

// close runs the library's destructors, which write the truth file.
func (a *artefact) close() {
	C.dlclose(a.library.handle)
}
