package audit

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// CheckpointOf reads a checkpoint's text and checks no signature.
func CheckpointOf(signed []byte) (Checkpoint, error) {
	text, _, ok := bytes.Cut(signed, []byte("\n\n"))
	if !ok {
		return Checkpoint{}, errors.New("it is no signed checkpoint")
	}
	return ParseCheckpoint(string(text) + "\n")
}

// openKept opens the checkpoint that a reader kept, with or without a witness's
// signature beside the log's.
func openKept(signed []byte, key note.Verifier) (Checkpoint, error) {
	n, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("it is not signed by %q: %w", key.Name(), err)
	}
	return ParseCheckpoint(n.Text)
}

// begins tells whether the log begins with the one of an older checkpoint. It is
// false without an error where the log in the bundle can't tell.
func (c *checker) begins(older Checkpoint) (bool, error) {
	if c.cover == nil {
		return false, errors.New("the log can't be relied on, so there is nothing to compare it with")
	}
	if want := c.key.Name() + "/" + c.Manifest.Topic; older.Origin != want {
		return false, fmt.Errorf("it is a checkpoint of %q, not of %q", older.Origin, want)
	}
	if older.Size > c.cover.Len() {
		return false, fmt.Errorf("%d events were signed, this log has %d: something was taken off its end", older.Size, c.cover.Len())
	}
	r, err := c.open(LogFile)
	if err != nil {
		return false, err
	}
	defer r.Close()
	roots, err := ReadRoots(r, older.Size)
	if err != nil {
		return false, err
	}
	root, told := roots[older.Size]
	if told && root != older.Root {
		return false, fmt.Errorf("the first %d events are not those that were signed: something was changed, taken out or put in", older.Size)
	}
	return told, nil
}

// witnesses checks the checkpoints that witnesses signed, each of which must be of
// a beginning of the log.
func (c *checker) witnesses() {
	signed := map[string]Cosigned{}
	for n := 1; c.has(WitnessFile(n)); n++ {
		b, err := c.read(WitnessFile(n))
		if err != nil || c.key == nil {
			c.report.add("witness", Failed, "%s can't be read, or there is no key to check it with", WitnessFile(n))
			continue
		}
		point, by, err := openByAny(b, c.keys)
		told := false
		if err == nil {
			told, err = c.begins(point)
		}
		if err == nil && !told {
			err = errors.New("the log does not tell its root there")
		}
		if err != nil {
			c.report.add("witness", Failed, "%s: %v", WitnessFile(n), err)
			continue
		}
		if cosigned, err := OpenCosigned(b, by, c.options.Witnesses...); err == nil {
			signed[cosigned.Witness.String()] = cosigned
		} else if len(c.options.Witnesses) == 0 {
			c.report.add("witness", NotInBundle, "%s is said to be signed by a witness too: give --witness with the key that the witness has published; the log begins with its %d events", WitnessFile(n), point.Size)
		}
	}
	for _, w := range c.options.Witnesses {
		if s, ok := signed[w.String()]; ok {
			c.report.add("witness", Proved, "%s signed the first %d of %d events at %s, and the log begins with them", w.Name(), s.Size, c.Manifest.Events, s.Time.Format(time.RFC3339))
			continue
		}
		c.report.add("witness", Failed, "no checkpoint in this bundle is signed by %s: ask the witness which one it signed last, and give it with --checkpoint", w.Name())
	}
}

// since compares the log with the checkpoint that the reader kept.
func (c *checker) since() {
	if c.options.Kept == nil {
		return
	}
	if c.key == nil {
		c.report.add("kept checkpoint", Failed, "there is no key to check it with")
		return
	}
	older, _, err := openByAny(c.options.Kept, c.keys)
	told := false
	if err == nil {
		told, err = c.begins(older)
	}
	switch {
	case err != nil:
		c.report.add("kept checkpoint", Failed, "%v", err)
	case told:
		c.report.add("kept checkpoint", Proved, "the log begins with the %d events that it was signed for", older.Size)
	default:
		c.report.add("kept checkpoint", NotInBundle, "it ends among hidden events: an auditor's bundle tells, or the consistency proof of the open interface")
	}
}
