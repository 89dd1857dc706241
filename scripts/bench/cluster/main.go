// Command cluster holds our clustering against scikit-learn's usual way, side by
// side: the same texts, as many clusters as there are classes, the same measure.
// See scripts/bench/cluster/run.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"

	"veche/nlp"
	"veche/nlp/labelled"
	"veche/nlp/lang"
	"veche/nlp/lang/ca"
	"veche/nlp/lang/en"
	"veche/nlp/lang/es"
	"veche/nlp/lang/ru"
)

// figures are those of one arm on one set, means over the seeds.
type figures struct {
	Accuracy    float64 `json:"accuracy"`
	Information float64 `json:"information"`
	CPU         float64 `json:"cpu_seconds"`
}

type row struct {
	Set     string   `json:"set"`
	Texts   int      `json:"texts"`
	Classes int      `json:"classes"`
	Veche   figures  `json:"veche"`
	Sklearn *figures `json:"sklearn,omitempty"`       // on the words as they are
	Stems   *figures `json:"sklearn_stems,omitempty"` // on our stems, without our stop words
}

var names = []string{"stackoverflow", "banking77", "clinc150", "agnews8k", "kz_ru_complaints", labelled.Barcelona}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	data := flag.String("data", "", "folder with nlp/*.tsv.gz and proposals/")
	seeds := flag.Int("seeds", 5, "runs of each arm on each set")
	python := flag.String("python", "/usr/bin/python3", "Python that has scikit-learn; Debian's package is python3-sklearn")
	arm := flag.String("arm", "", "path of sklearn_arm.py")
	only := flag.String("only", "", "one set by name")
	out := flag.String("json", "", "write the figures to this file too")
	flag.Parse()
	if flag.NArg() > 0 || *data == "" || *seeds < 1 {
		return errors.New("want --data DIR and --seeds above 0")
	}
	peer := exec.Command(*python, "-c", "import sklearn").Run() == nil
	if !peer {
		fmt.Fprintf(os.Stderr, "bench: scikit-learn is not here (%s): its column is left out; apt-get install python3-sklearn\n", *python)
	}
	var rows []row
	fmt.Println("ACC / NMI, mean over seeds, and CPU seconds a run")
	fmt.Printf("%-18s %7s %8s   %-22s %-22s %s\n", "set", "texts", "classes", "veche", "scikit-learn, words", "scikit-learn, stems")
	for _, name := range names {
		if *only != "" && name != *only {
			continue
		}
		set, err := labelled.Read(*data, name)
		if errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintf(os.Stderr, "bench: %s is not in %s: left out\n", name, *data)
			continue
		}
		if err != nil {
			return err
		}
		r := row{Set: name, Texts: len(set.Texts), Classes: set.K}
		if r.Veche, err = ours(set, *seeds); err != nil {
			return err
		}
		fmt.Printf("%-18s %7d %8d   %-22s", name, r.Texts, r.Classes, r.Veche)
		if peer {
			words, err := theirs(set, set.Texts, *seeds, *python, *arm)
			if err != nil {
				return fmt.Errorf("scikit-learn on %s: %w", name, err)
			}
			stems, err := theirs(set, stemmed(set.Texts), *seeds, *python, *arm)
			if err != nil {
				return fmt.Errorf("scikit-learn on the stems of %s: %w", name, err)
			}
			r.Sklearn, r.Stems = &words, &stems
			fmt.Printf(" %-22s %s", words, stems)
		}
		fmt.Println()
		rows = append(rows, r)
	}
	if *out == "" {
		return nil
	}
	b, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(*out, append(b, '\n'), 0o644)
}

func (f figures) String() string {
	return fmt.Sprintf("%.3f / %.3f  %5.2f s", f.Accuracy, f.Information, f.CPU)
}

// ours is the whole pipeline: repeats, word vectors, clusters, labels.
func ours(set *labelled.Set, seeds int) (mean figures, err error) {
	documents := make([]nlp.Document, len(set.Texts))
	for i, text := range set.Texts {
		documents[i] = nlp.Document{ID: set.IDs[i], Text: text}
	}
	for seed := range seeds {
		begin := cpu()
		r, err := nlp.Cluster(context.Background(), documents, nlp.Options{Clusters: set.K, Seed: strconv.Itoa(seed), NounPhrases: []string{}})
		if err != nil {
			return mean, err
		}
		mean.CPU += (cpu() - begin).Seconds() / float64(seeds)
		of := make([]int32, len(r.Assignments))
		for i, a := range r.Assignments {
			of[i] = int32(a.Cluster)
		}
		mean.add(of, set, seeds)
	}
	return mean, nil
}

// languages are those whose words are cut to stems for the peer.
var languages = []*lang.Language{en.Language, ru.Language, es.Language, ca.Language}

// stemmed are texts as stems of topic words, cut as our own pipeline cuts them.
func stemmed(texts []string) []string {
	out := make([]string, len(texts))
	stem := map[*lang.Language]*lang.Stemmer{}
	for i, text := range texts {
		of := en.Language
		for _, l := range languages {
			if l.Code == nlp.DetectLanguage(text, "") {
				of = l
			}
		}
		if stem[of] == nil {
			stem[of] = of.NewStemmer()
		}
		var words []string
		for _, w := range strings.FieldsFunc(strings.ToLower(nlp.Normalise(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if !of.Stop(w) {
				words = append(words, stem[of].Stem(w))
			}
		}
		out[i] = strings.Join(words, " ")
	}
	return out
}

func theirs(set *labelled.Set, texts []string, seeds int, python, arm string) (mean figures, err error) {
	job, err := json.Marshal(map[string]any{"texts": texts, "k": set.K, "seeds": seeds})
	if err != nil {
		return mean, err
	}
	c := exec.Command(python, filepath.Clean(arm))
	c.Stdin, c.Stderr = bytes.NewReader(job), os.Stderr
	b, err := c.Output()
	if err != nil {
		return mean, err
	}
	var answer struct {
		Runs []struct {
			Of  []int32 `json:"of"`
			CPU float64 `json:"cpu"`
		} `json:"runs"`
	}
	if err := json.Unmarshal(b, &answer); err != nil {
		return mean, err
	}
	if len(answer.Runs) != seeds {
		return mean, fmt.Errorf("%d runs for %d seeds", len(answer.Runs), seeds)
	}
	for _, r := range answer.Runs {
		if len(r.Of) != len(set.Texts) {
			return mean, fmt.Errorf("%d clusters for %d texts", len(r.Of), len(set.Texts))
		}
		mean.CPU += r.CPU / float64(seeds)
		mean.add(r.Of, set, seeds)
	}
	return mean, nil
}

func (f *figures) add(of []int32, set *labelled.Set, seeds int) {
	accuracy, information := labelled.Agreement(of, set.Classes)
	f.Accuracy += accuracy / float64(seeds)
	f.Information += information / float64(seeds)
}

// cpu is the processor time of this process so far.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
