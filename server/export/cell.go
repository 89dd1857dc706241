package export

import (
	"strings"
	"unicode"
)

// Escape makes a text safe as a CSV cell: where a spreadsheet could take it
// for a formula (it starts with = + - @, their full-width forms, a tab or a
// carriage return, spaces and invisible characters aside) it gets a leading
// apostrophe. A text that already looks escaped gets one too, so that Unescape
// is exact.
func Escape(s string) string {
	if risky(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// Unescape gives back the text that Escape was given.
func Unescape(s string) string {
	if rest, escaped := strings.CutPrefix(s, "'"); escaped && risky(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return s
}

// risky reports whether a spreadsheet might run s.
func risky(s string) bool {
	for _, c := range s {
		switch c {
		case '=', '+', '-', '@', '＝', '＋', '－', '＠', '−', '\t', '\r', '\n':
			return true
		}
		if !unicode.IsSpace(c) && !unicode.IsControl(c) && !unicode.Is(unicode.Cf, c) {
			return false
		}
	}
	return false
}
