package demo

// Poll is what the made city asks its participants to choose.
type Poll struct {
	Question, Explain string
	Options           []string
}

// Polls are the polls of a topic: one that is asked before and after the debate,
// and one that is open. None for most topics.
func Polls(l Lang, slug string) []Poll {
	if l != English || slug != "quiet-nights" {
		return nil
	}
	return []Poll{
		{
			"What should the city look after first at night?",
			"You are asked the same before and after the debate, to see what talking changes. Whatever comes first, the rest is not forgotten.",
			[]string{"Sleep: strict quiet hours everywhere", "Getting home: night buses before anything else"},
		},
		{
			"Should the centre have one night a week without cars in summer?",
			"From Friday evening to Saturday morning, inside the ring of the old walls. Residents and taxis to a door may still drive.",
			[]string{"Yes, from this summer", "Yes, but as a trial in one quarter first", "No"},
		},
	}
}
