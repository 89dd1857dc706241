package ru

import (
	"strings"
	"testing"

	"veche/nlp/lang"
)

// word makes a Word from "surface: form form×3 …".
func word(text string) lang.Word {
	surface, rest, _ := strings.Cut(text, ":")
	w := lang.Word{Surface: surface, Topic: !Language.Stop(surface)}
	w.Stem = Language.NewStemmer().Stem(fold(surface))
	for _, f := range strings.Fields(rest) {
		form, times, ok := strings.Cut(f, "×")
		count := 1
		if ok {
			count = int(times[0] - '0')
		}
		w.Forms = append(w.Forms, lang.Form{Text: form, Count: count})
	}
	return w
}

func TestHeadline(t *testing.T) {
	for _, c := range []struct {
		words []string
		want  string
	}{
		{[]string{"реки: реки×5 река×2 реке×3 рекой"}, "река"},
		{[]string{"двора: двора×3 дворе×4 двор×2 дворы дворов"}, "двор"},
		{[]string{"врачу: врачу×3 врача×2 врач врачей врачи"}, "врач"},
		{[]string{"парковку: парковку×4 парковки×2 парковка парковке"}, "парковка"},
		{[]string{"собак: собак×5 собаки×4 собака собаками×3"}, "собаки"},
		{[]string{"освещения: освещения×4 освещение×2 освещением"}, "освещение"},
		{[]string{"организации: организации×3 организация организацию"}, "организация"},
		{[]string{"площади: площади×4 площадь×2 площадью"}, "площадь"},
		{[]string{"деревьев: деревьев×4 деревья×3 дерево"}, "деревья"},
		{[]string{"коляской: коляской×4 коляска коляску×2"}, "коляска"},
		{[]string{"столовой: столовой×6 столовая столовую"}, "столовая"},
		{[]string{"поликлинике: поликлинике×4 поликлинику×2 поликлиники поликлиник"}, "поликлиника"},
		{[]string{"поликлинике: поликлинике×4 поликлинику×2 поликлиники поликлиник поликлиника"}, "поликлиника"},
		{[]string{"подъездах: подъездах×2 подъезда подъездом подъезде"}, "подъезд"},
		{[]string{"горячей: горячей×4 горячая горячую", "воды: воды×6 вода воду водой"}, "горячая вода"},
		{[]string{"школьной: школьной×3 школьного школьный", "столовой: столовой×6 столовая столовую"}, "школьной столовой"},
		{[]string{"детских: детских×3 детская", "площадок: площадок×3"}, "детских площадок"}, // nobody wrote the nominative
		{[]string{"ночного: ночного×3 ночной", "автобуса: автобуса×3 автобус автобусы автобусов"}, "ночной автобус"},
		{[]string{"новых: новых×3 новые", "автобусов: автобусов×5 автобусы×2 автобус"}, "новые автобусы"},
		{[]string{"вывоз: вывоз×3 вывоза", "мусора: мусора×5 мусор"}, "вывоз мусора"},
		{[]string{"качества: качества×3 качество×2", "питания: питания×5"}, "качество питания"},
	} {
		var words []lang.Word
		for _, w := range c.words {
			words = append(words, word(w))
		}
		if got, _ := Headline(words); got != c.want {
			t.Errorf("%q: got %q, want %q", c.words, got, c.want)
		}
	}
}

func TestVerbsReadBadly(t *testing.T) {
	for _, w := range []string{"закрывайте: закрывайте×3", "посадите: посадите×3 посадить", "чистят: чистят×2 чистить×2", "ремонтировать: ремонтировать×2 ремонтируют"} {
		if text, reads := Headline([]lang.Word{word(w)}); reads > 0.6 {
			t.Errorf("%q reads %v as a headline", text, reads)
		}
	}
	for _, w := range []string{"билет: билет×3 билеты билета", "институт: институт×3 института", "зал: зал×3 зала залы", "свет: свет×3 света", "мост: мост×2 моста"} {
		if text, reads := Headline([]lang.Word{word(w)}); reads < 0.9 {
			t.Errorf("%q reads %v as a headline", text, reads)
		}
	}
}
