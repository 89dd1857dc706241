package job

import (
	"context"

	"veche/server/topic"
)

// SeatView is a seat with what its person answered.
type SeatView struct {
	Seat     uint32            `json:"seat"`
	Round    uint32            `json:"round"`
	Status   string            `json:"status"`
	Table    uint32            `json:"table"`
	Features map[string]string `json:"features"` // empty where the row was erased
	// SeatedBy is "draw", or the reason of the mark by which someone takes part
	// without a draw.
	SeatedBy  string          `json:"seated_by"`
	ID        string          `json:"id,omitempty"` // of the registrar's file, for the registrar
	Pseudonym topic.Pseudonym `json:"-"`
}

// Seats lists a topic's seats in their order.
func (j *Jobs) Seats(ctx context.Context, topicID string) ([]SeatView, error) {
	view, err := j.journal.View(ctx, topicID)
	if err != nil {
		return nil, err
	}
	list := []SeatView{}
	var rows []topic.Digest
	view.Read(func(s *topic.State, _ uint64) {
		for i := range s.Seats {
			x := &s.Seats[i]
			a := &s.Applications[x.Application-1]
			by := "draw"
			if mark, reason := s.MarkOf(x.Application); mark == topic.MarkIncluded {
				by = reason
			}
			list = append(list, SeatView{Seat: uint32(i + 1), Round: x.Round, Status: x.Status.String(), Table: x.Table, SeatedBy: by, Features: map[string]string{}, Pseudonym: a.Pseudonym})
			rows = append(rows, a.Row)
		}
	})
	texts, err := j.journal.Texts(ctx, topicID, rows)
	if err != nil {
		return nil, err
	}
	for i := range list {
		text, ok := texts[rows[i]]
		if !ok {
			continue
		}
		row, err := topic.ParseRow(text.Body)
		if err != nil {
			return nil, err
		}
		for _, answer := range row.Answers {
			list[i].Features[answer.Feature] = answer.Value
		}
	}
	return list, nil
}
