package load

import (
	"math"
	"testing"
	"time"
)

func TestQuantiles(t *testing.T) {
	var h histogram
	if got := h.times(); got != (Times{}) {
		t.Errorf("of nothing: %+v", got)
	}
	for i := 1; i <= 1000; i++ {
		h.add(time.Duration(i) * time.Millisecond)
	}
	got := h.times()
	for _, c := range []struct {
		name      string
		got, want float64
	}{{"p50", got.P50, 500}, {"p99", got.P99, 990}, {"max", got.Max, 1000}} {
		if math.Abs(c.got-c.want) > 0.021*c.want {
			t.Errorf("%s is %v, want %v within 2 %%", c.name, c.got, c.want)
		}
	}
	h.add(-time.Second) // a clock that stepped back
	h.add(100 * time.Hour)
	if got := h.times(); got.Max != 3.6e8 {
		t.Errorf("max is %v ms", got.Max)
	}
}
