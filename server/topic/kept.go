package topic

// Kept answers a value of every type that a topic keeps: the events of its log in
// all versions, the state that is their fold, and the rows of applicants. The
// inventory of personal data reads their tags.
func Kept() []any {
	kept := []any{Event{}, State{}, Row{}}
	for _, schema := range current {
		if schema.fresh != nil {
			kept = append(kept, schema.fresh())
		}
	}
	return kept
}
