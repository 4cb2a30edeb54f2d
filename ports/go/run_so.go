package main

// runSo is the host's function above every C case.
//
//go:noinline
func runSo(from *artefact) {
	from.run()
}
