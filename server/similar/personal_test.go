package similar

import (
	"slices"
	"testing"
	"unicode/utf16"
)

func TestFindPersonal(t *testing.T) {
	for _, c := range []struct {
		text, lang string
		want       []string // kind, stretch, mask
	}{
		{"😀 Call +44 20 7946 0958 or write to a@b.org", "en", []string{"phone", "+44 20 7946 0958", "[phone number]", "email", "a@b.org", "[e-mail]"}},
		{"🌳 Звоните 8 (912) 345-67-89, паспорт 4509 123456", "ru", []string{"phone", "8 (912) 345-67-89", "[номер телефона]", "document", "4509 123456", "[номер документа]"}},
		{"Живу по адресу ул. Ленина, д. 5", "ru", []string{"address", "ул. Ленина, д. 5", "[адрес]"}},
		{"Plant trees along Hill Street", "en", nil},
		{"", "en", nil},
	} {
		units := utf16.Encode([]rune(c.text))
		var got []string
		for _, p := range FindPersonal(c.text, c.lang) {
			got = append(got, p.Kind, string(utf16.Decode(units[p.From:p.To])), p.Mask)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}
