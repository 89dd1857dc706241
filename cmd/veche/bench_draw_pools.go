package main

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"veche/selection/sample"
)

// drawArm is one pool to draw from, and what the draw must reach.
type drawArm struct {
	name            string
	people, quotas  string // files
	size            int
	household, goal string
	want            drawWant
}

// drawWant are bounds, 0 where there is none.
type drawWant struct{ lowest, gini, share, cpu, mib float64 }

// instanceWants are what the published and made instances must reach.
var instanceWants = map[string]drawWant{
	"example_small_20":  {lowest: .0999, cpu: .5},
	"example_large_200": {lowest: .0999, cpu: .5},
	"sf_fixture_22":     {lowest: .0908, gini: .1405, cpu: 1.5},
	"like_hd_30":        {lowest: .0240, cpu: 4},
	"like_obf_30":       {lowest: .0344, cpu: 10},
	"sf_e_synth_110":    {lowest: .1816, cpu: 20},
}

// drawPools are the pools of veche bench draw.
type drawPools struct {
	instances, registers, only string
	people, seats              int
	dir                        string
	progress                   io.Writer
}

type madePool struct {
	town sample.Town
	want drawWant
}

// arms writes the made pools and finds the others.
func (p *drawPools) arms() ([]drawArm, error) {
	seven := []int{2, 4, 7, 3, 2, 2, 3}
	towns := []madePool{
		{sample.Town{People: 400, Seats: 30, Values: []int{2, 4, 5, 3, 6, 4, 3}, Tolerance: .05, Homes: 2, Skew: .6, Seed: 2}, drawWant{cpu: 12}},
		{sample.Town{People: 360, Seats: 30, Values: []int{2, 4, 5, 3, 3, 4, 3}, Exact: true, Skew: .5, Seed: 6}, drawWant{share: .999, cpu: 12}},
		{sample.Town{People: 1727, Seats: 110, Values: seven, Tolerance: .05, Skew: .9, Seed: 4}, drawWant{share: .999, cpu: 200}},
		{sample.Town{People: 1727, Seats: 110, Values: seven, Tolerance: .05, Homes: 2, Skew: .9, Seed: 4}, drawWant{cpu: 200}},
		{sample.Town{People: 5000, Seats: 250, Values: []int{2, 6, 7, 4, 4, 3, 3}, Tolerance: .05, Skew: .9, Seed: 4}, drawWant{cpu: 200}},
		{sample.Town{People: 12_000, Seats: 100, Values: []int{2, 6, 20, 4, 3, 3, 4, 3}, Tolerance: .02, Homes: 2, Skew: .9, Seed: 3}, drawWant{cpu: 15}},
	}
	if p.people > 0 {
		loose := sample.City(p.people, p.seats)
		exact := loose
		exact.Exact = true
		want := drawWant{cpu: 10, mib: 300}
		if p.people > 1_200_000 {
			want = drawWant{cpu: 80, mib: 2048}
		}
		towns = append(towns, madePool{loose, want}, madePool{exact, want})
	}
	var arms []drawArm
	for i, one := range towns {
		arm, err := p.town(i, one)
		if err != nil {
			return nil, err
		}
		if arm != nil {
			arms = append(arms, *arm)
		}
	}
	for _, find := range []func() ([]drawArm, error){p.folders, p.lists} {
		found, err := find()
		if err != nil {
			return nil, err
		}
		arms = append(arms, found...)
	}
	return arms, nil
}

// wanted tells whether a pool is to be drawn from.
func (p *drawPools) wanted(name string) bool { return strings.Contains(name, p.only) }

// town writes a made pool; nil where it is not wanted.
func (p *drawPools) town(number int, one madePool) (*drawArm, error) {
	town := one.town
	arm := &drawArm{
		size: town.Seats, goal: "auto", want: one.want,
		name:   fmt.Sprintf("%d people, %d seats", town.People, town.Seats),
		people: filepath.Join(p.dir, fmt.Sprintf("people%d.csv", number)), quotas: filepath.Join(p.dir, fmt.Sprintf("quotas%d.csv", number)),
	}
	if town.Exact {
		arm.name += ", min = max"
	}
	if town.Homes > 0 {
		arm.household = "household"
		arm.name += ", households"
	}
	if !p.wanted(arm.name) {
		return nil, nil
	}
	fmt.Fprintf(p.progress, "making %s\n", arm.name)
	made := sample.New(town)
	if err := writeWhole(arm.people, made.WriteCSV); err != nil {
		return nil, err
	}
	return arm, writeWhole(arm.quotas, made.WriteQuotas)
}

// folders are the instances with their quotas.
func (p *drawPools) folders() (arms []drawArm, err error) {
	if p.instances == "" {
		return nil, nil
	}
	folders, err := os.ReadDir(p.instances)
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		name := folder.Name()
		size, err := strconv.Atoi(name[strings.LastIndex(name, "_")+1:])
		if err != nil || !folder.IsDir() || !p.wanted(name) {
			continue
		}
		arms = append(arms, drawArm{
			name: name, size: size, goal: "auto", want: instanceWants[name],
			people: filepath.Join(p.instances, name, "respondents.csv"), quotas: filepath.Join(p.instances, name, "categories.csv"),
		})
	}
	return arms, nil
}

// registerSeats is the panel drawn from a register's respondents.
const registerSeats = 60

// lists are files of 2,000 people without quotas.
func (p *drawPools) lists() (arms []drawArm, err error) {
	if p.registers == "" {
		return nil, nil
	}
	files, err := filepath.Glob(filepath.Join(p.registers, "*-n2000-*.csv"))
	if err != nil {
		return nil, err
	}
	for _, people := range files {
		name := strings.TrimSuffix(filepath.Base(people), ".csv")
		if !p.wanted(name) {
			continue
		}
		quotas := filepath.Join(p.dir, name+"-quotas.csv")
		if err := open(people, func(r io.Reader) error {
			return writeWhole(quotas, func(w io.Writer) error { return shareQuotas(r, w, registerSeats) })
		}); err != nil {
			return nil, err
		}
		arms = append(arms, drawArm{name: name, size: registerSeats, goal: "auto", people: people, quotas: quotas, want: drawWant{share: .999, cpu: 20}})
	}
	return arms, nil
}

// shareQuotas writes quotas for people without any: the share of each value of
// each column but the first, in seats, rounded down and up. In the column gender
// the pools hold ten times the people beyond female and male that live in the
// towns; as in the quotas that came with the smaller pools they get one seat in
// twenty at most, the others 8 to 12.
func shareQuotas(r io.Reader, w io.Writer, seats int) error {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "feature,value,min,max")
	for c, column := range rows[0][1:] {
		count := map[string]int{}
		for _, row := range rows[1:] {
			count[row[c+1]]++
		}
		var values []string
		for v := range count {
			values = append(values, v)
		}
		slices.Sort(values)
		for _, v := range values {
			share := float64(count[v]) / float64(len(rows)-1) * float64(seats)
			least, most := int(share), int(math.Ceil(share))
			if column == "gender" {
				least, most = 8*seats/20, 12*seats/20
				if v != "female" && v != "male" {
					least, most = 0, seats/20
				}
			}
			fmt.Fprintf(b, "%s,%s,%d,%d\n", column, v, least, most)
		}
	}
	return b.Flush()
}
