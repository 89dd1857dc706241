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
		"ideas": "Ideas", "share": "Share", "representatives": "In people's own words", "also": "also",
		"map": "Map", "map_note": "Groups that say similar things lie close together; the area tells the number of ideas.",
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
		"ideas": "Идей", "share": "Доля", "representatives": "Словами самих людей", "also": "также",
		"map": "Карта", "map_note": "Группы, в которых говорят о похожем, лежат рядом; площадь круга – число идей.",
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
// together.
type reportMap struct {
	Bubbles []reportBubble
}

type reportBubble struct {
	ID                  int
	X, Y, Radius, TextY string
	Short               string
}

const (
	mapWidth, mapHeight = 900.0, 520.0
	mapMargin           = 90.0
	mapBubbles          = 40 // the largest clusters; more can't be read
)

// reportMaps draws a map a group that has enough clusters for one.
func reportMaps(clusters []ClusterInfo) []reportMap {
	var out []reportMap
	for group := 1; ; group++ {
		var of []ClusterInfo
		more := false
		for _, c := range clusters {
			more = more || c.Group > group
			if c.Group == group && c.Size > 0 && len(of) < mapBubbles {
				of = append(of, c)
			}
		}
		if len(of) >= 3 {
			var m reportMap
			for _, c := range of {
				radius := float64(40 * math.Sqrt(float64(c.Size)/float64(of[0].Size)))
				x := mapMargin + float64((c.Map[0]+1)/2*(mapWidth-2*mapMargin))
				y := mapMargin/2 + float64((c.Map[1]+1)/2*(mapHeight-mapMargin))
				m.Bubbles = append(m.Bubbles, reportBubble{
					ID: c.ID, X: fmt.Sprintf("%.1f", x), Y: fmt.Sprintf("%.1f", y), Radius: fmt.Sprintf("%.1f", radius),
					TextY: fmt.Sprintf("%.1f", y+4), Short: ellipsis(c.Label, 24),
				})
			}
			out = append(out, m)
		}
		if !more {
			return out
		}
	}
}

type reportCluster struct {
	ID              int
	Label, Lang     string
	Alternatives    []string
	Size            int
	Share           string
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
		}
		for _, id := range c.Representatives {
			one.Representatives = append(one.Representatives, reportIdea{ID: id, Text: text[id]})
		}
		page.Clusters = append(page.Clusters, one)
	}
	for _, a := range doubtful[:min(len(doubtful), doubtfulShown)] {
		page.Doubtful = append(page.Doubtful, reportIdea{ID: a.ID, Text: text[a.ID], Cluster: labels[a.Cluster], Margin: fmt.Sprintf("%.3f", a.Margin)})
	}
	page.Maps = reportMaps(r.Clusters)
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
