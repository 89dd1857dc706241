package nlp

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxRunes bounds what is read of one text; an idea is far shorter, and a
// pasted book must not decide a topic.
const maxRunes = 20000

// Normalise makes texts comparable: NFC, entities and tags of HTML out,
// addresses of the web out, control and invisible characters out, white
// space collapsed. Letter case stays, because labels need it. Invalid
// UTF-8 becomes spaces. O(characters).
func Normalise(text string) string {
	if plain(text) {
		return text
	}
	out := normalised(text)
	if out == text {
		return text // what is kept once needs no second copy
	}
	return out
}

// plain reports whether a text is ASCII that normalising leaves as it is.
func plain(text string) bool {
	if len(text) > maxRunes {
		return false
	}
	before := byte(' ')
	for i := range len(text) {
		c := text[i]
		switch {
		case c < ' ' || c > '~' || c == '&' || c == '<', c == ' ' && before == ' ':
			return false
		case c == '/' && strings.HasSuffix(text[:i], ":/"), c == '.' && strings.HasSuffix(text[:i], "www"):
			return false
		}
		before = c
	}
	return before != ' ' || text == ""
}

func normalised(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, " ")
	}
	if strings.ContainsRune(text, '&') {
		text = html.UnescapeString(text)
	}
	if strings.ContainsRune(text, '<') {
		text = withoutTags(text)
	}
	if strings.Contains(text, "://") || strings.Contains(text, "www.") {
		text = withoutAddresses(text)
	}
	if !norm.NFC.IsNormalString(text) {
		text = norm.NFC.String(text)
	}
	var out strings.Builder
	out.Grow(len(text))
	space, runes := true, 0
	for _, r := range text {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			if !space {
				out.WriteByte(' ')
				space = true
			}
			continue
		case r == '\u00ad' || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r):
			continue
		}
		if runes++; runes > maxRunes {
			break
		}
		out.WriteRune(r)
		space = false
	}
	return strings.TrimSuffix(out.String(), " ")
}

// withoutTags replaces <tag …> by a space. A "<" that no letter, "/" or
// "!" follows, or that is not closed within 300 bytes, is text.
func withoutTags(text string) string {
	var out strings.Builder
	for {
		open := strings.IndexByte(text, '<')
		if open < 0 || open+1 >= len(text) {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(text[:open])
		text = text[open:]
		c := text[1]
		tag := c == '/' || c == '!' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		end := strings.IndexByte(text[:min(len(text), 300)], '>')
		if !tag || end < 0 {
			out.WriteByte('<')
			text = text[1:]
			continue
		}
		out.WriteByte(' ')
		text = text[end+1:]
	}
}

// withoutAddresses drops words that are addresses of the web.
func withoutAddresses(text string) string {
	words := strings.Fields(text)
	kept := words[:0]
	for _, w := range words {
		if strings.Contains(w, "://") || strings.HasPrefix(strings.ToLower(w), "www.") {
			continue
		}
		kept = append(kept, w)
	}
	return strings.Join(kept, " ")
}

// fold is the form in which words are compared: lower case, ё as е, one
// kind of apostrophe.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 'ё', 'Ё':
			return 'е'
		case '’', 'ʼ', '`', '´':
			return '\''
		}
		return unicode.ToLower(r)
	}, text)
}
