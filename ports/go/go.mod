module framecheck/ports/go

go 1.27
