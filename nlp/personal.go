package nlp

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Personal is a stretch of a text that may tell who somebody is or where
// they live, in bytes of the text.
type Personal struct {
	Kind       string // email, phone, card, document, address
	Start, End int
}

const streetEnglish = `(?:street|st\.?|road|rd\.?|avenue|ave\.?|lane|ln\.?|drive|close|square|way|court|crescent|terrace|boulevard|place|gardens)`

// masks stand for what was taken out, by kind.
var masks = map[string]map[string]string{
	"en": {"email": "[e-mail]", "phone": "[phone number]", "card": "[card number]", "document": "[document number]", "address": "[address]"},
	"ru": {"email": "[адрес почты]", "phone": "[номер телефона]", "card": "[номер карты]", "document": "[номер документа]", "address": "[адрес]"},
}

// Mask is what may stand in place of the stretch in a text of that language.
func (p Personal) Mask(language string) string {
	if m := masks[language][p.Kind]; m != "" {
		return m
	}
	return "[…]"
}

var (
	emailPattern = regexp.MustCompile(`[\p{L}0-9._%+\-]+@[\p{L}0-9\-]+(?:\.[\p{L}0-9\-]+)*\.\p{L}{2,}`)
	digitPattern = regexp.MustCompile(`\+?\(?\d[\d \t\x{a0}().\-–/]*\d`)
	// A flat tells a household; a street or a house by itself is what ideas
	// are about.
	flatPattern = regexp.MustCompile(`(?i)(?:\bflat|\bapt\.?|\bapartment|\bpiso|\bwohnung)[ \t]*(?:№|no\.?|#)?[ \t]*\d+[а-яa-z]?`)
	flatRussian = regexp.MustCompile(`(?i)(?:^|[\s,.(])(кв(?:артира)?\.?[ \t]*(?:№[ \t]*)?\d+)`)
	dateShape   = regexp.MustCompile(`^\d{1,4}[./\-–]\d{1,2}([./\-–]\d{1,4})?$|^\d{4}[–\-]\d{4}$`)
	// Nor does a street, but where the author says to live there.
	homeEnglish = regexp.MustCompile(`(?i)\b(?:i (?:also )?live|we live|i reside|my (?:home )?address(?: is)?)\b[:,]?[ \t]*(?:at|on|in|is)?[:,]?[ \t]*(\d+[a-z]?[ \t,]+(?:\p{L}[\p{L}'’.\-]*[ \t]+){0,3}` + streetEnglish + `|(?:\p{L}[\p{L}'’.\-]*[ \t]+){1,3}` + streetEnglish + `[ \t,]+(?:no\.?[ \t]*)?\d+[a-z]?)(?:[^\p{L}\d]|$)`)
	homeRussian = regexp.MustCompile(`(?i)(?:^|[^\p{L}])(?:живу|живём|живем|проживаю|проживаем|мой (?:домашний )?адрес)(?:[ \t]+(?:я|мы))?[ \t]*:?[ \t]*(?:по адресу)?[ \t]*:?[ \t]*(?:на[ \t]+|в[ \t]+)?(` +
		`(?:(?:ул|просп|пр|пер|бул|б|ш|мкр|наб|пл)\.?(?:-[трд])?|(?:улиц|площад|набережн)\p{L}+|(?:проспект|переул|бульвар|шоссе|проезд|микрорайон)\p{L}*)[ \t]*(?:[\p{L}\d][\p{L}\d.\-]*[ \t]*){1,4},?[ \t]*(?:д(?:ом)?\.?[ \t]*)?(?:№[ \t]*)?\d+[а-яё]?(?:/\d+)?|` +
		`(?:\p{L}[\p{L}.\-]*[ \t]+){0,4}дом[а-я]*\.?[ \t]*(?:№[ \t]*)?\d+[а-яё]?(?:/\d+)?)(?:[^\p{L}\d]|$)`)
	timeAfter = regexp.MustCompile(`^[ \t]*(?:лет|год|мес|мин|этаж|years?|months?|min)`) // "живу на улице Мира 20 лет"
	// A dash between spaces before one long number joins nothing: "part 7 – 1741430083".
	dashShape   = regexp.MustCompile(`^\d{1,2}\s+[-–]\s+\d{8,}$`)
	snilsShape  = regexp.MustCompile(`^\d{3}-\d{3}-\d{3}[ -]\d{2}$`)
	documentCue = regexp.MustCompile(`(?i)(паспорт\p{L}*|снилс|инн|иин|удостоверени\p{L}*|полис\p{L}*|passport|\bid\b|social security|insurance)[^\d]{0,25}$`)
)

// FindPersonal points out e-mail addresses, phone numbers, numbers of
// payment cards and documents, flats, and houses where an author says to live,
// so that authors can take them out
// before they send. It errs on the side of asking; the author decides. The
// stretches don't overlap and are in order. O(characters).
func FindPersonal(text string) []Personal {
	var found []Personal
	add := func(kind string, start, end int) {
		if !slices.ContainsFunc(found, func(p Personal) bool { return start < p.End && p.Start < end }) {
			found = append(found, Personal{kind, start, end})
		}
	}
	for _, m := range emailPattern.FindAllStringIndex(text, -1) {
		if !strings.Contains(text[m[0]:m[1]], "@s.") { // vecin@s. Y: both genders in Spanish
			add("email", m[0], m[1])
		}
	}
	for _, m := range digitPattern.FindAllStringIndex(text, -1) {
		if kind := numberKind(text, m[0], m[1]); kind != "" {
			add(kind, m[0], m[1])
		}
	}
	for _, m := range flatPattern.FindAllStringIndex(text, -1) {
		add("address", m[0], m[1])
	}
	for _, m := range flatRussian.FindAllStringSubmatchIndex(text, -1) {
		add("address", m[2], m[3])
	}
	for _, home := range []*regexp.Regexp{homeEnglish, homeRussian} {
		for _, m := range home.FindAllStringSubmatchIndex(text, -1) {
			if !timeAfter.MatchString(text[m[3]:]) {
				add("address", m[2], m[3])
			}
		}
	}
	slices.SortFunc(found, func(a, b Personal) int { return cmp.Compare(a.Start, b.Start) })
	return found
}

// numberKind tells what a run of digits may be; "" for an ordinary number.
func numberKind(text string, start, end int) string {
	run := text[start:end]
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	if start > 0 && unicode.IsLetter(before) || end < len(text) && unicode.IsLetter(after) || dateShape.MatchString(run) || dashShape.MatchString(run) {
		return ""
	}
	var digits []byte
	for i := range len(run) {
		if run[i] >= '0' && run[i] <= '9' {
			digits = append(digits, run[i])
		}
	}
	if n := len(digits); n >= 6 && n <= 14 && documentCue.MatchString(text[max(0, start-60):start]) {
		return "document"
	}
	switch n := len(digits); {
	case snilsShape.MatchString(run), n == 12 && len(run) == 12 && taxNumber(digits):
		return "document"
	case n >= 13 && n <= 19 && luhn(digits):
		return "card"
	case strings.HasPrefix(run, "+") && n >= 9 && n <= 15:
		return "phone"
	case n == 11 && (digits[0] == '7' || digits[0] == '8'):
		return "phone"
	case n >= 9 && n <= 12 && strings.ContainsAny(run, " -(–.") && grouped(run):
		return "phone"
	case n == 10 && len(run) == 11 && run[4] == ' ':
		return "document" // a Russian passport: series and number
	}
	return ""
}

// grouped reports whether digits are in groups as phone numbers are: of two
// to four, and no thousands ("1 000 000").
func grouped(run string) bool {
	groups := strings.FieldsFunc(run, func(r rune) bool { return r < '0' || r > '9' })
	for i, g := range groups {
		if len(g) > 4 || len(g) < 2 && i > 0 {
			return false
		}
	}
	if len(groups) < 3 {
		return strings.ContainsAny(run, "(-–")
	}
	thousands := true
	for _, g := range groups[1:] {
		thousands = thousands && len(g) == 3
	}
	return !thousands || strings.ContainsAny(run, "(-–")
}

// taxNumber checks the two check digits of a Russian person's ИНН.
func taxNumber(digits []byte) bool {
	check := func(weights ...int) int {
		sum := 0
		for i, w := range weights {
			sum += w * int(digits[i]-'0')
		}
		return sum % 11 % 10
	}
	return check(7, 2, 4, 10, 3, 5, 9, 4, 6, 8) == int(digits[10]-'0') && check(3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) == int(digits[11]-'0')
}

// luhn is the check digit of payment cards (ISO/IEC 7812-1, annex B).
func luhn(digits []byte) bool {
	sum := 0
	for i, d := range digits {
		v := int(d - '0')
		if (len(digits)-i)%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}
