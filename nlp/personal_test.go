package nlp

import (
	"slices"
	"testing"
	"unicode/utf8"
)

func TestFindPersonal(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string // kind, then the stretch
	}{
		{"Write to me: anna.petrova@example.org, please", []string{"email", "anna.petrova@example.org"}},
		{"Звоните 8 (912) 345-67-89 после шести", []string{"phone", "8 (912) 345-67-89"}},
		{"Мой номер +79123456789.", []string{"phone", "+79123456789"}},
		{"Call +44 20 7946 0958", []string{"phone", "+44 20 7946 0958"}},
		{"Call 020-7946-0958 in the evening", []string{"phone", "020-7946-0958"}},
		{"Карта 4111 1111 1111 1111 утеряна", []string{"card", "4111 1111 1111 1111"}},
		{"паспорт 4509 123456 выдан", []string{"document", "4509 123456"}},
		{"СНИЛС 112-233-445 95", []string{"document", "112-233-445 95"}},
		{"Номер 112-233-445 95 у меня", []string{"document", "112-233-445 95"}},
		{"ИНН 500100732259", []string{"document", "500100732259"}},
		{"это 500100732259", []string{"document", "500100732259"}},
		{"это 500100732258", nil},
		{"ИИН 900101300017", []string{"document", "900101300017"}},
		{"Más zonas para l@s vecin@s.La propuesta", nil},
		{"Part 7 - 1741430083 of the test", nil},
		{"Я живу: ул. Мира, д. 5, кв. 17", []string{"address", "ул. Мира, д. 5", "address", "кв. 17"}},
		{"I live at 12 Hill Street, and the pavement is broken", []string{"address", "12 Hill Street"}},
		{"My address is 7b Old Mill Road.", []string{"address", "7b Old Mill Road"}},
		{"We live on Mill Lane 5", []string{"address", "Mill Lane 5"}},
		{"Проживаю по адресу: ул. Ленина, д. 5, рядом парк", []string{"address", "ул. Ленина, д. 5"}},
		{"Я живу на улице 8 Марта, дом 12а.", []string{"address", "улице 8 Марта, дом 12а"}},
		{"мы живём в доме 17, света нет", []string{"address", "доме 17"}},
		{"Живу на проспекте Мира 3/1 и хочу тишины", []string{"address", "проспекте Мира 3/1"}},
		{"I live on the 3rd floor, near Hill Street", nil},
		{"We live in 2026", nil},
		{"At 12 Hill Street the lamp is out", nil},
		{"Живу в этом районе 20 лет", nil},
		{"На улице Мира, дом 5 нет света", nil},
		{"Живу на улице Мира 20 лет", nil},
		{"12 Hill Street, flat 4b, top floor", []string{"address", "flat 4b"}},
		{"a@b.ru и 8-912-345-67-89", []string{"email", "a@b.ru", "phone", "8-912-345-67-89"}},
		{"В доме 17 на улице Мира нет света с 01.02.2024 до 15.03.2024", nil},
		{"It costs 1 000 000 or 1,500,000, from 10:30 to 18:00 in 2024-2025", nil},
		{"Bus 12, 14 and 16 every 10-15 minutes, room 5", nil},
		{"Собрано 12 345 678 рублей на 20000 человек", nil},
		{"В квартире 14 градусов, заявка 2024-01-35597, индексы 28037-28032", nil},
		{"", nil},
	} {
		var got []string
		for _, p := range FindPersonal(c.text) {
			got = append(got, p.Kind, c.text[p.Start:p.End])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestMask(t *testing.T) {
	kinds := []string{"email", "phone", "card", "document", "address"}
	for _, lang := range []string{"en", "ru", "kk"} {
		seen := map[string]bool{}
		for _, kind := range kinds {
			m := Personal{Kind: kind}.Mask(lang)
			if len(FindPersonal(m)) > 0 || m == "" || seen[m] && lang != "kk" {
				t.Errorf("%s in %s is masked as %q", kind, lang, m)
			}
			seen[m] = true
		}
	}
	if m := (Personal{Kind: "phone"}).Mask("kk"); m != "[…]" {
		t.Errorf("a phone number in a language without words is masked as %q", m)
	}
}

func FuzzFindPersonal(f *testing.F) {
	for _, s := range []string{"8 (912) 345-67-89", "a@b.ru", "кв. 5", "\xff4111111111111111", "+", "1-1-1-1-1-1-1-1-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, p := range FindPersonal(text) {
			if p.Kind == "" || p.Start < at || p.End <= p.Start || p.End > len(text) {
				t.Fatalf("%+v after %d in %q", p, at, text)
			}
			at = p.End
			if utf8.ValidString(text) && !utf8.ValidString(text[p.Start:p.End]) {
				t.Fatalf("%+v cuts a character of %q", p, text)
			}
		}
	})
}

// TestPersonalOnRealTexts: among a hundred thousand texts that hardly anyone
// put such data in, few stretches are pointed out.
func TestPersonalOnRealTexts(t *testing.T) {
	for _, c := range []struct {
		set  string
		most int
	}{
		{"agnews8k", 0}, {"banking77", 0}, {"clinc150", 0}, {"kz_ru_complaints", 0}, {"kz_kk_complaints", 0}, {"stackoverflow", 0},
		{"madrid_proposals", 7}, // four times a real number of a fortune-teller, two web addresses with an @, four house numbers in a row
		{"barcelona", 0},
	} {
		t.Run(c.set, func(t *testing.T) {
			documents, _, _ := labelled(t, c.set)
			found := 0
			for _, d := range documents {
				for _, p := range FindPersonal(d.Text) {
					found++
					t.Logf("%s: %q", p.Kind, d.Text[p.Start:p.End])
				}
			}
			if found > c.most {
				t.Errorf("%d stretches in %d texts, want %d at most", found, len(documents), c.most)
			}
		})
	}
}
