package play

import (
	"veche/server/demo"
	"veche/server/topic"
)

// debateSettings are the agendas and the argument cards of a topic of the demo.
func debateSettings(l demo.Lang, slug string) (topic.Debate, error) {
	prepared, err := demo.DebateIn(l)
	if err != nil {
		return topic.Debate{}, err
	}
	var d topic.Debate
	for _, agenda := range []struct {
		from []demo.AgendaStep
		to   *[]topic.Step
	}{{prepared.Agenda, &d.Agenda}, {prepared.HallAgenda, &d.HallAgenda}} {
		for _, s := range agenda.from {
			step := topic.Step{Title: s.Title, Prompt: s.Prompt, Minutes: uint32(s.Minutes), Turns: s.Turns, TurnSeconds: uint32(s.TurnSeconds)}
			if err := step.Kind.UnmarshalText([]byte(s.Kind)); err != nil {
				return d, err
			}
			*agenda.to = append(*agenda.to, step)
		}
	}
	for _, a := range prepared.Arguments[slug] {
		d.Arguments = append(d.Arguments, topic.Argument(a))
	}
	return d, nil
}
