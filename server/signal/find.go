package signal

// Evidence is what is looked at. Votes know no author and texts no ballot, and
// nothing here joins the two.
type Evidence struct {
	Votes    []Vote // of the people drawn
	Open     []Vote // of the open rating: other ballots, looked at by themselves
	Texts    []Text
	Arrivals []Arrival
	Tables   []Seating
}

// Found is what was found, and in how much.
type Found struct {
	Ballots int      `json:"ballots"` // with votes enough to be compared with each other
	Texts   int      `json:"texts"`
	Windows int      `json:"windows"` // of time, in all flows
	Tables  int      `json:"tables"`
	Alpha   float64  `json:"alpha"` // share of the signals of a kind that is expected to be false at most
	Signals []Signal `json:"signals"`
}

// Find looks for signals. The same evidence in the same order gives the same
// result on any machine.
func Find(e Evidence) *Found {
	f := &Found{Alpha: alpha, Texts: len(e.Texts), Tables: len(e.Tables), Signals: []Signal{}}
	votes, ballots := accords(e.Votes)
	open, openBallots := accords(e.Open)
	for i := range open {
		open[i].Accord.Open, open[i].Key = true, newKey("open "+Votes, open[i].Accord.Ballots...)
	}
	votes = append(votes, open...)
	bursts, windows := surges(e.Arrivals)
	f.Ballots, f.Windows = ballots+openBallots, windows
	for _, list := range [][]Signal{votes, copies(e.Texts), bursts, dominances(e.Tables)} {
		byChance(list)
		f.Signals = append(f.Signals, list...)
	}
	return f
}
