package solver

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/sys"
)

//go:embed all:wasm
var files embed.FS

const (
	wasmFile   = "wasm/highs.wasm"
	wasmDigest = "528be4365bea1d4188988646b244263f50320df55782e14d6af5bce7cd45c840"
)

// Name is what reports call the solver.
const Name = "HiGHS (npm highs 1.15.3)"

// ErrAbsent says that the build holds no solver.
var ErrAbsent = errors.New("the HiGHS solver is not in this build: run ./scripts/setup and build again")

// Available tells whether this build holds the solver, and the one that is pinned:
// another would be refused when it is needed.
func Available() bool { return checked() == nil }

var checked = sync.OnceValue(func() error {
	body, err := files.ReadFile(wasmFile)
	if err != nil {
		return ErrAbsent
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != wasmDigest {
		return fmt.Errorf("the embedded %s has the digest %x, not the pinned %s: run ./scripts/setup and build again", wasmFile, sum, wasmDigest)
	}
	return nil
})

// machine is the compiled module, made once in a process.
type machine struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

var compiled = sync.OnceValues(func() (*machine, error) {
	if err := checked(); err != nil {
		return nil, err
	}
	body, err := files.ReadFile(wasmFile)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	config := wazero.NewRuntimeConfig().WithCloseOnContextDone(true)
	if dir, err := os.UserCacheDir(); err == nil {
		if cache, err := wazero.NewCompilationCacheWithDir(filepath.Join(dir, "veche", "solver")); err == nil {
			config = config.WithCompilationCache(cache)
		}
	}
	m := &machine{runtime: wazero.NewRuntimeWithConfig(ctx, config)}
	if m.module, err = m.runtime.CompileModule(ctx, body); err != nil {
		return nil, fmt.Errorf("compile the solver: %w", err)
	}
	host := m.runtime.NewHostModuleBuilder("a")
	for _, f := range m.module.ImportedFunctions() {
		_, name, _ := f.Import()
		call, ok := imports[name]
		if !ok {
			return nil, fmt.Errorf("the solver asks for an unknown import %q", name)
		}
		host.NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(call), f.ParamTypes(), f.ResultTypes()).Export(name)
	}
	if _, err := host.Instantiate(ctx); err != nil {
		return nil, fmt.Errorf("link the solver: %w", err)
	}
	return m, nil
})

// thrown is a C++ exception or an abort inside of the solver.
type thrown string

func (t thrown) Error() string { return string(t) }

const (
	badFile  = 8  // WASI errno badf
	noSeek   = 70 // WASI errno spipe
	notFound = 44 // Linux ENOENT, negated, of a system call
)

// imports are the host's functions by the minified names of highs.js. The
// solver is given no files, no environment and a clock that counts calls.
var imports = map[string]func(context.Context, api.Module, []uint64){
	"a": func(context.Context, api.Module, []uint64) { panic(thrown("the solver threw an exception")) },
	"k": func(context.Context, api.Module, []uint64) { panic(thrown("the solver aborted")) },
	"b": func(_ context.Context, _ api.Module, s []uint64) { panic(sys.NewExitError(uint32(s[0]))) },
	"r": func(_ context.Context, _ api.Module, s []uint64) { panic(sys.NewExitError(uint32(s[0]))) },
	"e": zero, "h": zero, "l": zero, "n": zero, "d": zero, // fcntl, ioctl, setitimer, environ, close
	"i": func(_ context.Context, _ api.Module, s []uint64) {
		errno := int32(-notFound)
		s[0] = uint64(uint32(errno))
	},
	"s": nothing, "m": nothing,
	"p": func(ctx context.Context, m api.Module, s []uint64) {
		m.Memory().WriteUint64Le(uint32(s[2]), uint64(tick(ctx)*1e6))
		s[0] = 0
	},
	"j": func(ctx context.Context, _ api.Module, s []uint64) { s[0] = api.EncodeF64(1e12 + tick(ctx)) },
	"c": func(ctx context.Context, _ api.Module, s []uint64) { s[0] = api.EncodeF64(tick(ctx)) },
	"q": grow,
	"o": func(_ context.Context, m api.Module, s []uint64) {
		m.Memory().WriteUint32Le(uint32(s[0]), 0)
		m.Memory().WriteUint32Le(uint32(s[1]), 0)
		s[0] = 0
	},
	"g": func(_ context.Context, _ api.Module, s []uint64) { s[0] = badFile },
	"t": func(_ context.Context, _ api.Module, s []uint64) { s[0] = noSeek },
	"f": swallow,
}

func zero(_ context.Context, _ api.Module, s []uint64) { s[0] = 0 }

func nothing(context.Context, api.Module, []uint64) {}

type clockKey struct{}

// tick is the clock of one instance in milliseconds: each look at it is a
// microsecond later.
func tick(ctx context.Context) float64 {
	if n, ok := ctx.Value(clockKey{}).(*float64); ok {
		*n++
		return *n / 1000
	}
	return 0
}

// grow gives the module memory, a fifth more than asked where it can.
func grow(_ context.Context, m api.Module, s []uint64) {
	const page = 65536
	want, have := uint64(uint32(s[0])), uint64(m.Memory().Size())
	pages := func(to uint64) uint32 { return uint32((to - have + page - 1) / page) }
	s[0] = 1
	if want <= have {
		return
	}
	if _, ok := m.Memory().Grow(pages(max(want, have+have/5))); ok {
		return
	}
	if _, ok := m.Memory().Grow(pages(want)); !ok {
		s[0] = 0
	}
}

// swallow takes what the solver prints and throws it away.
func swallow(_ context.Context, m api.Module, s []uint64) {
	list, count, total := uint32(s[1]), uint32(s[2]), uint32(0)
	for i := range count {
		n, ok := m.Memory().ReadUint32Le(list + 8*i + 4)
		if !ok {
			s[0] = badFile
			return
		}
		total += n
	}
	m.Memory().WriteUint32Le(uint32(s[3]), total)
	s[0] = 0
}
