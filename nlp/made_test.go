package nlp

import (
	"strconv"
	"strings"
)

// theme is what made ideas of one kind are built from.
type theme struct {
	lang    string
	things  []string
	wishes  []string
	details []string
}

var themes = []theme{
	{"en", []string{"trees", "street trees", "shade trees", "a green roof", "flower beds", "a small park"}, []string{"plant %s", "we need more %s", "please add %s", "I would love to see %s"}, []string{"along the main street", "in front of the school", "between the houses", "where it gets hot in summer", "in the new quarter"}},
	{"en", []string{"night buses", "a bus line", "the tram", "bus stops", "bus tickets"}, []string{"run %s more often", "improve %s", "make %s cheaper", "fix %s"}, []string{"after midnight", "to the station", "for pupils and pensioners", "every ten minutes", "on Sundays"}},
	{"en", []string{"bicycle lanes", "safe bicycle parking", "a cycle path", "bicycle racks"}, []string{"build %s", "protect %s from cars", "more %s", "repair %s"}, []string{"on the bridge", "at the station", "along the river", "on the way to school"}},
	{"en", []string{"the library", "library opening hours", "reading rooms", "books for children"}, []string{"extend %s", "renovate %s", "pay for %s", "open %s"}, []string{"in the evening", "at weekends", "for students", "in every district"}},
	{"en", []string{"waste bins", "rubbish collection", "recycling containers", "litter"}, []string{"empty %s more often", "more %s", "deal with %s", "sort %s better"}, []string{"in the parks", "near the market", "behind the houses", "after the festival"}},
	{"ru", []string{"деревья", "новые клумбы", "зелёный сквер", "кустарники"}, []string{"посадить %s", "нужны %s", "прошу добавить %s", "хотелось бы видеть %s"}, []string{"вдоль главной улицы", "у школы", "во дворах", "в новом районе"}},
	{"ru", []string{"ночные автобусы", "трамвай", "автобусные остановки", "проезд в автобусе"}, []string{"улучшить %s", "сделать дешевле %s", "вернуть %s", "отремонтировать %s"}, []string{"после полуночи", "до вокзала", "для школьников", "по воскресеньям"}},
	{"ru", []string{"велодорожки", "велосипедные парковки", "стоянки для велосипедов"}, []string{"построить %s", "защитить %s от машин", "больше %s"}, []string{"на мосту", "у вокзала", "вдоль реки", "по пути в школу"}},
	{"ru", []string{"горячую воду", "отопление", "трубы отопления"}, []string{"включить %s вовремя", "починить %s", "проверить %s"}, []string{"в нашем доме", "до наступления холодов", "без отключений летом"}},
}

// madeIdeas makes n ideas of all themes, or of one language's, with the
// theme of each.
func madeIdeas(n int, seed uint64, language string) (documents []Document, of []int32) {
	r := random{seed}
	for len(documents) < n {
		t := r.below(len(themes))
		m := themes[t]
		if language != "" && m.lang != language {
			continue
		}
		text := strings.Replace(m.wishes[r.below(len(m.wishes))], "%s", m.things[r.below(len(m.things))], 1)
		for range r.below(3) {
			text += " " + m.details[r.below(len(m.details))]
		}
		if r.below(4) == 0 {
			text += ", " + strings.Replace(m.wishes[r.below(len(m.wishes))], "%s", m.things[r.below(len(m.things))], 1)
		}
		documents = append(documents, Document{ID: strconv.Itoa(len(documents) + 1), Text: text})
		of = append(of, int32(t))
	}
	return documents, of
}

func shuffled(documents []Document, seed uint64) []Document {
	r := random{seed}
	out := append([]Document(nil), documents...)
	for i := len(out) - 1; i > 0; i-- {
		j := r.below(i + 1)
		out[i], out[j] = out[j], out[i]
	}
	return out
}
