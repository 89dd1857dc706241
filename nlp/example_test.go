package nlp_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"veche/nlp"
)

var wishes = []nlp.Document{
	{ID: "1", Text: "Plant more trees along the main street"},
	{ID: "2", Text: "Trees and shade in our streets, please"},
	{ID: "3", Text: "Buses should run at night as well"},
	{ID: "4", Text: "A night bus to the station"},
	{ID: "5", Text: "Plant more trees along the main street!"},
	{ID: "6", Text: "Посадите деревья на улице Мира"},
	{ID: "7", Text: "Больше деревьев на улицах"},
}

func ExampleCluster() {
	result, err := nlp.Cluster(context.Background(), wishes, nlp.Options{Seed: "example"})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range result.Clusters {
		fmt.Println(c.ID, c.Lang, c.Size)
	}
	for _, a := range result.Assignments {
		if a.DuplicateOf != "" {
			fmt.Println(a.ID, "repeats", a.DuplicateOf)
		}
	}
	// Output:
	// 1 en 3
	// 2 en 2
	// 3 ru 2
	// 5 repeats 1
}

func ExampleTree_Cut() {
	result, err := nlp.Cluster(context.Background(), wishes, nlp.Options{Seed: "example"})
	if err != nil {
		log.Fatal(err)
	}
	for _, n := range []int{2, 3} {
		fmt.Print(n, ":")
		for _, c := range result.Tree.Cut(n, nil) {
			fmt.Print(" ", c.From)
		}
		fmt.Println()
	}
	// Output:
	// 2: [1 2] [3]
	// 3: [2] [3] [1]
}

func ExampleLearn() {
	// A moderator put trees in cluster 7 and buses in cluster 9.
	board := nlp.Options{Previous: []nlp.Placed{{ID: "1", Cluster: 7}, {ID: "2", Cluster: 7}, {ID: "3", Cluster: 9}, {ID: "4", Cluster: 9}, {ID: "5", Cluster: 7}}}
	model, _, err := nlp.Learn(context.Background(), wishes[:5], board)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Place("Shade and trees", "en").Cluster, model.Place("The last bus", "en").Cluster, model.Place("Zebra", "en").Cluster)
	// Output: 7 9 0
}

func ExampleIndex() {
	index := nlp.NewIndex()
	index.Add("1", "Plant more trees along the main street", "en")
	index.Add("2", "Ночной автобус до вокзала", "ru")
	for _, hit := range index.Similar("ночные автобусы", "ru", 5) {
		fmt.Println(hit.ID)
	}
	for _, m := range index.Search("planting trees", "en") {
		fmt.Println(m.ID, m.Words)
	}
	// Output:
	// 2
	// 1 2
}

func ExampleHighlight() {
	text := "Night buses for the station"
	for _, m := range nlp.Highlight(text, "en", "bus", "en") {
		fmt.Println(text[m[0]:m[1]])
	}
	// Output: buses
}

func ExampleFindPersonal() {
	text := "Звоните 8 (912) 345-67-89"
	for _, p := range nlp.FindPersonal(text) {
		fmt.Println(p.Kind, text[:p.Start]+p.Mask("ru"))
	}
	// Output: phone Звоните [номер телефона]
}

func ExampleNormalise() {
	fmt.Println(nlp.Normalise("<b>Trees</b>\tand &amp; shade"))
	// Output: Trees and & shade
}

func ExampleDetectLanguage() {
	fmt.Println(nlp.DetectLanguage("Посадите деревья", ""), nlp.DetectLanguage("Plant the trees", ""), nlp.DetectLanguage("42", "es"))
	// Output: ru en es
}

func ExampleReadIdeas() {
	ideas, err := nlp.ReadIdeas(strings.NewReader("id;idea\n1;Plant trees\n2;Night buses\n"), nlp.Columns{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(ideas), ideas[1].Text)
	// Output: 2 Night buses
}

func ExampleChart() {
	circles, points := nlp.Chart(
		[]nlp.ChartCluster{{ID: 1, At: [2]float64{-0.5, 0}, Size: 2}, {ID: 2, At: [2]float64{0.5, 0}, Size: 1}},
		[]nlp.ChartIdea{{ID: "clear", Cluster: 1, Near: 2, Margin: 0.8}, {ID: "doubtful", Cluster: 1, Near: 2, Margin: 0.1}, {ID: "other", Cluster: 2, Near: 1, Margin: 0.5}},
	)
	fmt.Println(circles[0].Radius > circles[1].Radius, points[1][0] > points[0][0])
	// Output: true true
}
