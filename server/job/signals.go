package job

import (
	"context"
	"errors"

	"veche/server/analysis"
	"veche/server/journal"
	"veche/server/topic"
)

// SeekSignals looks for behaviour signals and answers the search's number. It reads
// the whole log, for the times of votes.
func (j *Jobs) SeekSignals(ctx context.Context, t Task) (journal.Ack, error) {
	return j.run(ctx, t, topic.ActionSeekSignals, func(s *topic.State) (topic.Command, analysis.Blobs, error) {
		texts, err := j.ideas(ctx, s)
		if err != nil {
			return nil, nil, err
		}
		var times analysis.VoteTimes
		err = j.journal.ReadAfter(ctx, t.Topic, 0, func(e *topic.Event) error {
			if e.Seq > s.Seq {
				return errRead
			}
			times.Observe(e)
			return nil
		})
		if err != nil && !errors.Is(err, errRead) {
			return nil, nil, err
		}
		event, blobs, err := analysis.FindSignals(ctx, s, texts, &times)
		return topic.RecordSignals{SignalsSought: event}, blobs, err
	})
}

// errRead ends the reading of a log.
var errRead = errors.New("job: read as far as needed")

// Signals answers the result of a search, nil for the zero digest. It is shared:
// read it only.
func (j *Jobs) Signals(ctx context.Context, result topic.Digest) (*analysis.Signals, error) {
	if result.IsZero() {
		return nil, nil
	}
	return resultOf(ctx, j, result, analysis.ParseSignals)
}
