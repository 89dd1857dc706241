package nlp

import (
	"context"
	"testing"
)

func TestDetectLanguage(t *testing.T) {
	for _, c := range []struct{ text, hint, want string }{
		{"Please plant more trees along the street", "", "en"},
		{"Посадите больше деревьев вдоль улицы", "", "ru"},
		{"Посадіть більше дерев уздовж вулиці, будь ласка", "", "uk"},
		{"Көше бойына ағаш отырғызуыңызды сұраймыз", "", "kk"},
		{"Más árboles en las calles del barrio, por favor", "", "es"},
		{"Més arbres als carrers del barri, que fa molta calor", "", "ca"},
		{"Mehr Bäume in der Straße und vor dem Bahnhof", "", "de"},
		{"Plus d'arbres dans les rues et devant la gare", "", "fr"},
		{"WiFi", "ru", "en"}, // another script than the hint's
		{"WiFi", "de", "de"},
		{"Парк", "uk", "uk"},
		{"1234 !!", "ru", "ru"},
		{"", "", "und"},
		{"公園に木を植えてください", "", "und"},
		{"Trees", "en-GB", "en"},
	} {
		if got := DetectLanguage(c.text, c.hint); got != c.want {
			t.Errorf("%q with hint %q: got %s, want %s", c.text, c.hint, got, c.want)
		}
	}
}

// TestLanguagesOfRealTexts: over a whole file, where what most texts show
// decides for those that show nothing.
func TestLanguagesOfRealTexts(t *testing.T) {
	for _, c := range []struct {
		set, want string
		share     float64
	}{
		{"kz_ru_complaints", "ru", 0.995},
		{"kz_kk_complaints", "kk", 0.99},
		{"madrid_proposals", "es", 0.945}, // 4.9 % are probes of the site, in English
		{"banking77", "en", 0.99},
	} {
		t.Run(c.set, func(t *testing.T) {
			notUnderRace(t)
			documents, _, _ := labelled(t, c.set)
			documents = documents[:min(len(documents), 2500)]
			rows, err := analyse(context.Background(), documents, nil)
			if err != nil {
				t.Fatal(err)
			}
			right := 0
			for _, r := range rows.rows {
				if r.language.Code == c.want {
					right++
				}
			}
			if got := float64(right) / float64(len(documents)); got < c.share {
				t.Errorf("%.3f of the texts are found to be %s, want %.3f", got, c.want, c.share)
			}
		})
	}
}
