package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"veche/server/audit"
)

// witnessing holds the flags of `veche witness`.
type witnessing struct {
	key, secret, state string
}

func newWitnessCommand() *cobra.Command {
	w := &witnessing{}
	c := &cobra.Command{
		Use:   "witness URL [TOPIC...]",
		Short: "Sign the record of an installation as its witness, after checking that nothing was taken back",
		Long: `Asks an installation for the signed checkpoint of each topic (or of those named) and for
the proof that the checkpoint signed last is its beginning. Where that holds it signs the
new one, keeps it in --state and sends the signature back; where it does not, something
was changed or taken out after it was signed, and it ends with 1.

Run it from time to time on a machine that is not the city's. "veche witness new NAME"
makes the key; the city names what it prints in its settings (witnesses), and you publish
it too. Keep --state: without it entries that vanished can't be found.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return w.run(c, args[0], args[1:]) },
	}
	f := c.Flags()
	f.StringVar(&w.key, "key", "", "the installation's key, as the city published it: name+hash+base64")
	f.StringVar(&w.state, "state", "witness", "folder of what was signed")
	f.StringVar(&w.secret, "secret", "witness.key", "file of the witness's own key")
	made := &cobra.Command{
		Use:   "new NAME",
		Short: "Make a witness's key, and print what others check its signatures with",
		Args:  exactArgs(1),
		RunE:  func(c *cobra.Command, args []string) error { return newWitness(c, args[0], w.secret) },
	}
	made.Flags().StringVar(&w.secret, "secret", "witness.key", "file to write the key to; it must not be there")
	c.AddCommand(made)
	return c
}

// newWitness writes name and seed of a new key.
func newWitness(c *cobra.Command, name, path string) error {
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed) // never fails
	w, err := audit.NewCosigner(name, ed25519.NewKeyFromSeed(seed))
	if err != nil {
		return usageError{err}
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: a key is never replaced, name another file with --secret", path)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s %s\n", name, hex.EncodeToString(seed))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.OutOrStdout(), w.PublicKey())
	return err
}

func readWitness(path string) (*audit.Cosigner, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no key %s: make one with veche witness new NAME", path)
	}
	if err != nil {
		return nil, err
	}
	name, seed, _ := strings.Cut(strings.TrimSpace(string(b)), " ")
	key, err := audit.ParseSeed(seed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return audit.NewCosigner(name, key)
}

func (w *witnessing) run(c *cobra.Command, address string, topics []string) error {
	if w.key == "" {
		return usagef("--key is missing: the installation's key, as the city published it")
	}
	key, err := audit.ParseKey(w.key)
	if err != nil {
		return usagef("--key: %w", err)
	}
	base, err := url.Parse(address)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return usagef("%q is no address such as https://veche.example", address)
	}
	self, err := readWitness(w.secret)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(w.state, 0o700); err != nil {
		return err
	}
	v := &visit{ctx: c.Context(), base: strings.TrimSuffix(address, "/"), key: key, given: w.key, self: self, state: w.state, client: &http.Client{Timeout: time.Minute}}
	if len(topics) == 0 {
		if topics, err = v.topics(); err != nil {
			return err
		}
	}
	failed := 0
	for _, id := range topics {
		said, err := v.topic(id)
		if err != nil {
			failed++
			said = "NOT SIGNED: " + err.Error()
		}
		if _, err := fmt.Fprintf(c.OutOrStdout(), "%s: %s\n", id, said); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d records were not signed: keep %s, and ask the city", failed, len(topics), w.state)
	}
	return nil
}

// visit is one round of a witness.
type visit struct {
	ctx    context.Context
	base   string
	key    audit.Key
	given  string // the same as text
	self   *audit.Cosigner
	state  string
	client *http.Client
}

// maxAnswer is the longest answer that is read.
const maxAnswer = 4 << 20

// ask sends a request and reads its JSON; a missing thing is errMissing.
func (v *visit) ask(method, path string, body, out any) error {
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		in = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(v.ctx, method, v.base+path, in)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := v.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		var problem struct {
			Detail string `json:"detail"`
		}
		_ = json.Unmarshal(b, &problem) // whatever else it is, its status is told
		return &refused{status: res.StatusCode, detail: problem.Detail}
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fmt.Errorf("%s answers what is not expected: %w", path, err)
	}
	return nil
}

// refused is an answer that is no success.
type refused struct {
	status int
	detail string
}

func (r *refused) Error() string { return fmt.Sprintf("the server answers %d: %s", r.status, r.detail) }

func (v *visit) topics() (list []string, err error) {
	for path := "/api/open/v1/topics?limit=500"; path != ""; {
		var page struct {
			Entries []struct {
				Topic string `json:"topic"`
			} `json:"entries"`
			Next *string `json:"next"`
		}
		if err := v.ask(http.MethodGet, path, nil, &page); err != nil {
			return nil, err
		}
		for _, e := range page.Entries {
			list = append(list, e.Topic)
		}
		path = ""
		if page.Next != nil {
			path = *page.Next
		}
	}
	return list, nil
}

// topic checks one topic's record and signs it, and says so.
func (v *visit) topic(id string) (string, error) {
	if id == "" || strings.ContainsAny(id, "/\\.") {
		return "", errors.New("that is no topic's id")
	}
	record := "/api/open/v1/topics/" + url.PathEscape(id) + "/record"
	path := filepath.Join(v.state, id+".note")
	signed, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		signed, err = nil, nil
	}
	if err != nil {
		return "", err
	}
	var now struct {
		Checkpoint string   `json:"checkpoint"`
		Key        string   `json:"key"`
		Handovers  []string `json:"handovers"`
	}
	if err := v.ask(http.MethodGet, record, nil, &now); err != nil {
		var r *refused
		if signed == nil && errors.As(err, &r) && r.status == http.StatusNotFound {
			return "nothing is signed yet", nil
		}
		return "", err
	}
	key, keys, err := v.led(now.Key, now.Handovers)
	if err != nil {
		return "", err
	}
	point, err := audit.OpenCheckpoint([]byte(now.Checkpoint), key)
	if err != nil {
		return "", err
	}
	last, err := v.last(path, signed, keys)
	if err != nil {
		return "", err
	}
	if want := v.key.Name() + "/" + id; point.Origin != want {
		return "", fmt.Errorf("it is a checkpoint of %q, not of %q", point.Origin, want)
	}
	if last != nil {
		if err := v.follows(record, last.Checkpoint, point); err != nil {
			return "", err
		}
	}
	both, err := v.self.Cosign([]byte(now.Checkpoint), key, time.Now())
	if err != nil {
		return "", err
	}
	if err := keep(path, both); err != nil {
		return "", err
	}
	var taken struct{}
	if err := v.ask(http.MethodPost, "/api/topics/"+url.PathEscape(id)+"/record/cosignatures", map[string]string{"note": string(both)}, &taken); err != nil {
		return "", fmt.Errorf("signed and kept in %s, but not taken: %w", path, err)
	}
	led := ""
	if now.Key != v.given {
		led = "; its key was handed over, give --key " + now.Key + " from now on"
	}
	if last == nil {
		return fmt.Sprintf("signed %d entries, the first time%s", point.Size, led), nil
	}
	return fmt.Sprintf("signed %d entries; they begin with the %d of %s%s", point.Size, last.Size, last.Time.Format(time.RFC3339), led), nil
}

// led follows the hand-overs from the key that was given to the one that signs now,
// and answers that and all that it had before.
func (v *visit) led(to string, handovers []string) (audit.Key, []audit.Key, error) {
	succession, err := audit.OpenSuccession(handovers)
	if err != nil {
		return nil, nil, err
	}
	if !succession.Leads(v.given, to) {
		return nil, nil, fmt.Errorf("it is signed by %s, to which the key that was given has not handed over: ask the city by another way which key is its own", to)
	}
	keys, err := succession.Keys(to)
	if err != nil {
		return nil, nil, err
	}
	return keys[0], keys, nil
}

// last is what was signed of a topic before, by any of the installation's keys; nil
// for nothing.
func (v *visit) last(path string, signed []byte, keys []audit.Key) (*audit.Cosigned, error) {
	if signed == nil {
		return nil, nil
	}
	var err error
	for _, key := range keys {
		var last audit.Cosigned
		if last, err = audit.OpenCosigned(signed, key, v.self.Witness); err == nil {
			return &last, nil
		}
	}
	return nil, fmt.Errorf("%s: %w", path, err)
}

// follows tells whether the older checkpoint is the beginning of the newer.
func (v *visit) follows(record string, older, newer audit.Checkpoint) error {
	if newer.Size < older.Size {
		return fmt.Errorf("it has %d entries, %d were signed before: entries were taken off its end", newer.Size, older.Size)
	}
	var proof struct {
		Proof []audit.Hash `json:"proof"`
	}
	if newer.Size > older.Size {
		if err := v.ask(http.MethodGet, fmt.Sprintf("%s/consistency?older=%d&size=%d", record, older.Size, newer.Size), nil, &proof); err != nil {
			return err
		}
	}
	return audit.CheckConsistency(proof.Proof, older, newer)
}

// keep replaces a file so that it is whole at any moment.
func keep(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".note-*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), path)
}
