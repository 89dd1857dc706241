package solver

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// Inf is no bound.
var Inf = math.Inf(1)

// Program is a linear or integer program: Cost·x to be made small (or large),
// ColLo ≤ x ≤ ColHi, RowLo ≤ A·x ≤ RowHi. A is by rows: the entries of row r are
// Index and Value from Start[r] up to Start[r+1].
type Program struct {
	Maximise     bool
	Cost         []float64
	ColLo, ColHi []float64
	RowLo, RowHi []float64
	Start, Index []int32
	Value        []float64
	Integer      bool // all columns
}

// Status is how a solve ended.
type Status int

// The statuses that matter here, by HiGHS's numbers.
const (
	Optimal    Status = 7
	Infeasible Status = 8
	Unbounded  Status = 10
	Iterations Status = 14
	Limit      Status = 16 // solution limit: nodes
)

// exports are the functions of the C API by the minified names of highs.js.
var exports = map[string]string{
	"create": "F", "destroy": "G", "run": "N", "passLp": "U", "passMip": "V", "clearSolver": "ga",
	"setBool": "ia", "setInt": "ja", "setDouble": "ka", "setString": "la",
	"getDoubleInfo": "Ba", "getSolution": "Ea", "getModelStatus": "Ga", "getObjectiveValue": "Ka",
	"addCol": "ab", "addRow": "eb", "changeCosts": "qb", "changeRowBounds": "xb", "changeColBounds": "tb",
	"malloc": "uc", "free": "tc",
}

// Solver is one instance of HiGHS with one program. It is not safe for several
// goroutines; several instances are. Close frees it.
type Solver struct {
	ctx        context.Context
	module     api.Module
	memory     api.Memory
	call       map[string]api.Function
	handle     uint64
	rows, cols int
	err        error // the first failure; everything after it fails alike
}

// New makes an instance. The context ends any of its solves.
func New(ctx context.Context) (*Solver, error) {
	m, err := compiled()
	if err != nil {
		return nil, err
	}
	ctx = context.WithValue(ctx, clockKey{}, new(float64))
	module, err := m.runtime.InstantiateModule(ctx, m.module, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return nil, fmt.Errorf("start the solver: %w", err)
	}
	s := &Solver{ctx: ctx, module: module, memory: module.Memory(), call: map[string]api.Function{}}
	if _, err := module.ExportedFunction("v").Call(ctx); err != nil { // constructors
		return nil, fmt.Errorf("start the solver: %w", err)
	}
	for name, export := range exports {
		if s.call[name] = module.ExportedFunction(export); s.call[name] == nil {
			return nil, fmt.Errorf("the solver lacks %s", name)
		}
	}
	s.handle = s.do("create")
	s.SetBool("output_flag", false)
	s.SetInt("threads", 1)
	s.SetString("parallel", "off")
	s.SetInt("random_seed", 0)
	return s, s.err
}

// Close frees the instance.
func (s *Solver) Close() {
	_ = s.module.Close(context.WithoutCancel(s.ctx))
}

// Err is the first failure.
func (s *Solver) Err() error { return s.err }

func (s *Solver) do(name string, args ...uint64) uint64 {
	if s.err != nil {
		return 0
	}
	out, err := s.call[name].Call(s.ctx, args...)
	if err != nil {
		if s.ctx.Err() != nil {
			err = s.ctx.Err()
		}
		s.err = fmt.Errorf("solver: %s: %w", name, err)
		return 0
	}
	if len(out) > 0 {
		return out[0]
	}
	return 0
}

// must calls a function that answers 0 (ok) or 1 (warning).
func (s *Solver) must(name string, args ...uint64) {
	if status := int32(s.do(name, args...)); status < 0 && s.err == nil {
		s.err = fmt.Errorf("solver: %s was refused", name)
	}
}

func (s *Solver) put(b []byte) uint64 {
	p := s.do("malloc", uint64(max(8, len(b))))
	if s.err == nil && (p == 0 || !s.memory.Write(uint32(p), b)) {
		s.err = fmt.Errorf("solver: out of memory")
	}
	return p
}

func (s *Solver) floats(v []float64) uint64 {
	b := make([]byte, 0, 8*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(bounded(x)))
	}
	return s.put(b)
}

// bounded is x with HiGHS's own infinity.
func bounded(x float64) float64 { return min(1e30, max(-1e30, x)) }

func (s *Solver) ints(v []int32) uint64 {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, uint32(x))
	}
	return s.put(b)
}

func (s *Solver) free(pointers ...uint64) {
	for _, p := range pointers {
		s.do("free", p)
	}
}

func (s *Solver) option(set, name string, value uint64) {
	p := s.put(append([]byte(name), 0))
	s.must(set, s.handle, p, value)
	s.free(p)
}

// SetBool sets an option of HiGHS.
func (s *Solver) SetBool(name string, value bool) {
	v := uint64(0)
	if value {
		v = 1
	}
	s.option("setBool", name, v)
}

// SetInt sets an option of HiGHS.
func (s *Solver) SetInt(name string, value int) {
	s.option("setInt", name, uint64(uint32(int32(value))))
}

// SetFloat sets an option of HiGHS.
func (s *Solver) SetFloat(name string, value float64) {
	s.option("setDouble", name, api.EncodeF64(value))
}

// SetString sets an option of HiGHS.
func (s *Solver) SetString(name, value string) {
	p := s.put(append([]byte(value), 0))
	s.option("setString", name, p)
	s.free(p)
}

// Load replaces the program.
func (s *Solver) Load(p Program) error {
	s.cols, s.rows = len(p.Cost), len(p.RowLo)
	sense := int32(1)
	if p.Maximise {
		sense = -1
	}
	const byRow = 2
	pointers := []uint64{s.floats(p.Cost), s.floats(p.ColLo), s.floats(p.ColHi), s.floats(p.RowLo), s.floats(p.RowHi),
		s.ints(p.Start), s.ints(p.Index), s.floats(p.Value)}
	args := append([]uint64{s.handle, uint64(s.cols), uint64(s.rows), uint64(len(p.Value)), byRow, uint64(uint32(sense)), 0}, pointers...)
	if p.Integer {
		whole := make([]int32, s.cols)
		for i := range whole {
			whole[i] = 1
		}
		pointers = append(pointers, s.ints(whole))
		s.must("passMip", append(args, pointers[len(pointers)-1])...)
	} else {
		s.must("passLp", args...)
	}
	s.free(pointers...)
	return s.err
}

// AddColumn appends a column with entries in the given rows.
func (s *Solver) AddColumn(cost, lo, hi float64, rows []int32, values []float64) {
	a, b := s.ints(rows), s.floats(values)
	s.must("addCol", s.handle, api.EncodeF64(cost), api.EncodeF64(bounded(lo)), api.EncodeF64(bounded(hi)), uint64(len(values)), a, b)
	s.free(a, b)
	s.cols++
}

// AddRow appends a row with entries in the given columns.
func (s *Solver) AddRow(lo, hi float64, cols []int32, values []float64) {
	a, b := s.ints(cols), s.floats(values)
	s.must("addRow", s.handle, api.EncodeF64(bounded(lo)), api.EncodeF64(bounded(hi)), uint64(len(values)), a, b)
	s.free(a, b)
	s.rows++
}

// SetCosts replaces all costs.
func (s *Solver) SetCosts(cost []float64) {
	p := s.floats(cost)
	s.must("changeCosts", s.handle, 0, uint64(len(cost)-1), p)
	s.free(p)
}

// SetRow replaces the bounds of a row.
func (s *Solver) SetRow(row int, lo, hi float64) {
	s.must("changeRowBounds", s.handle, uint64(row), api.EncodeF64(bounded(lo)), api.EncodeF64(bounded(hi)))
}

// SetColumn replaces the bounds of a column.
func (s *Solver) SetColumn(col int, lo, hi float64) {
	s.must("changeColBounds", s.handle, uint64(col), api.EncodeF64(bounded(lo)), api.EncodeF64(bounded(hi)))
}

// Run solves the program from where the last solve ended.
func (s *Solver) Run() (Status, error) {
	s.must("run", s.handle)
	return Status(int32(s.do("getModelStatus", s.handle))), s.err
}

// Objective is the value at the solution.
func (s *Solver) Objective() float64 { return api.DecodeF64(s.do("getObjectiveValue", s.handle)) }

// Bound is the proven bound of an integer program's value.
func (s *Solver) Bound() float64 {
	name := s.put([]byte("mip_dual_bound\x00"))
	out := s.put(make([]byte, 8))
	s.must("getDoubleInfo", s.handle, name, out)
	v := s.read(out, 1)
	s.free(name, out)
	if len(v) == 0 {
		return math.NaN()
	}
	return v[0]
}

func (s *Solver) read(p uint64, n int) []float64 {
	if s.err != nil {
		return nil
	}
	b, ok := s.memory.Read(uint32(p), uint32(8*n))
	if !ok {
		s.err = fmt.Errorf("solver: result out of memory")
		return nil
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return out
}

// Solution gives the columns' values and the rows' multipliers (zero for
// integer programs).
func (s *Solver) Solution() (x, y []float64, err error) {
	a, b := s.do("malloc", uint64(8*s.cols+8)), s.do("malloc", uint64(8*s.cols+8))
	c, d := s.do("malloc", uint64(8*s.rows+8)), s.do("malloc", uint64(8*s.rows+8))
	s.must("getSolution", s.handle, a, b, c, d)
	x, y = s.read(a, s.cols), s.read(d, s.rows)
	s.free(a, b, c, d)
	return x, y, s.err
}
