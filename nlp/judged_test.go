package nlp

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// judgedRuns are the clusterings whose labels were judged, 100 a language.
var judgedRuns = []struct {
	lang, set string
	clusters  int
}{
	{"en", "clinc150", 40}, {"en", "banking77", 30}, {"en", "stackoverflow", 20}, {"en", "agnews8k", 10},
	{"ru", "kz_ru_complaints", 20}, {"ru", "kz_ru_complaints", 34}, {"ru", "kz_ru_complaints", 46},
}

const judgedHead = `# Labels as a run gives them, the largest cluster first, judged by one reader who
# saw the ideas of the cluster:
#   good  an official who reads it alone knows what most of the ideas are about,
#         and it can stand on a slide as it is
#   fair  the subject can be guessed; it is clumsy, too broad, or in the wrong case
#   poor  it misleads, says nothing, or names a part only
# A label that changed is marked ? by -update and has to be read again.
# set/clusters	verdict	label; below, set/clusters	noun phrase that the tagger saw
`

// goodShare is the least share of good labels and of those that are not poor, in
// percent.
var goodShare = map[string][2]int{"en": {60, 92}, "ru": {60, 90}}

// TestJudgedLabels computes the labels that were judged again.
func TestJudgedLabels(t *testing.T) {
	for _, language := range []string{"en", "ru"} {
		t.Run(language, func(t *testing.T) {
			notUnderRace(t)
			golden := filepath.Join("testdata", "labels."+language+".tsv")
			verdicts, nouns := readJudged(t, golden)
			var lines, said []string
			count := map[string]int{}
			for _, c := range judgedRuns {
				if c.lang != language {
					continue
				}
				documents, _, _ := labelled(t, c.set)
				name := fmt.Sprintf("%s/%d", c.set, c.clusters)
				options := Options{Clusters: c.clusters, Seed: "labels", NounPhrases: nouns[name]}
				if *update {
					options.NounPhrases = nil
				} else if options.NounPhrases == nil {
					options.NounPhrases = []string{}
				}
				r, err := Cluster(context.Background(), documents, options)
				if err != nil {
					t.Fatal(err)
				}
				for _, k := range r.Clusters {
					line := name + "\t" + k.Label
					verdict := "?"
					if list := verdicts[line]; len(list) > 0 {
						verdict, verdicts[line] = list[0], list[1:]
					}
					count[verdict]++
					lines = append(lines, name+"\t"+verdict+"\t"+k.Label)
				}
				for _, p := range r.NounPhrases { // what the tagger said, for the same labels every time
					said = append(said, name+"\t"+p)
				}
			}
			if *update {
				text := judgedHead + strings.Join(append(lines, said...), "\n") + "\n"
				if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			for _, l := range lines {
				if strings.Contains(l, "\t?\t") {
					t.Errorf("nobody judged %q: read its ideas, write the verdict into %s", l, golden)
				}
			}
			t.Logf("of %d labels %d are good, %d fair, %d poor", len(lines), count["good"], count["fair"], count["poor"])
			if want := goodShare[language]; 100*count["good"] < want[0]*len(lines) || 100*(len(lines)-count["poor"]) < want[1]*len(lines) {
				t.Errorf("%d good and %d poor of %d, want %d %% good and %d %% not poor", count["good"], count["poor"], len(lines), want[0], want[1])
			}
		})
	}
}

// readJudged reads verdicts by run and label, and noun phrases by run.
func readJudged(t *testing.T, file string) (verdicts, nouns map[string][]string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	verdicts, nouns = map[string][]string{}, map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		switch field := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(field) {
		case 2:
			nouns[field[0]] = append(nouns[field[0]], field[1])
		case 3:
			key := field[0] + "\t" + field[2]
			verdicts[key] = append(verdicts[key], field[1])
		}
	}
	return verdicts, nouns
}
