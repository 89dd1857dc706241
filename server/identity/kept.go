package identity

// Kept answers a value of every type that holds something about a person, in the
// store and on the way: the inventory of personal data reads their tags.
func Kept() []any {
	return []any{personRecord{}, proof{}, sessionRecord{}, codeRecord{}, byMail{}, byCity{}, factor{}, Change{}, mailing{}, letter{}, Person{}, Letter{}, SignIn{}}
}
