// Package sample makes pools and quotas for tests and benchmarks of draws: a
// census with dependent features, applicants who select themselves unevenly,
// quotas near the census. Everything follows from a seed. It must never be used
// for a real draw, and holds no data of real people.
package sample

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"

	"veche/selection"
)

// Town describes a pool to make.
type Town struct {
	People    int
	Seats     int
	Values    []int   // values of each feature
	Tolerance float64 // quotas are the census share ± this part of the seats
	Exact     bool    // quotas with min = max, the sums of each feature being Seats
	Homes     int     // people a household on average; 0 for none
	Skew      float64 // how unevenly people apply: 0 like the census, 1 strongly
	Seed      uint64
}

// City is the town of the large benchmark: 8 features with 45 values.
func City(people, seats int) Town {
	return Town{People: people, Seats: seats, Values: []int{2, 6, 20, 4, 3, 3, 4, 3}, Tolerance: .005, Homes: 2, Skew: .5, Seed: 1}
}

// Sample is a made pool, row by row.
type Sample struct {
	town   Town
	Quotas selection.Quotas
	census [][]float64
	apply  [][]float64
}

// New works out the census and the quotas of a town.
func New(t Town) *Sample {
	s := &Sample{town: t}
	r := rand.New(rand.NewPCG(t.Seed, 7))
	for f, n := range t.Values {
		share, sum := make([]float64, n), 0.0
		for v := range share {
			share[v] = .35 + r.Float64()
			sum += share[v]
		}
		bias := make([]float64, n)
		for v := range share {
			share[v] /= sum
			bias[v] = 1 + t.Skew*(2*r.Float64()-1)*1.2
			bias[v] = max(bias[v], .15)
		}
		s.census = append(s.census, share)
		s.apply = append(s.apply, bias)
		left := t.Seats
		for v := range share {
			target := share[v] * float64(t.Seats)
			name := selection.Quota{Feature: Feature(f), Value: Value(f, v)}
			if t.Exact {
				name.Min = int(target)
				if v == n-1 {
					name.Min = left
				}
				name.Max = name.Min
				left -= name.Min
			} else {
				width := max(1, t.Tolerance*float64(t.Seats))
				name.Min, name.Max = max(0, int(target-width)), int(target+width)+1
			}
			s.Quotas = append(s.Quotas, name)
		}
	}
	return s
}

// Feature names feature f.
func Feature(f int) string { return fmt.Sprintf("f%d", f+1) }

// Value names value v of feature f.
func Value(f, v int) string { return fmt.Sprintf("f%d-v%02d", f+1, v+1) }

// Each calls do for every person in turn; the person's values are reused.
func (s *Sample) Each(do func(selection.Person) error) error {
	t := s.town
	r := rand.New(rand.NewPCG(t.Seed, 11))
	p := selection.Person{Values: make([]uint16, len(t.Values))}
	for i := range t.People {
		for {
			keep := 1.0
			lean := r.Float64() // a latent class that ties the features together
			for f, share := range s.census {
				u := r.Float64()
				if f > 0 && r.Float64() < .25 {
					u = lean
				}
				v := 0
				for ; v < len(share)-1 && u > share[v]; v++ {
					u -= share[v]
				}
				p.Values[f] = uint16(v)
				keep *= min(1, s.apply[f][v]/1.6)
			}
			if r.Float64() < keep*40 {
				break
			}
		}
		p.ID = "p" + strconv.Itoa(10_000_000+i)
		p.Household = ""
		if t.Homes > 0 {
			p.Household = "h" + strconv.Itoa(r.IntN(t.People/t.Homes+1))
		}
		if err := do(p); err != nil {
			return err
		}
	}
	return nil
}

// Pool makes the pool in memory.
func (s *Sample) Pool() (*selection.Pool, error) {
	pool, err := selection.NewPool(s.Quotas.Features())
	if err != nil {
		return nil, err
	}
	return pool, s.Each(pool.Add)
}

// WriteCSV writes the pool as people.csv with a household column.
func (s *Sample) WriteCSV(w io.Writer) error {
	line := []byte("id")
	for f := range s.town.Values {
		line = append(append(line, ','), Feature(f)...)
	}
	if _, err := w.Write(append(line, ",household\n"...)); err != nil {
		return err
	}
	features := s.Quotas.Features()
	return s.Each(func(p selection.Person) error {
		line = append(line[:0], p.ID...)
		for f, v := range p.Values {
			line = append(append(line, ','), features[f].Values[v]...)
		}
		line = append(append(append(line, ','), p.Household...), '\n')
		_, err := w.Write(line)
		return err
	})
}

// WriteQuotas writes the quotas as quotas.csv.
func (s *Sample) WriteQuotas(w io.Writer) error {
	if _, err := io.WriteString(w, "feature,value,min,max\n"); err != nil {
		return err
	}
	for _, q := range s.Quotas {
		if _, err := fmt.Fprintf(w, "%s,%s,%d,%d\n", q.Feature, q.Value, q.Min, q.Max); err != nil {
			return err
		}
	}
	return nil
}
