package double

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
	"unicode"
)

// Person is what is known of who applied; empty fields are unknown.
type Person struct {
	Number  uint64 // of the application
	Name    string
	Birth   string // year, or a date that begins or ends with it
	Address string // or household
	Phone   string
	Mail    string
	Answers string // to the form, all of them
}

// Why says what two applications have in common, one bit each.
type Why uint8

// The likenesses.
const (
	SameName    Why = 1 << iota // one name as it sounds, and one year of birth where both are known
	NearName                    // nearly one name, and one year of birth
	SamePhone                   // one phone
	SameAddress                 // one address, and nearly one name
	SameMail                    // one mailbox
	SameAnswers                 // one address and the same answers, and a name is not known
)

// Names are the likenesses in words, for a program.
func (w Why) Names() []string {
	names := []string{}
	for i, n := range []string{"name", "near-name", "phone", "address", "mail", "answers"} {
		if w&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return names
}

// Pair is two applications that are likely of one person, A < B.
type Pair struct {
	A, B uint64
	Why  Why
}

// MaxBlock is how many people can share what brings them together to be compared.
const MaxBlock = 100

// known is a person as the search compares them.
type known struct {
	number         uint64
	parts          []string
	whole          string // the parts
	birth          int
	phone, address uint64
	answers        string
}

type entry struct {
	key uint64
	at  uint32
}

// Find answers likely doubles by A, then B. O(n log n) for n people.
func Find(people []Person) []Pair {
	all := make([]known, len(people))
	var named, boned, parted, phoned, housed, mailed []entry
	for i, p := range people {
		k := known{number: p.Number, parts: fold(p.Name), birth: year(p.Birth), phone: phone(p.Phone), address: address(p.Address), answers: p.Answers}
		k.whole = strings.Join(k.parts, " ")
		all[i] = k
		at := uint32(i)
		if len(k.parts) > 1 { // a single name is many people's
			birth := string(rune('0' + k.birth))
			named = append(named, entry{hash(k.whole), at})
			if k.birth != 0 {
				boned = append(boned, entry{hash(bones(k.parts) + birth), at})
				for _, part := range k.parts {
					parted = append(parted, entry{hash(part + birth), at})
				}
			}
		}
		if k.phone != 0 {
			phoned = append(phoned, entry{k.phone, at})
		}
		if k.address != 0 {
			housed = append(housed, entry{k.address, at})
		}
		if box := mailbox(p.Mail); box != 0 {
			mailed = append(mailed, entry{box, at})
		}
	}
	var found []Pair
	meet := func(entries []entry, like func(a, b *known) Why) {
		slices.SortFunc(entries, func(x, y entry) int { return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.at, y.at)) })
		for from := 0; from < len(entries); {
			to := from + 1
			for to < len(entries) && entries[to].key == entries[from].key {
				to++
			}
			if block := entries[from:to]; len(block) > 1 && len(block) <= MaxBlock {
				for i := range block {
					for j := range i {
						a, b := &all[block[j].at], &all[block[i].at]
						if a.number == b.number {
							continue
						}
						if why := like(a, b); why != 0 {
							found = append(found, Pair{min(a.number, b.number), max(a.number, b.number), why})
						}
					}
				}
			}
			from = to
		}
	}
	born := func(a, b *known) bool { return a.birth == b.birth && a.birth != 0 }
	meet(named, func(a, b *known) Why {
		if a.whole != b.whole || a.birth != b.birth && a.birth != 0 && b.birth != 0 {
			return 0
		}
		return SameName
	})
	nearly := func(a, b *known) Why {
		if !born(a, b) || a.whole == b.whole || !near(a, b) {
			return 0
		}
		return NearName
	}
	meet(boned, nearly)
	meet(parted, nearly)
	meet(phoned, func(a, b *known) Why { return SamePhone })
	meet(mailed, func(a, b *known) Why { return SameMail })
	meet(housed, func(a, b *known) Why {
		if a.whole == "" || b.whole == "" {
			if a.answers == b.answers && a.answers != "" {
				return SameAnswers
			}
			return 0
		}
		if a.birth != b.birth && a.birth != 0 && b.birth != 0 || !near(a, b) {
			return 0
		}
		return SameAddress
	})
	return joined(found)
}

// joined puts what was found of each pair together.
func joined(found []Pair) []Pair {
	slices.SortFunc(found, func(x, y Pair) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	list := found[:0]
	for _, p := range found {
		if n := len(list); n > 0 && list[n-1].A == p.A && list[n-1].B == p.B {
			list[n-1].Why |= p.Why
			continue
		}
		list = append(list, p)
	}
	return list
}

func hash(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s)) // never fails
	return h.Sum64()
}

// year finds the year in a date of birth, 0 where there is none.
func year(date string) int {
	for _, field := range strings.FieldsFunc(date, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(field) == 4 && (field[:2] == "19" || field[:2] == "20" || field[:2] == "18") {
			return int(field[0]-'0')*1000 + int(field[1]-'0')*100 + int(field[2]-'0')*10 + int(field[3]-'0')
		}
	}
	return 0
}

// phone is a phone's last ten digits: with and without the country's code it is one.
func phone(s string) uint64 {
	var digits []byte
	for _, r := range s {
		if r >= '0' && r <= '9' {
			digits = append(digits, byte(r))
		}
	}
	if len(digits) < 6 {
		return 0
	}
	return hash(string(digits[max(0, len(digits)-10):]))
}

// mailbox is where mail to an address arrives: what follows a plus sign is the
// reader's own note, and some providers let dots pass.
func mailbox(s string) uint64 {
	local, domain, ok := strings.Cut(strings.ToLower(strings.TrimSpace(s)), "@")
	local, _, _ = strings.Cut(local, "+")
	if !ok || local == "" || domain == "" {
		return 0
	}
	if domain == "googlemail.com" {
		domain = "gmail.com"
	}
	if domain == "gmail.com" {
		local = strings.ReplaceAll(local, ".", "")
	}
	return hash(local + "@" + domain)
}

// address is an address by its words and numbers, in their order.
func address(s string) uint64 {
	var words []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if f := foldWord(w); f != "" {
			w = f
		}
		switch w = strings.ToLower(w); w { // as they are once folded
		case "ul", "ulitsa", "st", "str", "stret", "strase", "d", "dom", "kv", "kvartira", "apt", "apartment", "g", "gorod", "house", "flat", "no":
		default:
			words = append(words, w)
		}
	}
	if len(words) < 2 {
		return 0
	}
	return hash(strings.Join(words, " "))
}
