module veche/scripts/bench

go 1.26.0

require veche v0.0.0

require (
	github.com/cloudflare/circl v1.6.5 // indirect
	github.com/tetratelabs/wazero v1.12.0 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)

replace veche => ../..
