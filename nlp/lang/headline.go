package lang

// Form is a way in which a word stands in the texts, in lower case.
type Form struct {
	Text  string
	Count int
}

// Word is a word of a phrase that is to become a headline.
type Word struct {
	Surface string // as it stands in the phrase
	Stem    string
	Topic   bool   // no stop word
	Forms   []Form // in which the texts have it, the commonest first, equals by spelling
	Name    bool   // mostly written with a capital
}

// Headline writes a phrase as a headline and says how well it reads as one,
// 1 being a plain noun phrase.
type Headline func(words []Word) (text string, reads float64)
