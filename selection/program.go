package selection

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"io/fs"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"veche/selection/solver"
)

// Method is the version of the way from a problem and a seed to a panel: it is
// raised when the same input gives another panel, other chances or another proof.
const Method = 3

// Program says what drew. It identifies the program as far as a program can
// speak of itself: whoever changes it can change this too. What holds is that it
// is published before the beacon: anyone can then get these sources, build them,
// and see the same panel come out.
type Program struct {
	Version string `json:"version"` // of the build, "(devel)" where it has none
	Method  int    `json:"method"`  // Method of the build
	// Sources is over the Go sources of this package and those below it, tests apart.
	// It covers neither the solver's own code, which Solver names and whose digest the
	// sources hold, nor the compiler and the modules that they import, whose versions
	// are those of go.mod and go.sum at the version named.
	Sources Digest `json:"sources"`
	Solver  string `json:"solver,omitempty"` // of the listed panels, empty where the build holds none
}

// Digest is the SHA-256 over the program's description behind its domain.
func (p Program) Digest() Digest { return digestOf("veche/selection/program/v1\n", p) }

//go:embed *.go beacon/*.go solver/*.go
var sources embed.FS

// ThisProgram describes the running build.
var ThisProgram = sync.OnceValue(func() Program {
	p := Program{Version: "(devel)", Method: Method, Sources: sourcesDigest()}
	if info, ok := debug.ReadBuildInfo(); ok {
		p.Version = cmp.Or(info.Main.Version, p.Version)
	}
	if solver.Available() {
		p.Solver = solver.Name
	}
	return p
})

// sourcesDigest is over path and content of each source, each behind its length,
// in the order of the paths.
func sourcesDigest() Digest {
	var paths []string
	err := fs.WalkDir(sources, ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !strings.HasSuffix(path, "_test.go") {
			paths = append(paths, path)
		}
		return err
	})
	h := sha256.New()
	slices.Sort(paths)
	for _, path := range paths {
		var body []byte
		if body, err = sources.ReadFile(path); err != nil {
			break
		}
		for _, part := range [][]byte{[]byte(path), body} {
			h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
			h.Write(part)
		}
	}
	if err != nil { // an embedded tree can be read
		panic(err)
	}
	return Digest(h.Sum(nil))
}

// differences names what in the program is not as in another, in words. The
// version alone makes none: it may name the same sources in another way.
func (p *Program) differences(other *Program) []string {
	var out []string
	if p.Method != other.Method || p.Sources != other.Sources || p.Solver != other.Solver {
		out = append(out, "program: committed was "+p.String()+", this is "+other.String())
	}
	return out
}

// String names the program for people.
func (p Program) String() string {
	solver := "without a solver"
	if p.Solver != "" {
		solver = "with " + p.Solver
	}
	return "veche " + p.Version + " (sources " + p.Sources.String()[:12] + "…, " + solver + ")"
}
