package topic

// Assurance is how surely whoever takes part in a topic is known to be one person.
type Assurance uint8

// The levels. The zero level is what holds where a topic says nothing.
const (
	AssuranceRoster Assurance = iota // a list of people, or a code that came by letter
	AssuranceMail                    // reads mail at an address; who has two addresses is two people
	AssuranceCity                    // the city's identity point
)

var assuranceNames = [...]string{"roster", "mail", "city"}

// String is the level's name.
func (a Assurance) String() string { return nameOf(assuranceNames[:], int(a)) }

// MarshalText writes the level's name.
func (a Assurance) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads the level's name.
func (a *Assurance) UnmarshalText(b []byte) error {
	n, err := parseName("level of assurance", assuranceNames[:], b)
	*a = Assurance(n)
	return err
}

// Meets says that somebody known at this level may take part where another is asked
// for: the city's word is surer than a roster's, and a roster's than an address.
func (a Assurance) Meets(asked Assurance) bool {
	order := [...]int{AssuranceRoster: 1, AssuranceMail: 0, AssuranceCity: 2}
	return order[a] >= order[asked]
}
