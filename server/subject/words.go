package subject

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"veche/server/analysis"
	"veche/server/audit"
	"veche/server/topic"
)

const kindWordless = "wordless" // digest of a result → digest of what stands for it

// ForgetWords takes the words out of a topic's clusterings that read a text which
// was erased since. O(log).
func (d *Desk) ForgetWords(ctx context.Context, topicID string) error {
	view, err := d.Journal.View(ctx, topicID)
	if err != nil {
		return err
	}
	plan := audit.NewPlan()
	if err := d.Journal.ReadAfter(ctx, topicID, 0, func(e *topic.Event) error { plan.Observe(e); return nil }); err != nil {
		return err
	}
	var shown topic.Digest
	gone := map[uint32]bool{}
	view.Read(func(s *topic.State, _ uint64) {
		shown = s.Board.Result
		for i := range s.Ideas {
			if s.Ideas[i].Erased {
				gone[uint32(i+1)] = true
			}
		}
	})
	for _, run := range plan.Runs {
		if plan.Stale(run.Body.InputSeq) == 0 {
			continue
		}
		if err := d.forgetRun(ctx, run.Body.Result, run.Body.Result == shown, gone); err != nil {
			return fmt.Errorf("the words of the clustering of event %d: %w", run.Event.Seq, err)
		}
	}
	return nil
}

// forgetRun deletes a result; where a board shows it something stands for it that
// has no words of what is gone.
func (d *Desk) forgetRun(ctx context.Context, result topic.Digest, shown bool, gone map[uint32]bool) error {
	now, rev, err := d.standIn(ctx, result)
	if err != nil {
		return err
	}
	if shown {
		b, err := read(ctx, d.Blobs, now)
		if err != nil {
			return err
		}
		r, err := analysis.ParseCluster(b)
		if err != nil {
			return err
		}
		if b, err = r.Without(gone); err != nil {
			return err
		}
		next := analysis.Digest(b)
		if next == now {
			return nil
		}
		if err := d.Blobs.PutBlob(ctx, next.String(), bytes.NewReader(b)); err != nil {
			return err
		}
		if err := d.Records.Save(ctx, kindWordless, result.String(), rev, []byte(next.String())); err != nil {
			return err
		}
	}
	if err := d.Blobs.DeleteBlob(ctx, now.String()); err != nil {
		return err
	}
	if !shown && rev != 0 {
		if err := d.Records.Remove(ctx, kindWordless, result.String()); err != nil {
			return err
		}
	}
	if d.Forgotten != nil {
		d.Forgotten(result)
	}
	return nil
}

// standIn answers what stands for a result: itself, or the one without words.
func (d *Desk) standIn(ctx context.Context, result topic.Digest) (topic.Digest, uint64, error) {
	data, rev, err := d.Records.Load(ctx, kindWordless, result.String())
	if err != nil || rev == 0 {
		return result, rev, err
	}
	now, err := topic.ParseDigest(string(data))
	return now, rev, err
}

// StandsIn says whether a result without words stands for that one.
func StandsIn(ctx context.Context, records Records, result topic.Digest) (bool, error) {
	_, rev, err := records.Load(ctx, kindWordless, result.String())
	return rev != 0, err
}

// DropResult deletes a result, and what stands for it. A missing one is no error.
func DropResult(ctx context.Context, records Records, blobs interface {
	DeleteBlob(ctx context.Context, digest string) error
}, result topic.Digest) error {
	now, rev, err := (&Desk{Records: records}).standIn(ctx, result)
	if err == nil {
		err = blobs.DeleteBlob(ctx, now.String())
	}
	if err == nil && now != result {
		err = blobs.DeleteBlob(ctx, result.String())
	}
	if err == nil && rev != 0 {
		err = records.Remove(ctx, kindWordless, result.String())
	}
	return err
}

// GetBlob opens a result, or what stands for it.
func (d *Desk) GetBlob(ctx context.Context, digest string) (io.ReadCloser, error) {
	result, err := topic.ParseDigest(digest)
	if err != nil {
		return nil, err
	}
	now, _, err := d.standIn(ctx, result)
	if err != nil {
		return nil, err
	}
	return d.Blobs.GetBlob(ctx, now.String())
}

// PutBlob keeps a result.
func (d *Desk) PutBlob(ctx context.Context, digest string, r io.Reader) error {
	return d.Blobs.PutBlob(ctx, digest, r)
}

func read(ctx context.Context, blobs Blobs, digest topic.Digest) ([]byte, error) {
	r, err := blobs.GetBlob(ctx, digest.String())
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
