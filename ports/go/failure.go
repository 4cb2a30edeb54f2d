package main

import (
	"errors"
	"fmt"
)

// The protocol's exit codes.
const (
	// The program found something wrong itself.
	exitCheckFailed = 1
	// The program could not be run: environment, temporary folder, profiler.
	exitSetUp = 2
	// There is no such program here.
	exitNoProgram = 127
)

// failure is a way to end other than well.
type failure struct {
	code int
	line string
}

func (f *failure) Error() string {
	return f.line
}

func checkFailed(format string, args ...any) error {
	return &failure{exitCheckFailed, fmt.Sprintf(format, args...)}
}

func setUp(format string, args ...any) error {
	return &failure{exitSetUp, fmt.Sprintf(format, args...)}
}

func noProgram(format string, args ...any) error {
	return &failure{exitNoProgram, fmt.Sprintf(format, args...)}
}

// exitCode is 2 for what nobody said otherwise of.
func exitCode(err error) int {
	var f *failure
	if errors.As(err, &f) {
		return f.code
	}
	return exitSetUp
}
