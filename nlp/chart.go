package nlp

import (
	"math"
	"slices"
)

const (
	chartFilled = 0.3  // share of the chart that circles cover
	chartGap    = 0.02 // between two circles
	chartRounds = 300
)

// ChartCluster is a cluster of a chart: where it lies by what it says
// (ClusterInfo.Map), and how many ideas it has.
type ChartCluster struct {
	ID   int
	At   [2]float64
	Size int
}

// ChartIdea is an idea of a chart, as its Assignment has it.
type ChartIdea struct {
	ID            string
	Cluster, Near int
	Margin        float64
}

// Circle is where a cluster is drawn. The chart reaches from −1 to 1 both ways.
type Circle struct{ X, Y, Radius float64 }

// Chart draws clusters as circles whose areas tell their sizes, moved apart until
// none covers another, and ideas as points in them: the clearest in the middle,
// the doubtful at the rim, on the side of the cluster that they are nearly as
// close to. Points of ideas in no cluster lie at NaN. Where clusters lie and how
// ideas compare is the same after a warm run, so the picture is nearly too.
// O(clusters² · rounds + ideas · log ideas).
func Chart(clusters []ChartCluster, ideas []ChartIdea) (circles []Circle, points [][2]float64) {
	circles = make([]Circle, len(clusters))
	at := make(map[int]int, len(clusters))
	total := 0
	for _, c := range clusters {
		total += c.Size
	}
	for i, c := range clusters {
		at[c.ID] = i
		circles[i] = Circle{c.At[0], c.At[1], math.Sqrt(chartFilled * 4 / math.Pi * float64(c.Size) / float64(max(1, total)))}
	}
	moveApart(circles)
	points = make([][2]float64, len(ideas))
	of := make([][]int, len(clusters))
	for i, x := range ideas {
		points[i] = [2]float64{math.NaN(), math.NaN()}
		if c, ok := at[x.Cluster]; ok {
			of[c] = append(of[c], i)
		}
	}
	for c, list := range of {
		slices.SortStableFunc(list, func(a, b int) int {
			switch {
			case ideas[a].Margin != ideas[b].Margin:
				return -1 + 2*indicator(ideas[a].Margin < ideas[b].Margin)
			case ideas[a].ID < ideas[b].ID:
				return -1
			}
			return indicator(ideas[a].ID > ideas[b].ID)
		})
		for rank, i := range list {
			far := math.Sqrt((float64(rank) + 0.5) / float64(len(list))) // even over the circle
			way := direction(textSeed(ideas[i].ID))
			if n, ok := at[ideas[i].Near]; ok && n != c {
				x, y := unitPair(circles[n].X-circles[c].X, circles[n].Y-circles[c].Y)
				sure := 0.3 + float64(0.6*far)
				way[0], way[1] = unitPair(float64(sure*x)+float64((1-sure)*way[0]), float64(sure*y)+float64((1-sure)*way[1]))
			}
			r := 0.92 * circles[c].Radius * far
			points[i] = [2]float64{circles[c].X + float64(r*way[0]), circles[c].Y + float64(r*way[1])}
		}
	}
	return circles, points
}

func indicator(is bool) int {
	if is {
		return 1
	}
	return 0
}

// textSeed is a number that a text always has.
func textSeed(text string) uint64 {
	r := random{1}
	for _, b := range []byte(text) {
		r.state = r.next() ^ uint64(b)
	}
	return r.next()
}

// direction is a way of length 1 that a number always has.
func direction(seed uint64) [2]float64 {
	for r := (random{seed}); ; {
		x, y := float64(2*float64(r.unitFloat()))-1, float64(2*float64(r.unitFloat()))-1
		if n := length(x, y); n > 0.1 && n <= 1 {
			return [2]float64{x / n, y / n}
		}
	}
}

func length(x, y float64) float64 { return math.Sqrt(float64(x*x) + float64(y*y)) }

// unitPair is a way made one long; it points along the first axis where it was none.
func unitPair(x, y float64) (float64, float64) {
	n := length(x, y)
	if n < 1e-9 {
		return 1, 0
	}
	return x / n, y / n
}

// moveApart pushes circles that cover each other apart and keeps them on the
// chart, in the order given.
func moveApart(list []Circle) {
	keep := func() {
		for i := range list {
			c := &list[i]
			room := max(0, 1-c.Radius)
			c.X, c.Y = clamp(c.X, -room, room), clamp(c.Y, -room, room)
		}
	}
	keep()
	for range chartRounds {
		moved := false
		for i := range list {
			for j := range i {
				a, b := &list[j], &list[i]
				x, y := b.X-a.X, b.Y-a.Y
				away, want := length(x, y), a.Radius+b.Radius+chartGap
				if away >= want {
					continue
				}
				push := (want - away) / 2
				if x, y = unitPair(x, y); away < 1e-9 { // on one spot: any way will do, but always the same
					w := direction(uint64(i))
					x, y = w[0], w[1]
				}
				a.X, a.Y = a.X-float64(push*x), a.Y-float64(push*y)
				b.X, b.Y = b.X+float64(push*x), b.Y+float64(push*y)
				moved = true
			}
		}
		if keep(); !moved {
			return
		}
	}
}

// anchors are places that clusters' numbers have for good. A map without an
// earlier one is turned towards them, so that two maps of nearly the same
// clusters lie the same way up even where nothing of the first was kept.
func anchors(ids []int) []MapPlace {
	list := make([]MapPlace, len(ids))
	for i, id := range ids {
		list[i] = MapPlace{id, direction(uint64(id))}
	}
	return list
}
