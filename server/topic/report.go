package topic

// ReportPosted is what a table tells the main hall; the last one counts.
type ReportPosted struct {
	Room uint32
	Text Digest `class:"text"`
}

func (*ReportPosted) kind() Kind { return KindReportPosted }

func (b *ReportPosted) apply(s *State, e *Event) uint64 {
	f := s.touch(b.Room, e.Seq)
	s.supersede(f.Report, f.ReportBy)
	f.Report, f.ReportBy, f.ReportTime = b.Text, e.Actor, e.Time
	return uint64(b.Room)
}

// PostReport tells the main hall what a table has come to, instead of what it
// told before.
type PostReport struct {
	Room uint32
	Text Digest
}

// Action names the policy's rule.
func (PostReport) Action() Action { return ActionReport }

func (c PostReport) decide(s *State, in *Input) error {
	if c.Room == 0 {
		return faultf(CodeInvalid, "a report is a table's: the main hall reads it")
	}
	if err := s.present(in, c.Room); err != nil {
		return err
	}
	if c.Text.IsZero() {
		return faultf(CodeInvalid, "the report is empty")
	}
	in.emit(&ReportPosted{c.Room, c.Text})
	return nil
}
