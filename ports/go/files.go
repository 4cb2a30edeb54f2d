package main

import (
	"fmt"
	"os"
)

// files are those of a run, which go away unless they are kept.
type files struct {
	profile *os.File
	// Where the truth goes: where it was asked for, or beside the profile.
	truth string
	// Whether it is there, and ours to remove.
	truthWritten bool
}

func createFiles(program string, from settings) (*files, error) {
	profile, err := os.CreateTemp("", program+"-*.pb.gz")
	if err != nil {
		return nil, setUp("%v; set TMPDIR to a folder that can be written to", err)
	}
	truth := from.truth
	if truth == "" {
		truth = profile.Name() + ".truth.json"
	}
	return &files{profile: profile, truth: truth}, nil
}

func (f *files) write(profile []byte) error {
	if _, err := f.profile.Write(profile); err != nil {
		return err
	}
	return f.profile.Close()
}

func (f *files) writeTruth(measured *truth) error {
	text, err := measured.encode()
	if err != nil {
		return err
	}
	f.truthWritten = true
	return os.WriteFile(f.truth, text, 0o644)
}

// keep prints the profile's path; what cannot be announced is not kept.
func (f *files) keep() error {
	if _, err := fmt.Fprintln(os.Stdout, f.profile.Name()); err != nil {
		return setUp("stdout: %v", err)
	}
	return nil
}

// discard leaves nothing. That something is gone already makes no difference.
func (f *files) discard() {
	f.profile.Close()
	os.Remove(f.profile.Name())
	if f.truthWritten {
		os.Remove(f.truth)
	}
}
