package selection

import (
	"math"
	"strconv"
)

// The picture of everyone's chance: its size in units of the view box.
const (
	chartLeft, chartTop, chartRight, chartBottom = 64.0, 12.0, 16.0, 52.0
	chartWidth, chartHeight                      = 640.0, 240.0 // of the plot itself
)

// pageChart is the sorted curve of chances with its axes.
type pageChart struct {
	Line, Area  string
	Label       string
	X, Y        []chartTick
	Mean, Bound string // heights; Bound is empty where it would lie on the lowest chance
}

type chartTick struct{ At, Text string }

func coordinate(x float64) string { return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) }

// chart draws the chances of a proof's types, nil where there is nothing to see.
func (v *pageView) chart() *pageChart {
	if v.Proof == nil || v.Report.MaxProbability <= 0 {
		return nil
	}
	w, types := v.w, v.Proof.steps()
	people := 0
	for _, t := range types {
		people += t.People
	}
	if people == 0 {
		return nil
	}
	step, power := niceStep(max(v.Report.MaxProbability, v.mean()) / 4)
	top := float64(step * math.Ceil(max(v.Report.MaxProbability, v.mean())/step-1e-9))
	height := func(p float64) float64 { return chartTop + float64(chartHeight*(1-p/top)) }
	at := func(n int) float64 { return chartLeft + float64(chartWidth*float64(n))/float64(people) }
	c := &pageChart{Mean: coordinate(height(v.mean())), Label: w.say("chart_label", w.percent(v.Report.MinProbability), w.percent(v.Report.MaxProbability), w.percent(v.quantile(0.5)))}
	var line []byte
	put := func(x, y float64) {
		line = append(line, coordinate(x)+","+coordinate(y)+" "...)
	}
	n, lastX, lastY := 0, math.Inf(-1), math.Inf(1)
	for i, t := range types { // by chance
		y := height(float64(t.Chance) / ChanceUnit)
		// What cannot be told apart on paper is left out.
		if i == 0 || i == len(types)-1 || lastY-y >= 0.5 || at(n+t.People)-lastX >= 2 {
			put(at(n), y)
			put(at(n+t.People), y)
			lastX, lastY = at(n+t.People), y
		}
		n += t.People
	}
	c.Line = string(line)
	c.Area = coordinate(chartLeft) + "," + coordinate(chartTop+chartHeight) + " " + c.Line + coordinate(chartLeft+chartWidth) + "," + coordinate(chartTop+chartHeight)
	if bound := v.Report.UpperBoundMinProbability; v.Report.WithoutChance == 0 && v.Report.MinByWeight == 0 && bound < top && bound-v.Report.MinProbability > top/100 {
		c.Bound = coordinate(height(bound))
	}
	for k := 0.0; k <= top/step+1e-9; k++ {
		c.Y = append(c.Y, chartTick{coordinate(height(float64(k * step))), w.decimal(float64(100*k)*step, max(0, -power-2)) + "\u00a0%"})
	}
	each, _ := niceStep(float64(people) / 4)
	each = max(1, each)
	for k := 0.0; float64(k*each) <= float64(people); k++ {
		c.X = append(c.X, chartTick{coordinate(at(int(k * each))), w.number(int(k * each))})
	}
	return c
}

// niceStep is 1, 2 or 5 times a power of ten, at least x > 0, and the power.
func niceStep(x float64) (step float64, power int) {
	for power = -9; power < 12; power++ {
		for _, m := range []float64{1, 2, 5} {
			if step = m * math.Pow10(power); step >= x*(1-1e-9) {
				return step, power
			}
		}
	}
	return step, power
}

// quantile is the chance that the given share of people do not exceed.
func (v *pageView) quantile(share float64) float64 {
	people := 0
	for _, t := range v.Proof.steps() {
		people += t.People
	}
	n := 0
	for _, t := range v.Proof.steps() {
		if n += t.People; float64(n) >= share*float64(people) {
			return float64(t.Chance) / ChanceUnit
		}
	}
	return v.Report.MaxProbability
}

// quantiles are the curve in numbers: for those who cannot see it.
func (v *pageView) quantiles() [][3]string {
	if v.Proof == nil || v.Report.MaxProbability-v.Report.MinProbability < 1e-9 {
		return nil
	}
	var out [][3]string
	add := func(name string, p float64) {
		out = append(out, [3]string{v.w.say(name), v.w.percent(p), v.w.odds(p)})
	}
	add("quantile_low", v.Report.MinProbability)
	for _, q := range []struct {
		name  string
		share float64
	}{{"quantile_tenth", .1}, {"quantile_quarter", .25}, {"quantile_half", .5}, {"quantile_three", .75}, {"quantile_nine", .9}} {
		add(q.name, v.quantile(q.share))
	}
	add("quantile_high", v.Report.MaxProbability)
	return out
}
