package selection

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// pageWords are the texts of report.html in one language: sentences by name,
// plural forms and the marks of numbers.
type pageWords struct {
	lang                string
	thousands, decimals string
	plural              func(n int) int // which of a noun's forms
	nouns               map[string][]string
	texts               map[string]string
	objectives          map[Objective]string
	limits              map[string]string // of what the library says in English; the rest stays as it is
	phrases             []string          // parts of what library and server say in English, each before its own words
}

// PageLanguages are the languages of report.html.
var PageLanguages = []string{"en", "ru"}

func wordsOfPage(lang string) (*pageWords, error) {
	switch lang {
	case "", "en":
		return &english, nil
	case "ru":
		return &russian, nil
	}
	return nil, fmt.Errorf("there is no report in the language %q: use %s", lang, strings.Join(PageLanguages, " or "))
}

// say is a text by its name, filled in.
func (w *pageWords) say(name string, values ...any) string {
	text, ok := w.texts[name]
	if !ok {
		panic("report.html has no text " + name)
	}
	if len(values) == 0 {
		return text
	}
	return fmt.Sprintf(text, values...)
}

func (w *pageWords) sayAll(phrases []phrase) []string {
	var out []string
	for _, one := range phrases {
		out = append(out, w.say(one.name, one.values...))
	}
	return out
}

// said puts a reason, or the name of a solver, into the page's words as far as
// the program said it; what a person wrote stays as it is.
func (w *pageWords) said(text string) string {
	return strings.NewReplacer(w.phrases...).Replace(text)
}

// number writes a whole number with its thousands apart.
func (w *pageWords) number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	if len(digits) < 5 && w.lang != "en" {
		return sign + digits
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + w.thousands + digits[at:]
	}
	return sign + digits
}

// decimal writes a number with so many places.
func (w *pageWords) decimal(v float64, places int) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', places, 64), ".", w.decimals, 1)
}

// percent writes a share with as many places as it takes to tell it from its
// neighbours.
func (w *pageWords) percent(v float64) string {
	places := 1
	switch {
	case v <= 0 || v >= 0.9995:
		places = 0
	case v < 0.001:
		places = 4
	case v < 0.01:
		places = 3
	case v < 0.1:
		places = 2
	}
	return w.decimal(100*v, places) + "\u00a0%"
}

// share writes a share of people with one place at most.
func (w *pageWords) share(v float64) string {
	if v <= 0 {
		return "0\u00a0%"
	}
	return w.decimal(100*v, 1) + "\u00a0%"
}

// count writes a number and the noun in the form that it wants.
func (w *pageWords) count(n int, noun string) string {
	return w.number(n) + " " + w.nouns[noun][w.plural(n)]
}

// odds says a chance as people say it.
func (w *pageWords) odds(p float64) string {
	switch {
	case p <= 0:
		return w.say("odds_none")
	case p >= 0.9995:
		return w.say("odds_sure")
	}
	if one := math.Round(1 / p); one >= 10 || (one > 1 && math.Abs(1/p-one) < 0.05) {
		return w.say("odds_one_in", w.number(int(one)))
	}
	return w.say("odds_of_hundred", w.number(int(math.Round(100*p))))
}

var english = pageWords{
	lang: "en", thousands: ",", decimals: ".",
	plural: func(n int) int {
		if n == 1 {
			return 0
		}
		return 1
	},
	nouns: map[string][]string{
		"participant": {"participant", "participants"}, "drawn": {"participant was", "participants were"}, "from": {"person", "people"},
		"person": {"person", "people"}, "seat": {"seat", "seats"}, "pick": {"pick was", "picks were"}, "kind": {"kind", "kinds"}, "replay": {"draw", "draws"}, "panel": {"panel", "panels"}, "value": {"more answer", "more answers"},
	},
	objectives: map[Objective]string{
		Leximin:    "The lowest chance is made as high as possible, then the second lowest, and so on (leximin).",
		Maximin:    "The lowest chance is made as high as possible (maximin).",
		Nash:       "Chances are made as even as possible, and nobody’s falls below 99.5 % of the highest lowest chance that any lottery could give (Nash).",
		Goldilocks: "No chance is made very small and none very large, so that a false answer in the form pays little (Goldilocks).",
	},
	texts: map[string]string{
		"page": "Draw report", "among": "All chances are among those who applied.",
		"headline": "%s drawn by lot from %s who applied", "headline_guests": "%s drawn by lot from %s who could be drawn; taking part without a draw: %s", "headline_round": "%s drawn by lot in round %s, from %s who could be drawn",
		"met": "Every quota is met.", "not_met": "Not every quota is met: see the rows marked below.",
		"lead":         "Everything on these pages is among those who applied. It says nothing about people who did not.",
		"figure_seats": "seats", "figure_drawn": "drawn in this round", "figure_applied": "applied", "figure_low": "lowest chance", "figure_high": "highest chance", "figure_gini": "inequality of chances (Gini)",
		"odds_none": "no chance", "odds_sure": "certain", "odds_one_in": "about 1 in %s", "odds_of_hundred": "about %s in 100",
		"makeup": "Who lives here, who applied, who was drawn", "makeup_short": "Who applied, who was drawn",
		"makeup_lead": "For each answer of the form: its share of those who applied and of the participants, and how many seats it was to have.",
		"makeup_all":  "For each answer of the form: its share of the population, of those who applied and of the participants, and how many seats it was to have.",
		"value":       "Answer", "population": "Population", "applied": "Applied", "wanted": "Seats wanted", "drawn": "Participants", "bars": "Side by side",
		"bar_label": "%s of those who applied, %s of the participants", "bar_label_all": "%s of the population, %s of those who applied, %s of the participants",
		"more_values": "… and %s with nobody.", "key_band": "seats wanted", "missed": "missed", "no_population": "–",
		"chances": "Everyone’s chance", "chances_lead": "The chance of each person who could be drawn in this round, from the lowest to the highest.",
		"chance_range":    "The lowest chance is %s (%s), the highest %s (%s). If all were equal it would be %s (%s).",
		"chance_equal":    "Everyone’s chance is the same: %s (%s).",
		"chance_none":     "%s could not be drawn at all: no panel that meets these quotas can hold them.",
		"chance_unlisted": "%s could not be drawn: none of the listed panels holds them, though others that meet these quotas may.",
		"gini":            "The inequality of chances (Gini) is %s: 0 would be the same chance for all, 1 would be all the chance for one person. In other words, the chances of two people picked at random differ on average by %s of the mean chance.",
		"bound_met":       "That is the best possible: it is proven that no lottery that meets these quotas gives everyone more than %s.",
		"bound_gap":       "It is proven that no lottery that meets these quotas gives everyone more than %s. This one reaches %s of that.",
		"weighed":         "Some people are preferred by a weight: divided by the weight, the lowest chance is %s.",
		"weighed_met":     "That is the best possible: it is proven that no lottery that meets these quotas gives everyone more than %s times their weight.",
		"weighed_gap":     "It is proven that no lottery that meets these quotas gives everyone more than %s times their weight. This one reaches %s of that.",
		"real_exact":      "These chances are exact: the draw gives every person exactly the chance that is published.",
		"real_measured":   "Households and rounding to whole seats are part of these chances: in %s with other seeds the share of times that a group was drawn differed from its published chance by at most %s of it (error of that measurement: ± %s).",
		"real_target":     "The draw aims at these chances. Rounding to whole seats, and one seat a household, can move them a little; by how much was not measured in this draw.",
		"chart_x":         "people, from the lowest chance to the highest", "chart_y": "chance", "chart_mean": "if all were equal", "chart_bound": "proven limit of the lowest chance",
		"chart_label": "Curve of everyone’s chance from the lowest, %s, to the highest, %s; the chance in the middle is %s.",
		"quantiles":   "The same in numbers", "quantile": "People", "chance": "Chance", "quantile_low": "lowest", "quantile_tenth": "a tenth have at most", "quantile_quarter": "a quarter have at most", "quantile_half": "half have at most", "quantile_three": "three quarters have at most", "quantile_nine": "nine tenths have at most", "quantile_high": "highest",
		"fit": "What preferring interest costs", "fit_lead": "%s for their interest in the topic (%s). This is what the chances are with that preference, and what they would have been without it.", "fit_people": "%s were preferred",
		"fit_weights": "interests that count more", "fit_band": "Mean chance, %s (%s)", "fit_with": "With", "fit_without": "Without", "fit_low": "Lowest chance", "fit_gini": "Inequality of chances (Gini)", "fit_mean": "Typical chance (geometric mean)",
		"flow": "Who could be drawn", "flow_applied": "Applied", "flow_left": "Left out: %s", "flow_left_all": "Left out, each person once (below by reason, several may concern one)", "flow_left_other": "Left out: lives with somebody who has a seat, or for another rule", "flow_seated": "Seat taken before: %s", "flow_seated_all": "Seats taken before", "flow_eligible": "Could be drawn in this round", "flow_drawn": "Drawn in this round", "flow_reserves": "Reserves, in order, for seats that are declined",
		"how": "How it was drawn", "how_types": "People who gave the same answers are one kind; there were %s of them.",
		"kinds_alike": "Within a kind everyone has the same chance.", "kinds_differ": "Within a kind chances differ by at most %s, because only one person a household may be drawn and panels hold whole people.",
		"how_chosen": "Why this method: %s", "how_solver": "Computed by: %s.", "how_panels": "%s were written down beforehand, all equally likely, and the lot picked number %s.", "how_panels_only": "%s were written down beforehand, all equally likely, and the lot picked one.",
		"how_lottery":    "The lottery lists %s, each of which meets every quota, with the share of each.",
		"how_homes":      "One person a household: %s drawn again within the same kind, %s moved to a like one.",
		"how_invited":    "%s are invited so that %s come: %s are expected to, by the show-up rates in %s (%s of everyone). With a probability of at least %s all minimums are met by those who come.",
		"how_no_address": "Without an address: %s. They are taken as living alone; that nobody else of their household was drawn is not shown.",
		"how_round":      "This is round %s: the seats that were declined are drawn anew so that the quotas of the whole panel hold. Chances are those of this round.",
		"how_changed":    "This round was not drawn by the rules of the round before: %s. The reason given: %s.",
		"change_seats":   "%d seats instead of %d", "change_objective": "objective %s instead of %s", "change_new": "a new quota for %s: %s, %d to %d",
		"change_quota": "%s: %s from %d to %d instead of %d to %d", "change_gone": "no quota for %s: %s any more",
		"check": "How to check it", "check_lead": "These values bind the list of applicants and the rules before the random value could be known. With the pool anyone gets the same draw, byte by byte; without it the proof shows what it can.",
		"check_published": "Published before the random value", "published_at": "%s, as the organiser says", "not_published": "no: fixed and drawn at once", "check_commitment": "Commitment (digest of all that was fixed)", "earlier": "Commitments of this topic before", "earlier_lead": "Each names the one before and says why there was another, so that no draw can be repeated in silence.", "earlier_one": "%s: %s", "check_program": "Digest of the program", "check_root": "Everyone who applied (Merkle root)", "check_policy": "Digest of the rules", "check_seed": "Seed of the draw", "check_beacon": "Random value (beacon)", "check_phrase": "Phrase", "check_kind": "Where the random value is from", "check_round": "Round",
		"kind_phrase": "a phrase: not proof against the organiser, who could try several", "kind_public": "public randomness, published by others after the commitment", "kind_drand": "drand, public randomness of a network of independent organisations",
		"check_pool": "To draw again, with the same files:", "check_proof": "To check the proof:", "check_receipt": "To check one’s own place and chance, with the receipt from the topic’s page:",
		"limits": "What no proof of a draw can show", "round_first": "the draw itself", "round_later": "round %s",
	},
}

var russian = pageWords{
	lang: "ru", thousands: "\u00a0", decimals: ",",
	plural: func(n int) int {
		switch {
		case n%10 == 1 && n%100 != 11:
			return 0
		case n%10 >= 2 && n%10 <= 4 && (n%100 < 12 || n%100 > 14):
			return 1
		}
		return 2
	},
	nouns: map[string][]string{
		"participant": {"участник", "участника", "участников"}, "drawn": {"участника", "участников", "участников"}, "from": {"человека", "человек", "человек"},
		"person": {"человек", "человека", "человек"}, "seat": {"место", "места", "мест"}, "pick": {"выбор", "выбора", "выборов"}, "kind": {"группа", "группы", "групп"}, "replay": {"жеребьёвке", "жеребьёвках", "жеребьёвках"}, "panel": {"состав", "состава", "составов"}, "value": {"ответ", "ответа", "ответов"},
	},
	objectives: map[Objective]string{
		Leximin:    "Наименьший шанс сделан как можно больше, затем следующий за ним и так далее (leximin).",
		Maximin:    "Наименьший шанс сделан как можно больше (maximin).",
		Nash:       "Шансы сделаны как можно ровнее, и ни у кого шанс не ниже 99,5 % от лучшего наименьшего шанса, какой вообще возможен (Нэш).",
		Goldilocks: "Нет ни очень малых, ни очень больших шансов, поэтому неверный ответ в анкете почти ничего не даёт (Goldilocks).",
	},
	phrases: []string{
		"hold a seat from an earlier round", "место осталось с прошлой жеребьёвки", acceptedReason, "место осталось с прошлой жеребьёвки",
		"declined a seat", "отказались от места", "can attend none of the sessions", "не могут прийти ни на одну встречу", "speak none of the languages", "не говорят ни на одном из языков",
		"not eligible by ", "не из тех, кого спрашивают, по вопросу ",
		"own interior point and column generation", "собственный метод внутренней точки и порождение столбцов", "own interior point", "собственный метод внутренней точки",
		"the default: the most even chances, none below 0.995 of the best possible minimum, the same on any machine", "обычный: самые ровные шансы, ни один не ниже 0,995 от лучшего возможного наименьшего, одинаково на любом компьютере",
		"aborted: ", "прервана: ", "drawn; seats are free again", "проведена; места снова свободны",
	},
	limits: map[string]string{
		limits[0]:    "нельзя показать, что каждый подавший заявку существует и подал её один раз: организатор мог выдумать людей",
		limits[1]:    "нельзя показать, кто не подавал заявку: шансы – среди тех, кто её подал",
		phraseLimit:  "зерно получено из фразы, которую мог подобрать организатор: от него самого это не защищает",
		publicLimit:  "что опубликованное значение слово в слово такое, как у источника, читателю нужно проверить самому",
		lateLimit:    "обязательство до жеребьёвки опубликовано не было: организатор мог знать случайное число, когда определял список и правила",
		timeLimit:    "когда и где опубликовано обязательство, показывает место публикации, а не этот файл; обязательство, которое нигде не публиковали, можно утаить",
		unknownLimit: "цепочка drand этой программе не известна: кто владеет её ключами, читателю нужно выяснить самому",
		keyLimit:     "подпись не проверена: ключ цепочки программе не известен и не был дан",
	},
	texts: map[string]string{
		"page": "Отчёт о жеребьёвке", "among": "Все шансы – среди тех, кто подал заявку.",
		"headline": "Жребий выбрал %s из %s, подавших заявки", "headline_guests": "Жребий выбрал %s из %s, кого можно было выбрать; без жеребьёвки участвуют: %s", "headline_round": "Жребий выбрал %s в туре %s из %s, кого можно было выбрать",
		"met": "Все квоты выполнены.", "not_met": "Выполнены не все квоты: они отмечены ниже.",
		"lead":         "Всё на этих страницах – среди тех, кто подал заявку. О тех, кто её не подал, здесь ничего не сказано.",
		"figure_seats": "мест", "figure_drawn": "выбрано в этом туре", "figure_applied": "подали заявки", "figure_low": "наименьший шанс", "figure_high": "наибольший шанс", "figure_gini": "неравенство шансов (Джини)",
		"odds_none": "шанса нет", "odds_sure": "наверняка", "odds_one_in": "примерно 1 из %s", "odds_of_hundred": "примерно %s из 100",
		"makeup": "Кто живёт здесь, кто подал заявку, кто выбран", "makeup_short": "Кто подал заявку, кто выбран",
		"makeup_lead": "Для каждого ответа анкеты: его доля среди подавших заявки и среди участников и сколько мест ему отводилось.",
		"makeup_all":  "Для каждого ответа анкеты: его доля среди жителей, подавших заявки и участников и сколько мест ему отводилось.",
		"value":       "Ответ", "population": "Жители", "applied": "Подали заявки", "wanted": "Нужно мест", "drawn": "Участники", "bars": "Рядом",
		"bar_label": "%s подавших заявки, %s участников", "bar_label_all": "%s жителей, %s подавших заявки, %s участников",
		"more_values": "… и ещё %s, которых никто не дал.", "key_band": "нужно мест", "missed": "не выполнено", "no_population": "–",
		"chances": "Шанс каждого", "chances_lead": "Шанс каждого, кого можно было выбрать в этом туре, от наименьшего к наибольшему.",
		"chance_range":    "Наименьший шанс – %s (%s), наибольший – %s (%s). При равных шансах было бы %s (%s).",
		"chance_equal":    "Шанс у всех одинаков: %s (%s).",
		"chance_none":     "Не могли быть выбраны вовсе: %s. Ни один состав, отвечающий этим квотам, их не вмещает.",
		"chance_unlisted": "Не могли быть выбраны: %s. Ни в одном из выписанных составов их нет, хотя другие составы, отвечающие этим квотам, возможны.",
		"gini":            "Неравенство шансов (коэффициент Джини) равно %s: 0 – у всех один и тот же шанс, 1 – весь шанс у одного человека. Иначе говоря, шансы двух случайных людей различаются в среднем на %s от среднего шанса.",
		"bound_met":       "Лучше нельзя: доказано, что никакая жеребьёвка с этими квотами не даёт каждому больше %s.",
		"bound_gap":       "Доказано, что никакая жеребьёвка с этими квотами не даёт каждому больше %s. Эта достигает %s от этого предела.",
		"weighed":         "Некоторым дано предпочтение по весу: наименьший шанс, делённый на вес, — %s.",
		"weighed_met":     "Лучше нельзя: доказано, что никакая жеребьёвка с этими квотами не даёт каждому больше %s, умноженных на вес.",
		"weighed_gap":     "Доказано, что никакая жеребьёвка с этими квотами не даёт каждому больше %s, умноженных на вес. Эта достигает %s от этого предела.",
		"real_exact":      "Эти шансы точны: жеребьёвка даёт каждому ровно тот шанс, который опубликован.",
		"real_measured":   "Домохозяйства и округление до целых мест в этих шансах учтены: в %s с другими зёрнами доля случаев, когда группа была выбрана, отличалась от опубликованного шанса не более чем на %s от него (погрешность измерения: ± %s).",
		"real_target":     "Жеребьёвка стремится к этим шансам. Округление до целых мест и правило «одно место на домохозяйство» могут их немного сдвинуть; насколько, в этой жеребьёвке не измерялось.",
		"chart_x":         "люди, от наименьшего шанса к наибольшему", "chart_y": "шанс", "chart_mean": "при равных шансах", "chart_bound": "доказанный предел наименьшего шанса",
		"chart_label": "Кривая шансов от наименьшего, %s, до наибольшего, %s; шанс посередине – %s.",
		"quantiles":   "То же в числах", "quantile": "Люди", "chance": "Шанс", "quantile_low": "наименьший", "quantile_tenth": "у десятой части не больше", "quantile_quarter": "у четверти не больше", "quantile_half": "у половины не больше", "quantile_three": "у трёх четвертей не больше", "quantile_nine": "у девяти десятых не больше", "quantile_high": "наибольший",
		"fit": "Чего стоит предпочтение интереса", "fit_lead": "%s за интерес к теме (%s). Вот каковы шансы с этим предпочтением и какими они были бы без него.", "fit_people": "Предпочтены: %s",
		"fit_weights": "интересы, которые весят больше", "fit_band": "Средний шанс, %s (%s)", "fit_with": "С предпочтением", "fit_without": "Без него", "fit_low": "Наименьший шанс", "fit_gini": "Неравенство шансов (Джини)", "fit_mean": "Обычный шанс (среднее геометрическое)",
		"flow": "Кого можно было выбрать", "flow_applied": "Подали заявки", "flow_left": "Не участвовали: %s", "flow_left_all": "Не участвовали, каждый один раз (ниже по причинам, у одного может быть несколько)", "flow_left_other": "Не участвовали: живут с тем, у кого есть место, или по другому правилу", "flow_seated": "Место занято раньше: %s", "flow_seated_all": "Места, занятые раньше", "flow_eligible": "Можно было выбрать в этом туре", "flow_drawn": "Выбраны в этом туре", "flow_reserves": "Запасные, по порядку, на случай отказов",
		"how": "Как проходила жеребьёвка", "how_types": "Люди с одинаковыми ответами – одна группа; всего получилось: %s.",
		"kinds_alike": "Внутри группы шанс у всех один.", "kinds_differ": "Внутри группы шансы различаются не больше чем на %s: из одного домохозяйства можно выбрать только одного, а составы состоят из целых людей.",
		"how_chosen": "Почему этот способ: %s", "how_solver": "Вычислено: %s.", "how_panels": "Заранее выписаны равновероятные составы (%s), и жребий выбрал номер %s.", "how_panels_only": "Заранее выписаны равновероятные составы (%s), и жребий выбрал один из них.",
		"how_lottery":    "В жеребьёвке участвуют составы (%s), каждый отвечает всем квотам и имеет свою долю.",
		"how_homes":      "Один человек от домохозяйства: заново внутри группы – %s, перенесено в похожую группу – %s.",
		"how_invited":    "Приглашены %s, чтобы пришли %s: ожидается %s, по долям явки из %s (%s от всех). С вероятностью не меньше %s среди пришедших выполнены все минимумы.",
		"how_no_address": "Без адреса: %s. Считается, что они живут одни; что никто другой из их домохозяйства не выбран, не показано.",
		"how_round":      "Это тур %s: места, от которых отказались, разыграны заново так, чтобы квоты всего состава выполнялись. Шансы относятся к этому туру.",
		"how_changed":    "Этот тур проведён не по правилам прежнего: %s. Названная причина: %s.",
		"change_seats":   "мест %d вместо %d", "change_objective": "способ %s вместо %s", "change_new": "новая квота для %s: %s, от %d до %d",
		"change_quota": "%s: %s от %d до %d вместо от %d до %d", "change_gone": "больше нет квоты для %s: %s",
		"check": "Как проверить", "check_lead": "Эти числа связывают список заявок и правила ещё до того, как случайное число могло стать известно. Со списком заявок любой получит ту же жеребьёвку байт в байт; без него доказательство показывает то, что может.",
		"check_published": "Опубликовано до случайного числа", "published_at": "%s, по словам организатора", "not_published": "нет: зафиксировано и проведено сразу", "check_commitment": "Обязательство (отпечаток всего, что зафиксировано)", "earlier": "Прежние обязательства этой темы", "earlier_lead": "Каждое называет предыдущее и говорит, почему появилось следующее: жеребьёвку нельзя повторять молча.", "earlier_one": "%s: %s", "check_program": "Отпечаток программы", "check_root": "Все подавшие заявки (корень Меркла)", "check_policy": "Отпечаток правил", "check_seed": "Зерно жеребьёвки", "check_beacon": "Случайное число", "check_phrase": "Фраза", "check_kind": "Откуда случайное число", "check_round": "Тур",
		"kind_phrase": "фраза: от самого организатора не защищает, он мог перебрать несколько", "kind_public": "общедоступная случайность, опубликованная другими после фиксации", "kind_drand": "drand, общедоступная случайность сети независимых организаций",
		"check_pool": "Провести жеребьёвку ещё раз с теми же файлами:", "check_proof": "Проверить доказательство:", "check_receipt": "Проверить своё место в списке и свой шанс по квитанции со страницы темы:",
		"limits": "Чего не покажет никакое доказательство жеребьёвки", "round_first": "сама жеребьёвка", "round_later": "тур %s",
	},
}
