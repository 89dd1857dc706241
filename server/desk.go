package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"veche/server/protection"
	"veche/server/topic"
)

// Accounts is what the command line does with people's accounts: by itself, or
// through the server that runs on the same data.
type Accounts interface {
	// AddUser enters a person with roles and answers their id and a sign-in code.
	AddUser(ctx context.Context, name string, roles []topic.Role, life time.Duration) (id, code string, err error)
	// SetRoles replaces a person's roles and ends their sessions and sockets.
	SetRoles(ctx context.Context, id string, roles []topic.Role) error
	// Revoke takes a person's roles and sign-in codes and ends their sessions
	// and sockets.
	Revoke(ctx context.Context, id string) error
	// ResetStep takes a person's second step away and ends their sessions, for who
	// has lost it.
	ResetStep(ctx context.Context, id string) error
	// NewCode makes a sign-in code that works once.
	NewCode(ctx context.Context, id string, life time.Duration) (string, error)
	// LetterCodes makes a sign-in code for everyone who came by file and has a
	// seat that is not declined.
	LetterCodes(ctx context.Context, topicID string, life time.Duration) ([]LetterCode, error)
	// BringLetters takes the codes of a mailing for a topic, and answers how many
	// were not there yet.
	BringLetters(ctx context.Context, topicID string, l Letters) (int, error)
}

// deskFile is the socket, in the data directory, on which a running server takes
// what the command line asks. Only who may read the data can reach it.
const deskFile = "desk.sock"

const (
	deskTimeout = 5 * time.Minute // a topic's codes are many
	deskRequest = 10 * time.Second
)

var deskDialer = net.Dialer{Timeout: 2 * time.Second}

// errand is one request at the desk, errandDone its answer.
type errand struct {
	Do     string        `json:"do"` // add, role, revoke, reset, code, codes, letters, export, erase, deletion, facts, breach, rotate, retire
	Person string        `json:"person,omitempty"`
	Name   string        `json:"name,omitempty"`
	Roles  []topic.Role  `json:"roles,omitempty"`
	Topic  string        `json:"topic,omitempty"`
	Life   time.Duration `json:"life,omitempty"`
	Texts  bool          `json:"texts,omitempty"` // erase what they wrote, too

	Deletion *DeletionOrder `json:"deletion,omitempty"`

	Lang     string               `json:"lang,omitempty"`
	JSON     bool                 `json:"json,omitempty"`
	Incident *protection.Incident `json:"incident,omitempty"`
	Key      string               `json:"key,omitempty"` // the kind that is rotated
	Now      bool                 `json:"now,omitempty"` // without waiting for what is on its way
	// Letters is the codes of a mailing.
	Letters Letters `json:"letters,omitzero"`
}

type errandDone struct {
	Error string       `json:"error,omitempty"`
	ID    string       `json:"id,omitempty"`
	Code  string       `json:"code,omitempty"`
	Codes []LetterCode `json:"codes,omitempty"`
	File  []byte       `json:"file,omitempty"`
	Keys  []string     `json:"keys,omitempty"`
	Count int          `json:"count,omitempty"`
	New   int          `json:"new,omitempty"`
}

// OpenAccounts answers the accounts of the data at o.Data; close them after use.
func OpenAccounts(ctx context.Context, o Options) (a Accounts, done func() error, err error) {
	path := filepath.Join(o.Data, deskFile)
	if c, err := deskDialer.DialContext(ctx, "unix", path); err == nil {
		return desk(path), func() error { return nil }, c.Close()
	}
	s, err := Open(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	return s, s.Close, nil
}

// OpenSubjects answers the same for the people whom data is about.
func OpenSubjects(ctx context.Context, o Options) (Subjects, func() error, error) {
	a, done, err := OpenAccounts(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	return a.(Subjects), done, nil // a server or its desk: both are
}

func (d desk) ExportSubject(ctx context.Context, id string) ([]byte, error) {
	r, err := d.ask(ctx, errand{Do: "export", Person: id})
	return r.File, err
}

func (d desk) EraseSubject(ctx context.Context, id string, texts bool) (string, error) {
	r, err := d.ask(ctx, errand{Do: "erase", Person: id, Texts: texts})
	return string(r.File), err
}

// Assessment implements [Subjects].
func (d desk) Assessment(ctx context.Context, lang string, asJSON bool) ([]byte, error) {
	r, err := d.ask(ctx, errand{Do: "facts", Lang: lang, JSON: asJSON})
	return r.File, err
}

// Breach implements [Subjects].
func (d desk) Breach(ctx context.Context, x protection.Incident, lang string) ([]byte, error) {
	r, err := d.ask(ctx, errand{Do: "breach", Lang: lang, Incident: &x})
	return r.File, err
}

// desk is the accounts of the server that listens at this path.
type desk string

func (d desk) ask(ctx context.Context, e errand) (r errandDone, err error) {
	c, err := deskDialer.DialContext(ctx, "unix", string(d))
	if err != nil {
		return r, fmt.Errorf("the running server can't be reached: %w", err)
	}
	defer func() { _ = c.Close() }() // the answer says whether it was done
	if err := c.SetDeadline(time.Now().Add(deskTimeout)); err != nil {
		return r, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if err = json.NewEncoder(c).Encode(e); err == nil {
		err = json.NewDecoder(c).Decode(&r)
	}
	switch {
	case ctx.Err() != nil:
		return r, ctx.Err()
	case err != nil:
		return r, fmt.Errorf("the running server did not answer: %w: look whether it was done before trying again", err)
	case r.Error != "":
		return r, errors.New(r.Error)
	}
	return r, nil
}

func (d desk) AddUser(ctx context.Context, name string, roles []topic.Role, life time.Duration) (id, code string, err error) {
	r, err := d.ask(ctx, errand{Do: "add", Name: name, Roles: roles, Life: life})
	return r.ID, r.Code, err
}

func (d desk) SetRoles(ctx context.Context, id string, roles []topic.Role) error {
	_, err := d.ask(ctx, errand{Do: "role", Person: id, Roles: roles})
	return err
}

func (d desk) Revoke(ctx context.Context, id string) error {
	_, err := d.ask(ctx, errand{Do: "revoke", Person: id})
	return err
}

func (d desk) ResetStep(ctx context.Context, id string) error {
	_, err := d.ask(ctx, errand{Do: "reset", Person: id})
	return err
}

func (d desk) NewCode(ctx context.Context, id string, life time.Duration) (string, error) {
	r, err := d.ask(ctx, errand{Do: "code", Person: id, Life: life})
	return r.Code, err
}

func (d desk) LetterCodes(ctx context.Context, topicID string, life time.Duration) ([]LetterCode, error) {
	r, err := d.ask(ctx, errand{Do: "codes", Topic: topicID, Life: life})
	return r.Codes, err
}

func (d desk) BringLetters(ctx context.Context, topicID string, l Letters) (int, error) {
	r, err := d.ask(ctx, errand{Do: "letters", Topic: topicID, Letters: l})
	return r.New, err
}

// openDesk listens for the command line. A path that is too long for a socket
// leaves the server without a desk, as it was.
func (s *Server) openDesk() {
	path := filepath.Join(s.options.Data, deskFile)
	_ = os.Remove(path) // of a server that was killed: the data is ours
	l, err := net.Listen("unix", path)
	if err == nil {
		if err = os.Chmod(path, 0o600); err != nil {
			err = errors.Join(err, l.Close())
		}
	}
	if err != nil {
		s.options.Log.Warn("people's accounts can be changed on the command line only while the server is stopped", "error", err)
		return
	}
	s.desk = newListener(l, reservedFiles/4, s.options.Log)
	go s.keepDesk(s.desk)
}

func (s *Server) keepDesk(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return // closed
		}
		s.errands.Go(func() {
			if err := s.serveErrand(c); err != nil {
				s.options.Log.Warn("a request of the command line was not answered", "error", err)
			}
		})
	}
}

func (s *Server) closeDesk() error {
	if s.desk == nil {
		return nil
	}
	err := s.desk.Close()
	s.errands.Wait()
	return err
}

func (s *Server) serveErrand(c net.Conn) error {
	defer func() { _ = c.Close() }() // answered or not by then
	if err := c.SetReadDeadline(time.Now().Add(deskRequest)); err != nil {
		return err
	}
	var e errand
	if err := json.NewDecoder(c).Decode(&e); err != nil {
		return nil // only looked whether anyone is here
	}
	ctx, cancel := context.WithTimeout(context.Background(), deskTimeout)
	defer cancel()
	r, err := s.run(ctx, e)
	if err != nil {
		r = errandDone{Error: err.Error()}
	}
	return json.NewEncoder(c).Encode(r)
}

func (s *Server) run(ctx context.Context, e errand) (r errandDone, err error) {
	switch e.Do {
	case "add":
		r.ID, r.Code, err = s.AddUser(ctx, e.Name, e.Roles, e.Life)
	case "role":
		err = s.SetRoles(ctx, e.Person, e.Roles)
	case "revoke":
		err = s.Revoke(ctx, e.Person)
	case "reset":
		err = s.ResetStep(ctx, e.Person)
	case "code":
		r.Code, err = s.NewCode(ctx, e.Person, e.Life)
	case "codes":
		r.Codes, err = s.LetterCodes(ctx, e.Topic, e.Life)
	case "letters":
		r.New, err = s.BringLetters(ctx, e.Topic, e.Letters)
	case "export":
		r.File, err = s.ExportSubject(ctx, e.Person)
	case "erase":
		var note string
		note, err = s.EraseSubject(ctx, e.Person, e.Texts)
		r.File = []byte(note)
	case "facts":
		r.File, err = s.Assessment(ctx, e.Lang, e.JSON)
	case "breach":
		if e.Incident == nil {
			return r, errors.New("a breach is asked for, and not which")
		}
		r.File, err = s.Breach(ctx, *e.Incident, e.Lang)
	case "rotate":
		r.ID, r.Count, err = s.RotateKey(ctx, e.Key)
	case "retire":
		r.Keys, err = s.RetireKeys(ctx, e.Now)
	case "deletion":
		if e.Deletion == nil {
			return r, errors.New("which topic is to be deleted is missing")
		}
		err = s.DecideDeletion(ctx, *e.Deletion)
	default:
		err = fmt.Errorf("the running server does not know %q: is it of another version?", e.Do)
	}
	return r, err
}
