package export

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"testing"

	"veche/server/tally"
)

// divided is a count of two camps, of 40 and 20, on ten items, the first two of
// which all agree with.
func divided(t *testing.T) (Ranking, *tally.Ranking) {
	t.Helper()
	in := tally.Input{Ballots: 60, Given: make([]int32, 60), Seed: "s", Resamples: 20}
	for j := range 10 {
		in.Items = append(in.Items, tally.Item{ID: uint32(j + 1)})
		for b := range 60 {
			v := tally.Agree
			if j >= 2 && (j%2 == 0) == (b < 40) {
				v = tally.Disagree
			}
			in.Given[b] = int32(b / 40)
			if j < 2 && b%9 == j {
				v = tally.Pass
			}
			in.Votes.Append(uint32(b), uint32(j+1), v)
		}
	}
	count, err := tally.Rank(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	r := Ranking{Ballots: 60}
	for _, g := range count.Groups {
		r.Groups = append(r.Groups, Group{g.Number, g.Size})
	}
	for _, row := range count.Rows {
		r.Rows = append(r.Rows, Row{Item: strconv.Itoa(int(row.Item)), Agree: row.Agree, Disagree: row.Disagree, Pass: row.Pass, Seen: row.Seen, RankSupport: row.RankSupport, RankConsensus: row.RankConsensus, RankBridging: row.RankBridging})
	}
	return r, count
}

func TestOfficialRankGoesByTheRule(t *testing.T) {
	r, count := divided(t)
	for order, want := range map[string]func(*Row) int{
		"": func(x *Row) int { return x.RankSupport }, "support": func(x *Row) int { return x.RankSupport },
		"consensus": func(x *Row) int { return x.RankConsensus }, "bridging": func(x *Row) int { return x.RankBridging },
	} {
		r.Order = order
		r.Derive(count)
		for i := range r.Rows {
			if x := &r.Rows[i]; x.Rank != want(x) {
				t.Errorf("by %q item %s has the place %d, want %d", order, x.Item, x.Rank, want(x))
			}
		}
		var b bytes.Buffer
		if err := RankingCSV(&b, r); err != nil {
			t.Fatal(err)
		}
		if line := strings.Split(b.String(), "\r\n")[1]; !strings.HasPrefix(line, "1,") {
			t.Errorf("by %q the file begins with %s", order, line)
		}
	}
}

func TestDeriveFillsInTheRest(t *testing.T) {
	r, count := divided(t)
	r.Derive(count)
	first := r.Rows[0]
	if first.AgreeOfDecided != 1 || first.AgreeOfAll != float64(first.Agree)/60 {
		t.Errorf("shares of item 1: %+v", first)
	}
	if first.RankDistinct < 1 || first.RankProportional > 2 {
		t.Errorf("item 1, which all agree with, has the places %d and %d", first.RankDistinct, first.RankProportional)
	}
	marked := map[int]int{}
	for _, m := range r.Marks {
		marked[m.Group]++
		if m.Share <= m.Others {
			t.Errorf("a mark of group %d that others say as often: %+v", m.Group, m)
		}
		if m.Item == "1" || m.Item == "2" {
			t.Errorf("group %d is marked by what all agree with", m.Group)
		}
	}
	if marked[0] != 5 || marked[1] != 5 {
		t.Errorf("marks by group: %v", marked)
	}
}

// A ranking by a rule that replaced another says so, with the reason, in each
// file that has words.
func TestFilesTellOfTheRuleBefore(t *testing.T) {
	r, count := divided(t)
	r.Order, r.Before = "consensus", []Before{{Order: "support", Time: 1_760_000_000_000, Reason: "<The council> asked for it."}}
	r.Derive(count)
	var page, object bytes.Buffer
	if err := RankingReport(&page, r); err != nil {
		t.Fatal(err)
	}
	if err := RankingJSON(&object, r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Until 2025-10-09 the official order was by support", "&lt;The council&gt; asked for it."} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the report does not say %q", want)
		}
	}
	if !strings.Contains(object.String(), "<The council> asked for it.") {
		t.Error("the JSON does not give the reason")
	}
}
