package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/spf13/pflag"
)

// sortitionSettings is the settings file of sortition-algorithms, a TOML file.
type sortitionSettings struct {
	IDColumn           string   `toml:"id_column"`
	ColumnsToKeep      []string `toml:"columns_to_keep"`
	CheckSameAddress   bool     `toml:"check_same_address"`
	AddressColumns     []string `toml:"check_same_address_columns"`
	MaxAttempts        int      `toml:"max_attempts"`
	SelectionAlgorithm string   `toml:"selection_algorithm"`
	SolverBackend      string   `toml:"solver_backend"`
	RandomNumberSeed   int64    `toml:"random_number_seed"`

	line map[string]int
}

// maxConfig bounds a settings file, in bytes.
const maxConfig = 1 << 20

// readSortitionSettings reads such a file. Errors name the line.
func readSortitionSettings(r io.Reader) (*sortitionSettings, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxConfig))
	if err != nil {
		return nil, err
	}
	s := &sortitionSettings{line: map[string]int{}}
	for i, line := range strings.Split(string(text), "\n") {
		key, _, ok := strings.Cut(line, "=")
		if key = strings.Trim(strings.TrimSpace(key), `"'`); ok && s.line[key] == 0 {
			s.line[key] = i + 1
		}
		if name := strings.TrimSpace(line); strings.HasPrefix(name, "[") && s.line[strings.Trim(name, "[] ")] == 0 {
			s.line[strings.Trim(name, "[] ")] = i + 1
		}
	}
	meta, err := toml.Decode(strings.TrimPrefix(string(text), "\ufeff"), s)
	var syntax toml.ParseError
	switch {
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("line %d: %s", syntax.Position.Line, strings.Join(strings.Fields(syntax.Message), " "))
	case err != nil:
		return nil, errors.New(strings.Join(strings.Fields(err.Error()), " "))
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("%s is not a setting that is known here: mend it or take it out, so that nothing asked for is passed over in silence", s.where(unknown[0][len(unknown[0])-1], unknown[0].String()))
	}
	if s.CheckSameAddress && len(s.AddressColumns) == 0 {
		return nil, fmt.Errorf("%s is true but check_same_address_columns names no column", s.where("check_same_address", "check_same_address"))
	}
	return s, nil
}

// where is "line 7: name".
func (s *sortitionSettings) where(key, name string) string {
	if n := s.line[key]; n > 0 {
		return "line " + strconv.Itoa(n) + ": " + name
	}
	return name
}

// apply sets what the flags left open and says what has no meaning here.
func (s *sortitionSettings) apply(d *drawing, f *pflag.FlagSet) error {
	if s.IDColumn != "" && !f.Changed("id") {
		d.id = s.IDColumn
	}
	if s.CheckSameAddress && !f.Changed("household") {
		d.household = strings.Join(s.AddressColumns, ",")
		if !f.Changed("household-match") {
			d.match = "exact"
		}
	}
	if s.ColumnsToKeep != nil && s.IDColumn != "" {
		d.keep = slices.Concat(s.ColumnsToKeep, []string{s.IDColumn}, s.AddressColumns)
	}
	if s.RandomNumberSeed != 0 && d.ceremony.seed == "" && d.ceremony.beacon == "" && d.ceremony.beaconFile == "" && !d.ceremony.only {
		d.ceremony.seed = strconv.FormatInt(s.RandomNumberSeed, 10)
	}
	if f.Changed("objective") {
		return nil
	}
	why := ""
	switch s.SelectionAlgorithm {
	case "":
	case "maximin", "nash", "leximin":
		d.objective = s.SelectionAlgorithm
	case "legacy":
		why = "legacy picks people one by one and starts again when a quota fails, so that nobody knows their chance and many have hardly any: give --objective leximin, which makes the lowest chance as high as possible, or auto"
	case "diversimax":
		why = "diversimax looks for the one panel with the most even mixtures, which is no lottery: nobody has a chance that could be published. Give --objective auto, and quotas on crossed features (such as age × gender) where mixtures matter"
	default:
		why = fmt.Sprintf("%q is not known: maximin, nash and leximin are", s.SelectionAlgorithm)
	}
	if why != "" {
		return fmt.Errorf("%s: %s", s.where("selection_algorithm", "selection_algorithm"), why)
	}
	return nil
}

// unused tells which settings have no meaning here, and why.
func (s *sortitionSettings) unused() []string {
	var out []string
	if s.MaxAttempts != 0 {
		out = append(out, "max_attempts is not needed: a draw does not try until it succeeds, it meets every quota or says why none can")
	}
	if s.SolverBackend != "" {
		out = append(out, "solver_backend is not needed: chances come from a method of its own, proofs from HiGHS, which is part of the program")
	}
	return out
}
