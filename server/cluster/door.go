package cluster

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"time"

	"veche/server/journal"
)

// mostMessage bounds what a node takes from another: a request may carry the
// rows of an import.
const mostMessage = 128 << 20

// Desk is what other nodes may have this one do.
type Desk struct {
	Submit func(ctx context.Context, topicID string, r journal.Request) (journal.Ack, error)
	Revoke func(person string)
	Here   func(node string, here Presence)
}

// Door is where the other nodes come in: a listener of its own, for who has the
// secret.
type Door struct {
	server *http.Server
	done   chan error
}

// OpenDoor serves the other nodes on a listener until Close.
func (n *Node) OpenDoor(l net.Listener, d Desk) (*Door, error) {
	config, err := serverTLS(n.options.Secret)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	handle := func(path string, do func(r *http.Request, body []byte) (any, error)) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get(headerTo) != n.id {
				n.answer(w, reply{Word: "elsewhere"}) // it was for one that is no more
				return
			}
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostMessage))
			if err != nil {
				http.Error(w, "the message can't be read", http.StatusBadRequest)
				return
			}
			answer, err := do(r, body)
			if err != nil {
				n.options.Log.Error("a message of another server was not understood", "path", path, "error", err)
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			n.answer(w, answer)
		})
	}
	handle(pathSubmit, func(r *http.Request, body []byte) (any, error) {
		topicID, request, err := decodeRequest(body)
		if err != nil {
			return nil, err
		}
		return replyOf(d.Submit(r.Context(), topicID, request)), nil
	})
	handle(pathRevoke, func(_ *http.Request, body []byte) (any, error) {
		d.Revoke(string(body))
		return struct{}{}, nil
	})
	handle(pathHere, func(r *http.Request, body []byte) (any, error) {
		var here Presence
		if err := json.Unmarshal(body, &here); err != nil {
			return nil, fmt.Errorf("who is connected: %w", err)
		}
		d.Here(r.Header.Get(headerFrom), here)
		return struct{}{}, nil
	})
	door := &Door{done: make(chan error, 1), server: &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute, ErrorLog: log.New(logger{n.options.Log}, "", 0),
	}}
	go func() { door.done <- door.server.Serve(tls.NewListener(l, config)) }()
	return door, nil
}

func (n *Node) answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		n.options.Log.Debug("another server has not heard the answer", "error", err)
	}
}

// Close lets what is under way end within the context's time.
func (d *Door) Close(ctx context.Context) error {
	err := d.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, d.server.Close())
	}
	if e := <-d.done; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

// logger hands the lines of net/http on.
type logger struct{ log *slog.Logger }

func (l logger) Write(line []byte) (int, error) {
	l.log.Warn("between servers: " + string(line))
	return len(line), nil
}
