package nlp

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

//go:embed report.html
var reportPage string

var reportTemplate = template.Must(template.New("report").Parse(reportPage))

const (
	doubtfulShown = 40
	unsortedShown = 40
	proposedShown = 5
	reportRunes   = 400 // of a text
)

var reportWords = map[string]map[string]string{
	"en": {
		"lang": "en", "title": "Similar ideas", "overview": "What people ask for", "cluster": "Similar ideas", "language": "Language",
		"ideas": "Ideas", "share": "Share", "cohesion": "Alike", "cohesion_note": "Alike: how close the ideas of a group are to its middle, 0 to 1.", "representatives": "In people's own words", "also": "also",
		"map": "Map", "map_note": "Groups that say similar things lie close together; the area tells the number of ideas. Each point is an idea: clear ones lie in the middle, doubtful ones at the rim, on the side of the group that they are nearly as close to. The table above says the same in words.",
		"representatives_note": "For each group, ideas that are typical of it and differ from each other.",
		"check":                "To check", "check_note": "The ideas that fit their group least clearly: nearly as close to another one. 0 is a tie.",
		"proposed": "New subjects", "proposed_note": "New ideas that are like each other and unlike every group as it was: they may deserve a group of their own.",
		"moved": "moved since the last run",
		"idea":  "Idea", "margin": "Lead", "unsorted": "Unsorted", "unsorted_note": "These share no word with other ideas.",
		"footer":     "Grouped by the words of the ideas themselves; the same input and seed give the same result.",
		"clusters":   "groups",
		"duplicates": "repeats of another idea", "unsortedcount": "unsorted", "ideacount": "ideas",
	},
	"ru": {
		"lang": "ru", "title": "Похожие идеи", "overview": "Чего просят люди", "cluster": "Похожие идеи", "language": "Язык",
		"ideas": "Идей", "share": "Доля", "cohesion": "Сходство", "cohesion_note": "Сходство: насколько близки идеи группы к её середине, от 0 до 1.", "representatives": "Словами самих людей", "also": "также",
		"map": "Карта", "map_note": "Группы, в которых говорят о похожем, лежат рядом; площадь круга – число идей. Точка – идея: ясные лежат в середине, спорные – у края, ближе к той группе, к которой они почти так же близки. То же самое словами – в таблице выше.",
		"representatives_note": "Для каждой группы – идеи, которые типичны для неё и не повторяют друг друга.",
		"check":                "Проверить", "check_note": "Идеи, которые меньше всего подходят к своей группе: почти так же близки к другой. 0 – ничья.",
		"proposed": "Новые темы", "proposed_note": "Новые идеи, которые похожи друг на друга и не похожи ни на одну из прежних групп: возможно, им нужна своя.",
		"moved": "перешли в другую группу",
		"idea":  "Идея", "margin": "Перевес", "unsorted": "Не разобрано", "unsorted_note": "Ни одного общего слова с другими идеями.",
		"footer":     "Сгруппировано по словам самих идей; те же данные и то же зерно дают тот же результат.",
		"clusters":   "групп",
		"duplicates": "повторяют другую идею", "unsortedcount": "не разобрано", "ideacount": "идей",
	},
}

type reportIdea struct {
	ID, Text, Margin string
	Cluster          string
}

// reportMap is a picture of the clusters of one group, like ones close
// together, with their ideas as points.
type reportMap struct {
	Bubbles []reportBubble
	Points  []reportPoint
}

type reportBubble struct {
	ID                  int
	X, Y, Radius, TextY string
	Short               string
}

type reportPoint struct{ X, Y string }

const (
	mapSide    = 760.0
	mapBubbles = 40   // the largest clusters; more can't be read
	mapPoints  = 3000 // ideas of all maps; of more, every second, third, …
)

// reportMaps draws a map a group that has enough clusters for one.
func reportMaps(r *Result) []reportMap {
	var out []reportMap
	most := 0
	for _, c := range r.Clusters {
		most = max(most, c.Group)
	}
	for group := 1; group <= most; group++ {
		var of []ChartCluster
		var short []string
		for _, c := range r.Clusters {
			if c.Group == group && c.Size > 0 && len(of) < mapBubbles {
				of, short = append(of, ChartCluster{c.ID, c.Map, c.Size}), append(short, ellipsis(c.Label, 24))
			}
		}
		if len(of) < 3 {
			continue
		}
		var ideas []ChartIdea
		for _, a := range r.Assignments {
			ideas = append(ideas, ChartIdea{a.ID, a.Cluster, a.Near, a.Margin})
		}
		circles, points := Chart(of, ideas)
		scaled := func(v float64) string { return fmt.Sprintf("%.1f", (v+1)/2*mapSide) }
		var m reportMap
		for i, c := range circles {
			m.Bubbles = append(m.Bubbles, reportBubble{
				ID: of[i].ID, X: scaled(c.X), Y: scaled(c.Y), Radius: fmt.Sprintf("%.1f", c.Radius/2*mapSide), TextY: scaled(c.Y + 0.01), Short: short[i],
			})
		}
		step := (len(ideas) + mapPoints - 1) / mapPoints
		for i := 0; i < len(points); i += step {
			if p := points[i]; !math.IsNaN(p[0]) {
				m.Points = append(m.Points, reportPoint{scaled(p[0]), scaled(p[1])})
			}
		}
		out = append(out, m)
	}
	return out
}

type reportCluster struct {
	ID              int
	Label, Lang     string
	Alternatives    []string
	Size            int
	Share           string
	Cohesion        string
	Bar             string
	Representatives []reportIdea
}

// WriteReport writes report.html: one page that needs nothing else, to read
// and to print. title may be empty; language is en or ru.
func WriteReport(w io.Writer, documents []Document, r *Result, title, language string) error {
	words, ok := reportWords[language]
	if !ok {
		words = reportWords["en"]
	}
	text := make(map[string]string, len(documents))
	for _, d := range documents {
		text[d.ID] = ellipsis(Normalise(d.Text), reportRunes)
	}
	repeats, unsorted := 0, 0
	var doubtful []Assignment
	var left []reportIdea
	for _, a := range r.Assignments {
		if a.DuplicateOf != "" {
			repeats++
		}
		switch {
		case a.Cluster == 0:
			if unsorted++; unsorted <= unsortedShown {
				left = append(left, reportIdea{ID: a.ID, Text: text[a.ID]})
			}
		case a.Check && a.DuplicateOf == "":
			doubtful = append(doubtful, a)
		}
	}
	slices.SortFunc(doubtful, func(a, b Assignment) int {
		return cmp.Or(cmp.Compare(a.Margin, b.Margin), strings.Compare(a.ID, b.ID))
	})
	type figure struct{ Value, Name string }
	page := struct {
		W        map[string]string
		Title    string
		Figures  []figure
		Clusters []reportCluster
		Maps     []reportMap
		Proposed []reportCluster
		Doubtful []reportIdea
		Unsorted []reportIdea
	}{W: words, Title: cmp.Or(title, words["title"]), Unsorted: left}
	page.Figures = []figure{
		{strconv.Itoa(len(r.Assignments)), words["ideacount"]},
		{strconv.Itoa(len(r.Clusters)), words["clusters"]},
		{strconv.Itoa(repeats), words["duplicates"]},
		{strconv.Itoa(unsorted), words["unsortedcount"]},
	}
	if len(r.Moves) > 0 {
		page.Figures = append(page.Figures, figure{strconv.Itoa(len(r.Moves)), words["moved"]})
	}
	for _, p := range r.Proposals {
		one := reportCluster{Label: p.Label, Size: len(p.Ideas)}
		for _, id := range p.Ideas[:min(len(p.Ideas), proposedShown)] {
			one.Representatives = append(one.Representatives, reportIdea{ID: id, Text: text[id]})
		}
		page.Proposed = append(page.Proposed, one)
	}
	labels := map[int]string{}
	largest := 1
	for _, c := range r.Clusters {
		largest = max(largest, c.Size)
		labels[c.ID] = c.Label
	}
	for _, c := range r.Clusters {
		one := reportCluster{
			ID: c.ID, Label: c.Label, Lang: c.Lang, Alternatives: c.Alternatives, Size: c.Size,
			Share: fmt.Sprintf("%.1f %%", 100*c.Share), Bar: fmt.Sprintf("%.1f", 100*float64(c.Size)/float64(largest)),
			Cohesion: fmt.Sprintf("%.2f", c.Cohesion),
		}
		for _, id := range c.Representatives {
			one.Representatives = append(one.Representatives, reportIdea{ID: id, Text: text[id]})
		}
		page.Clusters = append(page.Clusters, one)
	}
	for _, a := range doubtful[:min(len(doubtful), doubtfulShown)] {
		page.Doubtful = append(page.Doubtful, reportIdea{ID: a.ID, Text: text[a.ID], Cluster: labels[a.Cluster], Margin: fmt.Sprintf("%.3f", a.Margin)})
	}
	page.Maps = reportMaps(r)
	return reportTemplate.Execute(w, page)
}

func ellipsis(text string, runes int) string {
	n := 0
	for at := range text {
		if n++; n > runes {
			return strings.TrimSpace(text[:at]) + "…"
		}
	}
	return text
}
