package nlp_test

import (
	"context"
	"fmt"
	"log"

	"veche/nlp"
)

func ExampleCluster() {
	ideas := []nlp.Document{
		{ID: "1", Text: "Plant more trees along the main street"},
		{ID: "2", Text: "Trees and shade in our streets, please"},
		{ID: "3", Text: "Buses should run at night as well"},
		{ID: "4", Text: "A night bus to the station"},
		{ID: "5", Text: "Plant more trees along the main street!"},
		{ID: "6", Text: "Посадите деревья на улице Мира"},
		{ID: "7", Text: "Больше деревьев на улицах"},
	}
	result, err := nlp.Cluster(context.Background(), ideas, nlp.Options{Seed: "example"})
	if err != nil {
		log.Fatal(err)
	}
	for _, a := range result.Assignments {
		fmt.Println(a.ID, a.Cluster, a.DuplicateOf)
	}
	for _, c := range result.Clusters {
		fmt.Println(c.ID, c.Lang, c.Size)
	}
}

func ExampleIndex() {
	index := nlp.NewIndex()
	index.Add("1", "Plant more trees along the main street", "en")
	index.Add("2", "Ночной автобус до вокзала", "ru")
	for _, hit := range index.Similar("ночные автобусы", "ru", 5) {
		fmt.Println(hit.ID)
	}
	// Output: 2
}
