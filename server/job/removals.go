package job

import (
	"context"
	"slices"
	"time"

	"veche/server/analysis"
	"veche/server/topic"
)

// removalsLife is how long the statistics of moderation stay as they were made:
// everyone may ask for them while the topic changes all the time.
const removalsLife = 20 * time.Second

// Removals counts how a topic was moderated. It is shared: read it only.
func (j *Jobs) Removals(ctx context.Context, topicID string) (*analysis.Removals, error) {
	now := j.clock().UnixMilli()
	life := uint64(now / removalsLife.Milliseconds())
	return j.removals.Of(topicID, func() uint64 { return life }, func() (uint64, *analysis.Removals, error) {
		view, err := j.journal.View(ctx, topicID)
		if err != nil {
			return 0, nil, err
		}
		var r *analysis.Removals
		var form topic.Form
		var people []uint64
		var replies []topic.Reply
		rows := map[uint64]topic.Digest{}
		view.Read(func(s *topic.State, _ uint64) {
			r, form, people, replies = analysis.RemovalsOf(s, now), s.Settings.Form, analysis.Participants(s), slices.Clone(s.Replies)
			for _, n := range people {
				rows[n] = s.Applications[n-1].Row
			}
		})
		texts, err := j.journal.Texts(ctx, topicID, r.Digests())
		if err != nil {
			return 0, nil, err
		}
		given := make(map[topic.Digest]string, len(texts))
		for d, t := range texts {
			given[d] = string(t.Body)
		}
		r.Give(given, append(replies, topic.DefaultReplies()...))
		return life, r, r.Stratify(ctx, &form, people, j.rowsBy(topicID, func(n uint64) topic.Digest { return rows[n] }))
	})
}
