package live

import (
	"veche/server/journal"
	"veche/server/topic"
)

// parcel is one event on its way to a room.
type parcel struct {
	room   uint32
	seq    uint64
	kind   entryKind
	remark uint32 // of a reaction
	shown  journal.Remark
	from   topic.Actor
}

// delivery is what a commit brings to a topic's rooms and to everyone in it.
type delivery struct {
	forum   *forum
	state   *topic.State
	texts   map[topic.Digest]journal.Text
	parcels []parcel
	stage   *topic.StageOpened
	board   uint64 // seq, 0 for none
	moved   moved
	told    moved // people whose own standing or texts the commit is about
	floors  bool  // a clock may have changed

	sought *[]topic.Digest // where not nil, texts that showing it takes are put here and nothing else is of use
}

// fetch reads the texts of a commit that was read in the log.
func (f *forum) fetch(c *journal.Committed) {
	var sought []topic.Digest
	f.view.Read(func(s *topic.State, _ uint64) {
		d := delivery{forum: f, state: s, sought: &sought}
		for i := range c.Events {
			d.take(&c.Events[i])
		}
	})
	texts, err := f.hub.journal.Texts(f.hub.ctx, f.id, sought)
	if err != nil {
		f.hub.options.Log.Error("texts could not be read for those who are connected", "topic", f.id, "error", err)
	}
	c.Texts = texts
}

// deliver renders a commit's events and gives them to the rooms that are open.
func (f *forum) deliver(c *journal.Committed) {
	if c.Healed {
		f.fetch(c)
	}
	d := delivery{forum: f, texts: c.Texts}
	f.mu.Lock()
	f.view.Read(func(s *topic.State, _ uint64) {
		d.state = s
		for i := range c.Events {
			d.take(&c.Events[i])
		}
		if d.moved.all || d.moved.people != nil {
			f.reseat(s)
		}
		d.state = nil
	})
	for i := range d.parcels {
		if r := f.rooms[d.parcels[i].room]; r != nil {
			f.hand(r, &d.parcels[i])
		}
	}
	f.mu.Unlock()
	if d.stage != nil || d.board != 0 {
		f.fan.mu.Lock()
		if d.stage != nil {
			f.stage, f.staged = int32(d.stage.Index), true
		}
		if d.board != 0 {
			f.board = d.board
		}
		f.wake()
		f.fan.mu.Unlock()
	}
	if d.floors || d.stage != nil {
		f.look()
	}
	f.recheck(d.moved)
	f.tell(d.told, c.Events)
}

// take sorts one event to where it is told. The state may be ahead of it.
func (d *delivery) take(e *topic.Event) {
	switch b := e.Body.(type) {
	case *topic.RemarkPosted:
		d.remark(remarkAt(d.state, e.Seq), e, remarkEntry)
	case *topic.RemarkRemoved:
		d.remark(b.Remark, e, changedEntry)
		d.tell(d.state.Remarks[b.Remark-1].Author)
	case *topic.RemarkRestored:
		d.remark(b.Remark, e, changedEntry)
	case *topic.TextReviewed:
		if b.Subject.Kind == topic.SubjectRemark {
			d.remark(uint32(b.Subject.Number), e, changedEntry)
		} else {
			d.board = e.Seq
		}
		d.authors(b.Subject)
	case *topic.TextMasked:
		if b.Subject.Kind == topic.SubjectRemark {
			d.remark(uint32(b.Subject.Number), e, changedEntry)
		} else {
			d.board = e.Seq
		}
	case *topic.Sanctioned:
		d.room(0, e)
		if table, ok := d.state.Participant(b.Application); ok && table != 0 {
			d.room(table, e)
		}
		d.tell(topic.Actor{Role: topic.RoleCitizen, Number: b.Application})
	case *topic.SanctionLifted:
		d.tell(topic.Actor{Role: topic.RoleCitizen, Number: d.state.Sanctions[b.Sanction-1].Application})
	case *topic.AppealHeard:
		d.tell(d.state.Appeals[b.Appeal-1].By)
	case *topic.TroubleMoved:
		d.told.name(d.state.Troubles[b.Trouble-1].Reporter)
	case *topic.TextErased:
		if b.Target == topic.EraseRemark {
			d.remark(uint32(b.Number), e, changedEntry)
			d.tell(d.state.Remarks[b.Number-1].Author)
		} else {
			d.board = e.Seq
			if b.Target == topic.EraseIdea {
				d.authors(topic.IdeaSubject(uint32(b.Number)))
			}
		}
	case *topic.CoauthorInvited:
		d.board = e.Seq
		d.tell(topic.Actor{Role: topic.RoleCitizen, Number: b.Application})
	case *topic.InvitationAnswered:
		d.board = e.Seq
		d.authors(topic.IdeaSubject(b.Idea))
	case *topic.CoauthorLeft:
		d.board = e.Seq
		d.tell(topic.Actor{Role: topic.RoleCitizen, Number: b.Application})
		d.authors(topic.IdeaSubject(b.Idea))
	case *topic.IdeasShown:
		d.board = e.Seq
		for _, n := range b.Ideas {
			d.authors(topic.IdeaSubject(n))
		}
	case *topic.IdeasMarked:
		d.board = e.Seq
		for _, n := range b.Ideas {
			d.authors(topic.IdeaSubject(n))
		}
	case *topic.Reacted:
		d.parcels = append(d.parcels, parcel{room: d.state.Remarks[b.Remark-1].Room, seq: e.Seq, kind: reactionEntry, remark: b.Remark})
	case *topic.RemarkPinned:
		d.room(d.state.Remarks[b.Remark-1].Room, e)
	case *topic.StepOpened:
		d.rooms(b.From, b.To, e)
	case *topic.StepExtended:
		d.rooms(b.From, b.To, e)
	case *topic.RoomsPaused:
		d.rooms(b.From, b.To, e)
	case *topic.MoveOnWished:
		d.room(b.Room, e)
	case *topic.HandRaised:
		d.room(b.Room, e)
	case *topic.TurnPassed:
		d.room(b.Room, e)
	case *topic.TurnExtended:
		d.room(b.Room, e)
	case *topic.ReportPosted:
		d.room(b.Room, e)
		d.board = e.Seq // the main hall reads it
	case *topic.TablesTaken:
		d.rooms(1, d.state.Tables, e)
	case *topic.PeoplePlaced:
		d.rooms(1, d.state.Tables, e)
		d.moved.add(d.state, b.People)
	case *topic.TablesMerged:
		d.rooms(1, d.state.Tables, e)
		for i := range d.state.Placements {
			if p := &d.state.Placements[i]; p.Seq == e.Seq {
				d.moved.add(d.state, p.People)
			}
		}
	case *topic.TablesSeated, *topic.TableRoundOpened:
		d.rooms(1, d.state.Tables, e)
		d.board, d.moved.all = e.Seq, true
	case *topic.SeatAnswered, *topic.ConsentWithdrawn, *topic.Drawn:
		d.board, d.moved.all = e.Seq, true
	case *topic.StageOpened:
		d.stage = b
	case *topic.StaffNamed, *topic.Voted, *topic.PollBallotsIssued, *topic.BallotCast, *topic.OpenBallotIssued, *topic.OpenVoted, *topic.PairCompared, *topic.Applied, *topic.Withdrawn, *topic.ConsentGiven, *topic.RowsErased, *topic.PeopleImported, *topic.RemarkFlagged, *topic.FlagResolved,
		*topic.IdeaFlagged, *topic.CasesClaimed, *topic.RemovalProposed, *topic.AppealMade, *topic.TroubleReported, *topic.RepliesSaved,
		*topic.OperationDrafted, *topic.UndoDrafted, *topic.DraftSettled, *topic.SignalsSought, *topic.SignalHandled,
		*topic.DoubleJudged, *topic.DisclosureAskedFor, *topic.DisclosureDecided, *topic.DisclosureShown,
		*topic.QuestionAsked, *topic.QuestionSupported, *topic.QuestionsFolded: // who has them open asks now and then
	default:
		d.board = e.Seq
	}
}

func (d *delivery) remark(number uint32, e *topic.Event, kind entryKind) {
	if d.sought != nil {
		both := journal.RemarkDigests(d.state, number)
		*d.sought = append(*d.sought, both[:]...)
		return
	}
	shown := journal.ShowRemark(d.state, number, d.texts)
	d.parcels = append(d.parcels, parcel{room: shown.Room, seq: e.Seq, kind: kind, shown: shown, from: e.Actor})
}

// authors says that the event is about a text's author and co-authors.
func (d *delivery) authors(x topic.Subject) {
	for _, who := range d.state.AuthorsOf(x) {
		d.tell(who)
	}
}

// tell says that the event is about someone, who hears of it.
func (d *delivery) tell(who topic.Actor) {
	if who.Role == topic.RoleCitizen && who.Number != 0 {
		d.told.add(d.state, []uint64{who.Number})
	}
}

// room says that the event concerns what goes on in a room.
func (d *delivery) room(number uint32, e *topic.Event) { d.rooms(number, number, e) }

// rooms says that the event concerns what goes on in those of the rooms that it
// has touched. Only open ones are told, so one event costs what they are.
func (d *delivery) rooms(from, to uint32, e *topic.Event) {
	d.floors = true
	add := func(n uint32) {
		if d.state.Floor(n).Last >= e.Seq {
			d.parcels = append(d.parcels, parcel{room: n, seq: e.Seq, kind: floorEntry})
		}
	}
	if from == to {
		add(from)
		return
	}
	for n := range d.forum.rooms { // each on its own
		if from <= n && n <= to {
			add(n)
		}
	}
}

// hand gives an event to its room.
func (f *forum) hand(r *room, p *parcel) {
	e := entry{seq: p.seq, kind: p.kind, remark: p.remark}
	switch p.kind {
	case remarkEntry:
		e.json, e.from, e.reply = encode(shown(&p.shown)), p.from, p.shown.ReplyTo
		if p.shown.Removed == "" {
			e.remark = p.shown.ID
		}
	case changedEntry:
		e.json = encode(changed(&p.shown))
		r.deliver(e, p.shown.ID, encode(shown(&p.shown)))
		return
	}
	r.deliver(e, 0, nil)
}

// startsClock says that with the events a clock may begin to run.
func startsClock(events []topic.Event) bool {
	for i := range events {
		switch events[i].Body.(type) {
		case *topic.StepOpened, *topic.StepExtended, *topic.RoomsPaused, *topic.HandRaised:
			return true
		}
	}
	return false
}
