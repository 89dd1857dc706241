package demo

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

//go:embed ideas/*.tsv remarks/*.tsv topics/*.json debates/*.json
var files embed.FS

// OffTopic is the theme of ideas that the city can do nothing about.
const OffTopic = "off-topic"

// Idea is a proposal text of the demo.
type Idea struct {
	Theme  string  // a slug
	Stance float64 // −1 drivers like it … +1 walkers like it
	Text   string
	Lang   Lang
}

// Remark is a message of the demo's debate.
type Remark struct {
	Theme string // a slug, the same as of ideas
	Voice int    // who speaks, from 1, within the theme: equal numbers are one person
	Reply int    // the index of the remark that it answers, always an earlier one of the same theme; −1 for none
	Idea  int    // the index in Ideas(lang) of the idea that grew out of it; −1 for none
	Text  string
}

// Ideas returns the ideas written in language l, in the order of the file. A
// damaged file is an error that names the line.
func Ideas(l Lang) ([]Idea, error) {
	lines, name, err := readLines("ideas", l)
	if err != nil {
		return nil, err
	}
	return parseIdeas(lines, name, l)
}

func parseIdeas(lines []string, name string, l Lang) ([]Idea, error) {
	var out []Idea
	for i, line := range lines {
		cells := strings.Split(line, "\t")
		if len(cells) != 3 {
			return nil, fmt.Errorf("demo: %s line %d: %d cells, want theme, stance, text", name, i+1, len(cells))
		}
		stance, err := strconv.ParseFloat(cells[1], 64)
		if err != nil || !(stance >= -1 && stance <= 1) {
			return nil, fmt.Errorf("demo: %s line %d: stance %q, want a number from -1 to 1", name, i+1, cells[1])
		}
		out = append(out, Idea{cells[0], stance, cells[2], l})
	}
	return out, nil
}

// Remarks returns the debate written in language l, in order. In the file a
// line is theme, voice, how many lines back the answered remark stands (0
// none), the first words of the idea that grew out of it, text.
func Remarks(l Lang) ([]Remark, error) {
	ideas, err := Ideas(l)
	if err != nil {
		return nil, err
	}
	lines, name, err := readLines("remarks", l)
	if err != nil {
		return nil, err
	}
	return parseRemarks(lines, name, ideas)
}

func parseRemarks(lines []string, name string, ideas []Idea) ([]Remark, error) {
	var out []Remark
	for i, line := range lines {
		cells := strings.Split(line, "\t")
		if len(cells) != 5 {
			return nil, fmt.Errorf("demo: %s line %d: %d cells, want theme, voice, back, idea, text", name, i+1, len(cells))
		}
		r := Remark{Theme: cells[0], Reply: -1, Idea: -1, Text: cells[4]}
		var err error
		if r.Voice, err = strconv.Atoi(cells[1]); err != nil || r.Voice < 1 {
			return nil, fmt.Errorf("demo: %s line %d: voice %q, want a number from 1", name, i+1, cells[1])
		}
		back, err := strconv.Atoi(cells[2])
		if err != nil || back < 0 || back > i {
			return nil, fmt.Errorf("demo: %s line %d: %q lines back, want 0 to %d", name, i+1, cells[2], i)
		}
		if back > 0 {
			r.Reply = i - back
			if out[r.Reply].Theme != r.Theme {
				return nil, fmt.Errorf("demo: %s line %d: answers line %d, which is of theme %q, not %q", name, i+1, r.Reply+1, out[r.Reply].Theme, r.Theme)
			}
		}
		if cells[3] != "" {
			if r.Idea, err = ideaStarting(ideas, cells[3]); err != nil {
				return nil, fmt.Errorf("demo: %s line %d: %w", name, i+1, err)
			}
		}
		out = append(out, r)
	}
	return out, nil
}

func ideaStarting(ideas []Idea, words string) (int, error) {
	found := -1
	for i, idea := range ideas {
		if !strings.HasPrefix(idea.Text, words) {
			continue
		}
		if found >= 0 {
			return -1, fmt.Errorf("ideas %d and %d both start with %q", found+1, i+1, words)
		}
		found = i
	}
	if found < 0 {
		return -1, fmt.Errorf("no idea starts with %q", words)
	}
	return found, nil
}

func readLines(kind string, l Lang) ([]string, string, error) {
	if err := l.check(); err != nil {
		return nil, "", err
	}
	name := kind + "/" + string(l) + ".tsv"
	b, err := files.ReadFile(name)
	if err != nil {
		return nil, "", fmt.Errorf("demo: %w", err)
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n"), name, nil
}

// Topic is what a planner writes to set up a topic of the demo.
type Topic struct {
	Slug           string   `json:"slug"` // the same in both languages
	Title          string   `json:"title"`
	Question       string   `json:"question"`
	Briefing       []string `json:"briefing"` // paragraphs: facts, then arguments both ways
	Promise        string   `json:"promise"`  // what the city will answer, and when
	ConsentVersion string   `json:"consent_version"`
	Consent        string   `json:"consent"`
	Stages         []Stage  `json:"stages"`
	Themes         []string `json:"themes"` // of the ideas that belong to it; empty: all
}

// Stage is one step of a Topic.
type Stage struct {
	Kind  string `json:"kind"` // applications, draw, debate, curation, rating, poll, results
	Title string `json:"title"`
}

// Topics returns the topics written in language l; the first is the one whose
// ideas, debate and votes the demo walks through.
func Topics(l Lang) ([]Topic, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	name := "topics/" + string(l) + ".json"
	b, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	var out []Topic
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, fmt.Errorf("demo: %s: %w", name, err)
	}
	return out, nil
}

// Has tells whether ideas of a theme belong to t.
func (t Topic) Has(theme string) bool {
	for _, own := range t.Themes {
		if own == theme {
			return true
		}
	}
	return len(t.Themes) == 0
}
