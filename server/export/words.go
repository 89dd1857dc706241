package export

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"time"

	"veche/server/tally"
)

// words are the fixed texts of a report in one language.
type words map[string]string

// wordsOf returns the words of a language, English where there are none.
func wordsOf(language string) words {
	if w, ok := languages[language]; ok {
		return w
	}
	return languages["en"]
}

// orderedBy are the words for a list whose official order is another than that
// of support.
func (w words) orderedBy(order string) words {
	head, ok := w["official_"+order]
	if !ok {
		return w
	}
	own := maps.Clone(w)
	own["official"], own["official_lead"] = head, w["official_"+order+"_lead"]
	return own
}

// methods says in sentences how the figures came about.
func (w words) methods(r *Ranking) []string {
	groups := w["method_given"]
	if r.Own {
		groups = w["method_own"]
	}
	methods := append(w.known(r), w["method_order_"+cmp.Or(r.Order, "support")], w["method_support"], groups)
	for _, b := range r.Before {
		methods = append(methods, fmt.Sprintf(w["method_before"], time.UnixMilli(b.Time).UTC().Format(time.DateOnly), w["order_"+b.Order], b.Reason))
	}
	if r.Own {
		methods = append(methods, w.clarity(r))
	}
	methods = append(methods, w["method_consensus"], w["method_worst"], w["method_bridging"])
	if r.Resamples > 0 {
		methods = append(methods, fmt.Sprintf(w["method_resamples"], r.Resamples))
	}
	if r.Pairs > 0 {
		methods = append(methods, fmt.Sprintf(w["method_pairs"], r.Pairs))
	}
	if r.Open > 0 {
		methods = append(methods, fmt.Sprintf(w["method_open"], r.Open))
	}
	return append(methods, w["method_ties"])
}

// known says first that voters were known by an address of mail only, where they
// were: who has two addresses has two votes.
func (w words) known(r *Ranking) []string {
	if r.Assurance != mailOnly {
		return nil
	}
	return []string{w["method_mail"]}
}

const mailOnly = "mail" // see topic.Assurance

// open says in words what the open public says to an item, "" where it wasn't
// asked or nobody answered.
func (w words) open(o *tally.Open) string {
	if o == nil || o.Seen == 0 {
		return ""
	}
	gap := w["open_same"]
	if o.Differs() {
		gap = w["open_more"]
		if o.Gap < 0 {
			gap = w["open_less"]
		}
		gap = fmt.Sprintf(gap, math.Abs(100*o.Gap))
	}
	return fmt.Sprintf(w["open_line"], interval(o.AgreeShare, o.WilsonLow, o.WilsonHigh), gap)
}

// clarity says how sure the groups are.
func (w words) clarity(r *Ranking) string {
	for _, t := range r.Trials {
		if t.Chosen {
			return fmt.Sprintf(w["clear_groups"], t.Groups, t.Silhouette, t.Agreement)
		}
	}
	return w["no_groups"]
}

var languages = map[string]words{
	"en": {
		"lang": "en", "title": "Ranking", "topic": "Topic", "question": "Question", "people": "People who voted", "votes": "Votes",
		"items": "Ideas rated", "groups": "Groups of people who vote alike", "group": "Group", "run": "Tally", "sequence": "Log entry counted up to",
		"seed": "Seed", "digest": "Digest of the result", "schema": "Schema version", "made": "Time (UTC)", "method": "Method", "note": "Note",
		"official": "Ranked by support", "official_lead": "The order is by the lower end of the 95 % interval of agreement: an idea stands high when many people saw it and most of them agreed.",
		"common": "Ranked by agreement across groups", "common_lead": "Ideas that every group of people who vote alike supports. One group alone can't lift an idea here.",
		"rank": "Rank", "idea": "Idea", "support": "Agreement (95 % interval)", "agree": "Agree", "disagree": "Disagree", "skip": "Skip", "by_group": "Agreement by group",
		"consensus": "Across groups", "worst": "Least agreeing group", "bridging": "Bridging", "cluster": "Similar ideas", "summary": "Moderators' summary",
		"out": "Taken out by moderators", "out_lead": "These were voted on before they were taken out. They have no place in the ranking.", "how": "How this was counted", "nobody": "nobody voted", "seen": "answers",
		"of": "of", "rank_support": "by support", "rank_consensus": "across groups", "rank_bridging": "bridging",
		"official_consensus": "Ranked by agreement across groups", "official_consensus_lead": "The official order. An idea stands high when every group of people who vote alike supports it; one group alone can't lift it.",
		"official_bridging": "Ranked by bridging agreement", "official_bridging_lead": "The official order. An idea stands high when people agree with it beyond what follows from the side they are on.",
		"order_support": "support", "order_consensus": "agreement across groups", "order_bridging": "bridging agreement",
		"method_order_support":   "The official order is by support: the lower end of the interval of agreement. One person, one vote.",
		"method_order_consensus": "The official order is by agreement across groups. One person, one vote.",
		"method_order_bridging":  "The official order is by bridging agreement. One person, one vote.",
		"method_before":          "Until %s the official order was by %s; that ranking is given beside. Why it was changed: %s",
		"method_support":         "Support: the last vote of each person on each idea counts. Agreement is the share of those who answered (agree, disagree or skip) that agreed; the interval is Wilson's 95 % score interval, and its lower end ranks.",
		"method_own":             "Groups: people with enough votes are placed on the leading axes of difference, two at the most and only those that chance doesn't explain, and divided by k-means with 20 seeded restarts into two to five groups; the number is the one that separates best (silhouette). The order in which people, ideas or votes came plays no part.",
		"clear_groups":           "Here there are %d groups; how far apart they are: %.2f (silhouette; 1 wholly, 0 not at all). With voters drawn again the same groups came back with an agreement of %.2f (1 always, 0 by chance).",
		"no_groups":              "Here nothing but chance divides the voters, or they are too few: everyone is one group.",
		"method_given":           "Groups: as given with the votes.",
		"method_consensus":       "Agreement across groups: the product over the groups of (agree + 1) / (answers + 2). It shrinks with the number of groups, so compare it within this ranking only.",
		"method_worst":           "Least agreeing group: the smallest (agree + 1) / (answers + 2) of any group.",
		"method_bridging":        "Bridging: the agreement that is left for an idea once what follows from people being on one side is taken out (matrix factorisation with one factor, as in Community Notes).",
		"method_resamples":       "Likely places: the voters were drawn again %d times with replacement; 95 %% of the ranks so found lie in the range. Groups were held as they are.",
		"method_pairs":           "Pairs: where the likely places of several ideas lie on both sides of place %d, the people drawn were asked which of two is to come first. These ideas share the places they have by the order above, in the order of their strengths in the pairs (Bradley–Terry); no other idea moves. The list without the pairs is given beside.",
		"method_open":            "The open public: %d people who were not drawn rated too. Anyone with an account here could, one account one ballot; nobody chose them, so they stand for themselves alone. Their votes are counted apart and move no rank, group or interval. The gap is their share less that of the people drawn, its interval by Newcombe's method.",
		"open_line":              "Open public: %s, %s", "open_same": "no difference from the people drawn beyond chance", "open_more": "%.0f points more than the people drawn", "open_less": "%.0f points less than the people drawn",
		"open_people": "People of the open public, counted apart",
		"likely":      "likely", "method_mail": "KNOWN BY E-MAIL ONLY: whoever has two addresses has two votes. Don't add these figures to those of votings in which each person is verified.", "method_ties": "Equal figures are ordered by the other measures, then by the counts, then by the number of the idea.",
	},
	"ru": {
		"lang": "ru", "title": "Рейтинг", "topic": "Тема", "question": "Вопрос", "people": "Проголосовали, человек", "votes": "Голосов",
		"items": "Идей в оценке", "groups": "Группы единомышленников", "group": "Группа", "run": "Подсчёт", "sequence": "Учтены записи истории до номера",
		"seed": "Начальное значение", "digest": "Отпечаток результата", "schema": "Версия схемы", "made": "Время (UTC)", "method": "Метод", "note": "Примечание",
		"official": "По поддержке", "official_lead": "Порядок — по нижней границе 95-процентного интервала доли согласных: высоко стоит идея, которую видели многие и большинство из них поддержало.",
		"common": "По согласию между группами", "common_lead": "Идеи, которые поддерживает каждая группа единомышленников. Одна группа поднять идею здесь не может.",
		"rank": "Место", "idea": "Идея", "support": "Согласны (интервал 95 %)", "agree": "За", "disagree": "Против", "skip": "Пропустили", "by_group": "Согласие по группам",
		"consensus": "Между группами", "worst": "Наименее согласная группа", "bridging": "Объединение", "cluster": "Похожие идеи", "summary": "Обобщение модераторов",
		"out": "Сняты модераторами", "out_lead": "За них голосовали до снятия. Места в рейтинге у них нет.", "how": "Как это подсчитано", "nobody": "никто не голосовал", "seen": "ответов",
		"of": "из", "rank_support": "по поддержке", "rank_consensus": "между группами", "rank_bridging": "объединение",
		"official_consensus": "По согласию между группами", "official_consensus_lead": "Официальный порядок. Высоко стоит идея, которую поддерживает каждая группа единомышленников; одной группы мало.",
		"official_bridging": "По объединяющему согласию", "official_bridging_lead": "Официальный порядок. Высоко стоит идея, с которой согласны сверх того, что следует из принадлежности к одной из сторон.",
		"order_support": "поддержке", "order_consensus": "согласию между группами", "order_bridging": "объединяющему согласию",
		"method_order_support":   "Официальный порядок — по поддержке: по нижней границе интервала доли согласных. Один человек — один голос.",
		"method_order_consensus": "Официальный порядок — по согласию между группами. Один человек — один голос.",
		"method_order_bridging":  "Официальный порядок — по объединяющему согласию. Один человек — один голос.",
		"method_before":          "До %s официальный порядок был по %s; тот рейтинг приведён рядом. Почему изменён: %s",
		"method_support":         "Поддержка: учитывается последний голос каждого человека за каждую идею. Доля согласных считается от всех ответивших (за, против, пропустили); интервал — 95-процентный интервал Уилсона, место определяет его нижняя граница.",
		"method_own":             "Группы: люди с достаточным числом голосов располагаются по главным осям различий (не больше двух и только по тем, которых не объяснить случаем) и делятся методом k-средних с 20 перезапусками от заданного начального значения на две–пять групп; число групп — то, при котором они разделены лучше всего (силуэт). Порядок людей, идей и голосов роли не играет.",
		"clear_groups":           "Здесь групп: %d; насколько они разделены: %.2f (силуэт; 1 — полностью, 0 — никак). При повторном выборе голосовавших те же группы получались с согласием %.2f (1 — всегда, 0 — случайно).",
		"no_groups":              "Здесь голосовавших не разделяет ничего, кроме случая, или их слишком мало: все — одна группа.",
		"method_given":           "Группы: заданы вместе с голосами.",
		"method_consensus":       "Согласие между группами: произведение по группам величин (за + 1) / (ответы + 2). Оно уменьшается с числом групп, поэтому сравнивать его можно только внутри этого рейтинга.",
		"method_worst":           "Наименее согласная группа: наименьшее по группам (за + 1) / (ответы + 2).",
		"method_bridging":        "Объединение: согласие, которое остаётся у идеи, если вычесть то, что следует из принадлежности людей к одной из сторон (разложение матрицы с одним фактором, как в Community Notes).",
		"method_resamples":       "Вероятные места: голосовавшие выбирались заново с возвращением %d раз; в указанных пределах лежат 95 %% полученных мест. Группы при этом не менялись.",
		"method_pairs":           "Пары: где вероятные места нескольких идей лежат по обе стороны места %d, участников спрашивали, какая из двух должна стоять раньше. Эти идеи делят места, которые у них есть по порядку выше, в порядке их силы в парах (модель Брэдли — Терри); остальные не двигаются. Список без пар приведён рядом.",
		"method_open":            "Все желающие: оценивали также люди не из жеребьёвки, человек: %d. Это мог сделать любой, у кого есть учётная запись: одна запись — один голос; их никто не выбирал, и представляют они только себя. Их голоса подсчитаны отдельно и не влияют ни на места, ни на группы, ни на интервалы. Разница — их доля минус доля участников жеребьёвки, интервал по методу Ньюкомба.",
		"open_line":              "Все желающие: %s, %s", "open_same": "разница с участниками не больше случайной", "open_more": "на %.0f п. п. больше, чем у участников", "open_less": "на %.0f п. п. меньше, чем у участников",
		"open_people": "Все желающие, подсчитаны отдельно",
		"likely":      "вероятно", "method_mail": "ТОЛЬКО ПО АДРЕСУ ПОЧТЫ: у кого два адреса, у того два голоса. Не складывайте эти числа с итогами голосований, где каждый человек проверен.", "method_ties": "При равенстве порядок определяют остальные меры, затем числа голосов, затем номер идеи.",
	},
}
