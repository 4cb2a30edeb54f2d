package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
)

// protocol is the version of what INTERPRETING.md has as the executable protocol.
const protocol = 1

type description struct {
	Protocol     int      `json:"protocol"`
	Name         string   `json:"name"`
	Version      string   `json:"version"`
	URL          string   `json:"url"`
	Capabilities []string `json:"capabilities"`
}

func describe(chosen flavour) error {
	text, err := json.Marshal(description{
		Protocol:     protocol,
		Name:         "go-" + chosen.name,
		Version:      runtime.Version(),
		URL:          "https://pkg.go.dev/runtime/pprof",
		Capabilities: chosen.capabilities,
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(os.Stdout, "%s\n", text)
	return err
}
