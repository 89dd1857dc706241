package topic

// Clustered is a run of the machine over the ideas of the state at InputSeq.
// The result, with labels and representatives, is the blob of that digest.
type Clustered struct {
	InputSeq uint64
	Clusters uint32   // number asked for, 0 for chosen by the run
	Seed     string   `class:"none"`
	Result   Digest   `class:"none"`
	New      uint32   // clusters that this run makes, numbered after the existing
	Base     []uint32 // by idea of the input: its cluster, 0 unsorted
}

func (*Clustered) kind() Kind { return KindClustered }

func (b *Clustered) apply(s *State, e *Event) uint64 {
	board := &s.Board
	board.Run++
	board.RunSeq, board.InputSeq, board.Result = e.Seq, b.InputSeq, b.Result
	board.Runs = append(board.Runs, Clustering{Seq: e.Seq, InputSeq: b.InputSeq, Clusters: b.Clusters, Seed: b.Seed, Result: b.Result})
	for range b.New {
		board.made(Made{Run: board.Run})
	}
	board.Base = b.Base
	board.rebuild(len(s.Ideas))
	return uint64(board.Run)
}

// RecordClustering records a run made outside from the state at InputSeq. What
// moderators did since stays laid over it.
type RecordClustering struct{ Clustered }

// Action names the policy's rule.
func (RecordClustering) Action() Action { return ActionCluster }

func (c RecordClustering) decide(s *State, in *Input) error {
	if c.InputSeq > s.Seq || len(c.Base) > len(s.Ideas) {
		return faultf(CodeInvalid, "the clustering's input lies ahead of the log")
	}
	if c.InputSeq < s.Board.RunSeq {
		return faultf(CodeConflict, "another clustering was recorded meanwhile: run it again")
	}
	if !atMost(c.New, len(c.Base)) {
		return faultf(CodeInvalid, "the clustering makes %d clusters of %d ideas", c.New, len(c.Base))
	}
	if n := len(s.Board.Made); c.New > 0 && n > 0 && s.Board.Made[n-1].Split > c.InputSeq {
		return faultf(CodeConflict, "a cluster was split while the clustering ran, and took a number that it gives: run it again")
	}
	top := uint32(len(s.Board.Made)) + c.New
	for i, cluster := range c.Base {
		if cluster > top {
			return faultf(CodeInvalid, "idea %d was put in cluster %d of %d", i+1, cluster, top)
		}
	}
	b := c.Clustered
	in.emit(&b)
	return nil
}
