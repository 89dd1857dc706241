package topic

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
)

// Command asks for a change. Its type is one of this package's.
type Command interface {
	// Action names the rule of the policy that the command falls under.
	Action() Action
	decide(s *State, in *Input) error
}

// Who is the doer of a command, as the server knows it: a role and the
// pseudonym of the person, the ballot or the staff member in this topic.
type Who struct {
	Role      Role
	Pseudonym Pseudonym
}

// Input is what a decision may use besides the state: the doer, the time and
// the client's id, all made outside and all recorded in the events.
type Input struct {
	Who      Who
	Time     int64  // Unix milliseconds; the last event's where that is later, for clocks are set back
	ClientID string // the client's own id for the command, "" for none

	actor     Actor
	bodies    []Body
	confirmed bool // by a second person: see operate
}

func (in *Input) emit(b Body) { in.bodies = append(in.bodies, b) }

// Decision is the events that a command becomes, not yet applied; or, where
// the same client id was decided before, what it became then.
type Decision struct {
	Events   []Event
	Repeated bool
	Seq      uint64 // of the last event
	Answer   uint64 // only when Repeated; else Apply of the last event answers it
}

// Decide checks a command against the state and answers its events, whose
// sequence numbers follow the state's. It changes nothing. The error is a
// [*Fault].
func (s *State) Decide(cmd Command, in Input) (Decision, error) {
	client := clientHash(in.Who, cmd.Action(), in.ClientID)
	if done, ok := s.done(client); ok {
		return done, nil
	}
	in.Time = max(in.Time, s.Time)
	if err := s.Permit(in.Who.Role, cmd.Action()); err != nil {
		return Decision{}, err
	}
	if s.Seq == 0 && cmd.Action() != ActionCreate {
		return Decision{}, faultf(CodeNotFound, "there is no such topic")
	}
	s.resolve(&in)
	if err := s.mayWrite(&in, cmd.Action()); err != nil {
		return Decision{}, err
	}
	if err := s.mayChange(&in, cmd.Action()); err != nil {
		return Decision{}, err
	}
	named := len(in.bodies)
	if err := cmd.decide(s, &in); err != nil {
		return Decision{}, err
	}
	if len(in.bodies) == named {
		return Decision{Repeated: true, Seq: s.Seq}, nil // nothing to change
	}
	if s.Seq == 0 && named > 0 { // a log begins with its topic
		in.bodies[0], in.bodies[1] = in.bodies[1], in.bodies[0]
	}
	d := Decision{Events: make([]Event, len(in.bodies)), Seq: s.Seq + uint64(len(in.bodies))}
	for i, b := range in.bodies {
		d.Events[i] = Event{Seq: s.Seq + uint64(i+1), Time: in.Time, Actor: in.actor, Body: b}
	}
	d.Events[len(d.Events)-1].Client = client
	return d, nil
}

// resolve turns the doer into the log's number. Staff is named on first use; a
// person is named by applying.
func (s *State) resolve(in *Input) {
	in.actor.Role = in.Who.Role
	switch {
	case in.Who.Role == RoleSystem:
	case in.Who.Role == RoleBallot:
		in.actor.Number = s.byBallot[in.Who.Pseudonym]
	case in.Who.Role.Staff():
		key := staffKey{in.Who.Role, in.Who.Pseudonym}
		n, ok := s.byStaff[key]
		if !ok {
			n = uint64(len(s.Staff) + 1)
			in.emit(&StaffNamed{Role: in.Who.Role, Pseudonym: in.Who.Pseudonym})
		}
		in.actor.Number = n
	default:
		in.actor.Number = s.byPseudonym[in.Who.Pseudonym]
	}
}

// StaffNumber is the number that the log gave to a member of the staff, 0 for one
// who has done nothing yet.
func (s *State) StaffNumber(who Who) uint64 { return s.byStaff[staffKey{who.Role, who.Pseudonym}] }

// Done answers what a command became that the doer sent before for the same
// action under the same client id.
func (s *State) Done(who Who, action Action, clientID string) (Decision, bool) {
	return s.done(clientHash(who, action, clientID))
}

func (s *State) done(client uint64) (Decision, bool) {
	at, ok := s.byClient[client]
	if !ok { // as for 0, which is never remembered
		return Decision{}, false
	}
	a := s.Clients[at]
	return Decision{Repeated: true, Seq: a.Seq, Answer: a.Answer}, true
}

// clientHash keeps a client's id as 53 bits, which JavaScript holds exactly; it
// is 0 for no id only. The action is part of it: an id that comes again with
// another action must not be answered with the number of another kind of thing.
func clientHash(who Who, action Action, id string) uint64 {
	if id == "" {
		return 0
	}
	h := sha256.New()
	h.Write([]byte{byte(who.Role)})
	h.Write(who.Pseudonym[:])
	h.Write(append([]byte(action), 0))
	h.Write([]byte(id))
	return binary.BigEndian.Uint64(h.Sum(nil))&(math.MaxUint64>>11) | 1
}

// StaffMember is someone of the staff as the log knows them.
type StaffMember struct {
	Role      Role
	Pseudonym Pseudonym `class:"pseudonym"`
}

// StaffNamed gives a staff pseudonym its number.
type StaffNamed struct {
	Role      Role
	Pseudonym Pseudonym `class:"pseudonym"`
}

func (*StaffNamed) kind() Kind { return KindStaffNamed }

func (b *StaffNamed) apply(s *State, _ *Event) uint64 {
	s.Staff = append(s.Staff, StaffMember(*b))
	n := uint64(len(s.Staff))
	s.byStaff[staffKey{b.Role, b.Pseudonym}] = n
	return n
}
