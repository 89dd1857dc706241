package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"veche/server/journal"
	"veche/server/topic"
)

const (
	pathSubmit = "/submit"
	pathRevoke = "/revoke"
	pathHere   = "/here"
	// headerTo names the run of the node that a message is for: another one may
	// have come to its address.
	headerTo   = "Veche-To"
	headerFrom = "Veche-From"
	// mostAnswer bounds an answer.
	mostAnswer = 4 << 20
)

// reply is what becomes of a forwarded request.
type reply struct {
	Epoch    uint64       `json:"epoch,omitempty"`
	Seq      uint64       `json:"seq,omitempty"`
	Answer   uint64       `json:"answer,omitempty"`
	Repeated bool         `json:"repeated,omitempty"`
	Word     string       `json:"word,omitempty"` // of an error
	Fault    *topic.Fault `json:"fault,omitempty"`
	Detail   string       `json:"detail,omitempty"` // of any other error
}

// words are the journal's refusals.
var words = map[string]error{
	"busy": journal.ErrBusy, "retry": journal.ErrRetry, "closed": journal.ErrClosed, "elsewhere": journal.ErrElsewhere, "read-only": journal.ErrReadOnly,
	"full": journal.ErrFull, "unwritable": journal.ErrUnwritable, "damaged": journal.ErrDamaged,
}

func replyOf(a journal.Ack, err error) reply {
	if err == nil {
		return reply{Epoch: a.Epoch, Seq: a.Seq, Answer: a.Answer, Repeated: a.Repeated}
	}
	var f *topic.Fault
	if errors.As(err, &f) {
		return reply{Fault: f}
	}
	if errors.Is(err, journal.ErrBusy) { // a kind of ErrRetry
		return reply{Word: "busy"}
	}
	for word, known := range words { // an error is one of them
		if errors.Is(err, known) {
			return reply{Word: word}
		}
	}
	return reply{Detail: err.Error()}
}

func (r reply) result() (journal.Ack, error) {
	switch {
	case r.Fault != nil:
		return journal.Ack{}, r.Fault
	case r.Word != "":
		if err := words[r.Word]; err != nil {
			return journal.Ack{}, err
		}
		return journal.Ack{}, fmt.Errorf("another server answered %q", r.Word)
	case r.Detail != "":
		return journal.Ack{}, fmt.Errorf("another server says: %s", r.Detail)
	}
	return journal.Ack{Epoch: r.Epoch, Seq: r.Seq, Answer: r.Answer, Repeated: r.Repeated}, nil
}

// Forward implements [journal.Peers].
func (n *Node) Forward(ctx context.Context, owner, topicID string, r journal.Request) (journal.Ack, error) {
	n.mu.Lock()
	o := n.others[owner]
	n.mu.Unlock()
	if o == nil {
		return journal.Ack{}, journal.ErrElsewhere
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { // one that was stopped would keep us waiting
		select {
		case <-o.gone:
			cancel()
		case <-ctx.Done():
		}
	}()
	body, err := n.call(ctx, owner, o.Address, pathSubmit, encodeRequest(topicID, r))
	if err != nil {
		var dial *net.OpError
		if errors.As(err, &dial) && dial.Op == "dial" {
			return journal.Ack{}, journal.ErrElsewhere // it has not heard of it
		}
		return journal.Ack{}, err
	}
	var answer reply
	if err := json.Unmarshal(body, &answer); err != nil {
		return journal.Ack{}, fmt.Errorf("the answer of another server can't be read: %w", err)
	}
	return answer.result()
}

func (n *Node) call(ctx context.Context, to, address, path string, message []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+address+path, bytes.NewReader(message))
	if err != nil {
		return nil, err
	}
	r.Header.Set(headerTo, to)
	r.Header.Set(headerFrom, n.id)
	res, err := n.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer))
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("another server answers %d %s", res.StatusCode, bytes.TrimSpace(body))
	}
	return body, nil
}

// tell sends a message to all nodes that live, at once, and answers the errors of
// those that it did not reach.
func (n *Node) tell(ctx context.Context, path string, message []byte) error {
	members := n.Members()
	failed := make(chan error, len(members))
	for _, m := range members {
		if !m.Alive {
			failed <- nil
			continue
		}
		go func() {
			_, err := n.call(ctx, m.ID, m.Address, path, message)
			if err != nil {
				err = fmt.Errorf("%s: %w", m.Name, err)
			}
			failed <- err
		}()
	}
	var errs []error
	for range members {
		errs = append(errs, <-failed)
	}
	return errors.Join(errs...)
}

// Revoke has all other nodes end what a person has there. It must be told again
// to those that are not reached.
func (n *Node) Revoke(ctx context.Context, person string) error {
	if err := n.look(ctx); err != nil { // one may have come a moment ago
		return err
	}
	return n.tell(ctx, pathRevoke, []byte(person))
}

// TellHere tells all other nodes who is here: applications by room, by topic.
func (n *Node) TellHere(ctx context.Context, here Presence) error {
	b, err := json.Marshal(here)
	if err != nil {
		return err
	}
	return n.tell(ctx, pathHere, b)
}

// Presence is who is connected to a node: applications by room, by topic.
type Presence map[string]map[uint32][]uint64
