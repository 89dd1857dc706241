package play

import (
	"context"
	"slices"
	"sync/atomic"

	"veche/server/analysis"
	"veche/server/api"
	"veche/server/demo"
	"veche/server/journal"
	"veche/server/topic"
)

const ideasPerCluster = 12

// curate groups the ideas and does what a moderator would: two clusters that
// say the same become one, one gets a better name, the off-topic ideas are
// hidden; then the list of rating items is frozen.
func (p *Player) curate(ctx context.Context, _ *demo.Topic) error {
	task := p.task(ctx, topic.RoleModerator, "clustering")
	task.Clusters = min(max(len(p.ideas)/ideasPerCluster, 6), 48) // as fine as a panel can still rate
	if _, err := p.Jobs.Cluster(ctx, task); err != nil {
		return err
	}
	s, err := p.state(ctx)
	if err != nil {
		return err
	}
	run, err := p.Jobs.Clusters(ctx, s.Board.Result)
	if err != nil {
		return err
	}
	clusters := analysis.Overlay(s, run)
	if len(clusters) >= 4 {
		a, b := p.closest(clusters)
		if err := p.moderate(ctx, "They ask for the same.", func(why topic.Digest) topic.Command {
			return topic.MergeClusters{Into: a, From: []uint32{b}, Reason: why}
		}); err != nil {
			return err
		}
	}
	var off []uint32
	for i, idea := range p.ideas {
		if idea.Theme == demo.OffTopic {
			off = append(off, uint32(i+1))
		}
	}
	if len(off) > 0 {
		if err := p.moderate(ctx, "Off topic: this is not the city's to decide.", func(why topic.Digest) topic.Command {
			return topic.ShowIdeas{Ideas: off, Shown: false, Reason: why}
		}); err != nil {
			return err
		}
	}
	if s, err = p.state(ctx); err != nil {
		return err
	}
	items := api.DefaultItems(s, run)
	if err := p.plan(ctx, topic.FreezeItems{Items: items}); err != nil {
		return err
	}
	if s, err = p.state(ctx); err != nil {
		return err
	}
	rule := s.DefaultRule()
	if len(p.Members) > 0 && p.Plan.Panel > 0 { // turnout is watched by age
		rule.Strata, rule.Quorum = []string{s.Settings.Form.Features[1].Name}, 75
		rule.Open, rule.Pairs = true, min(10, uint32(len(items)/2))
	}
	if err := p.plan(ctx, topic.SetRule{RuleSet: topic.RuleSet{Rule: rule}}); err != nil {
		return err
	}
	p.Progress("%s: %d clusters, %d rating items", p.ID, len(clusters), len(items))
	return nil
}

// closest answers the two clusters that share the most themes' ideas: what a
// moderator who reads them would merge.
func (p *Player) closest(clusters []analysis.LiveCluster) (into, from uint32) {
	themes := make([]map[string]int, len(clusters))
	for i, c := range clusters {
		themes[i] = map[string]int{}
		for _, n := range c.Ideas {
			themes[i][p.ideas[n-1].Theme]++
		}
	}
	best := -1.0
	for i := range clusters {
		for j := range i {
			common := 0
			for theme, n := range themes[i] {
				common += min(n, themes[j][theme])
			}
			score := float64(common) / float64(max(1, min(len(clusters[i].Ideas), len(clusters[j].Ideas))))
			if score > best {
				best, into, from = score, clusters[j].Cluster, clusters[i].Cluster
			}
		}
	}
	return into, from
}

func (p *Player) moderate(ctx context.Context, reason string, cmd func(why topic.Digest) topic.Command) error {
	t := journal.NewText(reason)
	return p.staff(ctx, topic.RoleModerator, cmd(t.Digest()), t)
}

// rate issues the ballots and has participants vote.
func (p *Player) rate(ctx context.Context, _ *demo.Topic) error {
	if err := api.IssueBallots(ctx, p.Journal, p.Vault, p.ID); err != nil {
		return err
	}
	s, err := p.state(ctx)
	if err != nil {
		return err
	}
	ideas := make([]demo.Idea, len(s.Items))
	for i, item := range s.Items {
		ideas[i] = p.ideas[item.Idea-1]
	}
	var voters, others []int
	for i, m := range p.Members {
		if s.BallotOf(m.Ballot) != 0 {
			voters = append(voters, i)
		} else {
			others = append(others, i)
		}
	}
	items := demo.Items(p.seed("quality"), ideas)
	says := wordsOf(demo.Opinions(p.seed("votes"), len(voters), items), len(voters))
	var cast atomic.Int64
	err = each(len(voters), func(i int) error {
		most := len(s.Items)
		if p.Plan.Until == topic.StageRating { // it is still open: some have not begun, the others stopped for today
			most = most * (i % 4) / 8
		}
		n, err := p.answer(ctx, p.Members[voters[i]].Ballot, says[i], most)
		cast.Add(int64(n))
		return err
	})
	p.Progress("%s: %d people cast %d votes", p.ID, len(voters), cast.Load())
	if err == nil {
		err = p.comparePairs(ctx, voters, says, items)
	}
	if err != nil || !s.OpenRating() {
		return err
	}
	return p.rateOpenly(ctx, others[:min(len(others), 2*len(voters))], items)
}

// wordsOf are the answers of each of so many voters, by item.
func wordsOf(votes demo.Votes, voters int) []map[uint32]topic.VoteValue {
	says := make([]map[uint32]topic.VoteValue, voters)
	value := map[int8]topic.VoteValue{demo.Agree: topic.Agree, demo.Disagree: topic.Disagree, demo.Pass: topic.Pass}
	for i, voter := range votes.Ballot {
		if says[voter] == nil {
			says[voter] = map[uint32]topic.VoteValue{}
		}
		says[voter][uint32(votes.Item[i])+1] = value[votes.Value[i]]
	}
	return says
}

// pairsEach is how many pairs a participant compares who is asked to.
const pairsEach = 4

// comparePairs has participants compare the near-ties that are put before them:
// what they agree with comes before what they don't, else the better made one.
func (p *Player) comparePairs(ctx context.Context, voters []int, says []map[uint32]topic.VoteValue, items []demo.Item) error {
	view, err := p.Journal.View(ctx, p.ID)
	if err != nil {
		return err
	}
	var cast atomic.Int64
	err = each(len(voters), func(i int) error {
		ballot := p.Members[voters[i]].Ballot
		wants := func(item uint32) float64 {
			if says[i][item] == topic.Agree {
				return 1 + items[item-1].Quality
			}
			return items[item-1].Quality
		}
		for range pairsEach {
			var pairs [][2]uint32
			view.Read(func(s *topic.State, _ uint64) {
				pairs = analysis.RoutePairs(s, s.BallotOf(ballot), 1, func(uint32) bool { return false })
			})
			if len(pairs) == 0 {
				return nil
			}
			said := topic.PairCompared{Left: pairs[0][0], Right: pairs[0][1], Word: topic.PairLeft}
			if wants(said.Right) > wants(said.Left) {
				said.Word = topic.PairRight
			}
			who := topic.Who{Role: topic.RoleBallot, Pseudonym: ballot}
			if _, err := p.Journal.Submit(ctx, p.ID, journal.Request{Who: who, Command: topic.ComparePair{PairCompared: said}}); err != nil {
				return err
			}
			cast.Add(1)
		}
		return nil
	})
	p.Progress("%s: %d pairs compared", p.ID, cast.Load())
	return err
}

// rateOpenly has people rate who were not drawn. They come of themselves, and
// drivers come far more often than walkers: the open public is not the city.
func (p *Player) rateOpenly(ctx context.Context, people []int, items []demo.Item) error {
	votes := demo.Opinions(p.seed("open"), len(people), items)
	says := wordsOf(votes, len(people))
	most := uint32(len(items))
	if p.Plan.Until == topic.StageRating {
		most /= 2
	}
	var came, cast atomic.Int64
	err := each(len(people), func(i int) error {
		if votes.Group[i] != demo.Drivers && i%6 != 0 {
			return nil
		}
		came.Add(1)
		who := topic.Who{Role: topic.RoleBallot, Pseudonym: p.Members[people[i]].Ballot}
		for item := uint32(1); item <= most; item++ {
			if says[i][item] == 0 {
				continue
			}
			if _, err := p.Journal.Submit(ctx, p.ID, journal.Request{Who: who, Command: topic.OpenVote{Item: item, Value: says[i][item]}}); err != nil {
				return err
			}
			cast.Add(1)
		}
		return nil
	})
	p.Progress("%s: %d of the open public cast %d votes", p.ID, came.Load(), cast.Load())
	return err
}

// answer has someone answer at most so many of the items that are put before
// them, in that order; what they have nothing to say to they let pass unanswered.
func (p *Player) answer(ctx context.Context, ballot topic.Pseudonym, says map[uint32]topic.VoteValue, most int) (int, error) {
	view, err := p.Journal.View(ctx, p.ID)
	if err != nil {
		return 0, err
	}
	who := topic.Who{Role: topic.RoleBallot, Pseudonym: ballot}
	passed := map[uint32]bool{}
	var shown []uint32
	n := 0
	for n < most {
		var order []uint32
		view.Read(func(s *topic.State, _ uint64) {
			order = analysis.Route(s, s.BallotOf(ballot), func(uint32) bool { return false })
		})
		order = slices.DeleteFunc(order, func(item uint32) bool { return passed[item] })
		if len(order) == 0 {
			break
		}
		item := order[0]
		passed[item], shown = true, append(shown, item)
		if says[item] == 0 {
			continue
		}
		vote := topic.Vote{Item: item, Value: says[item], Way: topic.WayRouted, Shown: shown[max(0, len(shown)-topic.MaxShown):]}
		if _, err := p.Journal.Submit(ctx, p.ID, journal.Request{Who: who, Command: vote}); err != nil {
			return n, err
		}
		shown = nil
		n++
	}
	return n, nil
}

// results counts the votes, looks for signals, and has the city answer what they put first.
func (p *Player) results(ctx context.Context, _ *demo.Topic) error {
	if _, err := p.Jobs.Tally(ctx, p.task(ctx, topic.RolePlanner, "tally")); err != nil {
		return err
	}
	p.Progress("%s: votes counted", p.ID)
	if _, ok := p.Staff[topic.RoleAnalyst]; ok {
		if _, err := p.Jobs.SeekSignals(ctx, p.task(ctx, topic.RoleAnalyst, "signals")); err != nil {
			return err
		}
	}
	return p.propose(ctx)
}
