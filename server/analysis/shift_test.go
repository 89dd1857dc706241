package analysis

import (
	"fmt"
	"reflect"
	"testing"
)

func TestShiftOf(t *testing.T) {
	// From a: 20 stay, 6 to b; from b: 5 to a, 12 stay; and 3 who answer once.
	first := pollOf(t, 1, nil, nil, repeat(26, 1, 17, 2, 3, 1))
	second := pollOf(t, 1, nil, nil, repeat(20, 1, 6, 2, 5, 1, 12, 2, 3, 0))
	s := ShiftOf(first, second)
	if s.Both != 43 || !reflect.DeepEqual(s.Table, [][]int{{20, 6, 0}, {5, 12, 0}, {0, 0, 0}}) {
		t.Errorf("%d answered twice: %v", s.Both, s.Table)
	}
	a, c := s.Options[0], s.Options[2]
	if got := fmt.Sprintf("%d %d %.4f %.4f %.4f %.4f", a.Before, a.After, a.Net, *a.Low, *a.High, *a.P); got != "26 25 -0.0233 -0.1791 0.1347 1.0000" {
		t.Errorf("the first option moved %s", got)
	}
	if c.Before != 0 || c.Low != nil || c.P != nil {
		t.Errorf("nobody moved to the last option: %+v", c)
	}
	if ShiftOf(pollOf(t, 1, nil, nil, repeat(4, 1)), pollOf(t, 1, nil, nil, repeat(4, 1))) != nil {
		t.Error("four who answered twice are told")
	}
}

// What moved in small numbers is not told, neither in the table nor by what is
// worked out of it.
func TestSmallShiftsStayUntold(t *testing.T) {
	s := ShiftOf(pollOf(t, 1, nil, nil, repeat(30, 1, 30, 2)), pollOf(t, 1, nil, nil, repeat(28, 1, 2, 2, 7, 1, 23, 2)))
	if s.Table[0][1] != -1 || s.Table[0][0] != -1 || s.Options[0].Low != nil || s.Options[0].Before != 30 || s.Options[0].After != 35 {
		t.Errorf("%v, %+v", s.Table, s.Options[0])
	}
	several := ShiftOf(pollOf(t, 2, nil, nil, repeat(20, 3, 20, 1)), pollOf(t, 2, nil, nil, repeat(12, 1, 8, 3, 13, 1, 7, 3)))
	if several.Table != nil || several.Options[1].Before != 20 || several.Options[1].After != 15 || several.Options[1].P == nil {
		t.Errorf("several choices: %+v", several)
	}
}

func TestShiftByStratum(t *testing.T) {
	names, of := []string{"north", "south"}, repeat(60, 1, 60, 2)
	// Each stratum: 25 stay with a, 10 go to b, 15 stay with b, 5 and 5 answer once.
	said := repeat(35, 1, 15, 2, 5, 1, 5, 2, 35, 1, 15, 2, 5, 1, 5, 2)
	now := repeat(25, 1, 10, 2, 15, 2, 10, 0, 25, 1, 10, 2, 15, 2, 10, 0)
	s := ShiftOf(pollOf(t, 1, names, of, said), pollOf(t, 1, names, of, now))
	for _, x := range s.Strata {
		if !reflect.DeepEqual(x.Before[:2], []int{35, 15}) || !reflect.DeepEqual(x.After[:2], []int{25, 25}) {
			t.Errorf("%+v", x)
		}
	}
	said[len(said)-1] = 1 // in one stratum four who answered once say b: too few
	s = ShiftOf(pollOf(t, 1, names, of, said), pollOf(t, 1, names, of, now))
	for _, x := range s.Strata {
		if x.Before[0] != -1 || x.Before[1] != -1 || x.After[0] != 25 {
			t.Errorf("what so few said can be worked out: %+v", x)
		}
	}
}
