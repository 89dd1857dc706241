package topic

import (
	"encoding/json"
	"errors"
	"testing"
)

// Each fault of the rules of a draw and of a population is told with its field.
func TestLotterySettingsFaults(t *testing.T) {
	cell := func(n uint64, values ...string) PopulationCell { return PopulationCell{values, n} }
	table := func(cells ...PopulationCell) func(*Settings) {
		return func(s *Settings) { s.Population.Tables = []PopulationTable{{[]string{"age"}, cells}} }
	}
	for field, change := range map[string]func(*Settings){
		"quotas[0].max_flex":                      func(s *Settings) { s.Quotas[0].MaxFlex = 2 },
		"quotas[0].min_flex":                      func(s *Settings) { s.Quotas[0].MinFlex = 2 },
		"draw.objective":                          func(s *Settings) { s.Draw.Objective = "fair" },
		"draw.reserves":                           func(s *Settings) { s.Draw.Reserves = 20_001 },
		"draw.panels":                             func(s *Settings) { s.Draw.Panels = 10_001 },
		"draw.eligible[0].feature":                func(s *Settings) { s.Draw.Eligible = []Eligible{{"colour", []string{"red"}}} },
		"draw.eligible[1].feature":                func(s *Settings) { s.Draw.Eligible = []Eligible{{"age", []string{"old"}}, {"age", []string{"old"}}} },
		"draw.eligible[0].values":                 func(s *Settings) { s.Draw.Eligible = []Eligible{{"age", nil}} },
		"draw.eligible[0].values[0]":              func(s *Settings) { s.Draw.Eligible = []Eligible{{"age", []string{"red"}}} },
		"draw.sessions[0]":                        func(s *Settings) { s.Draw.Sessions = []string{"noon"} },
		"draw.languages[1]":                       func(s *Settings) { s.Draw.Languages = []string{"ru", "ru"} },
		"draw.interests[0]":                       func(s *Settings) { s.Draw.Interests = []string{"chess"} },
		"draw.fit_features[0]":                    func(s *Settings) { s.Draw.FitFeatures = []string{"chess"} },
		"draw.weight":                             func(s *Settings) { s.Draw.Weight, s.Draw.Interests = 301, []string{"parks"} },
		"draw.interests":                          func(s *Settings) { s.Draw.Weight = 200 },
		"table_rounds":                            func(s *Settings) { s.TableRounds = 21 },
		"population.tables[0]":                    table(cell(0, "old")),
		"population.tables[0].cells[0].values":    table(cell(5, "old", "north"), cell(1, "old")),
		"population.tables[0].cells[0].values[0]": table(cell(5, "red")),
		"population.tables[0].cells[1]":           table(cell(5, "old"), cell(6, "old")),
		"population.tables[0].cells[0].count":     table(cell(MaxPopulationCount+1, "old"), cell(1, "young")),
		"population.tables[0].features[0]": func(s *Settings) {
			s.Population.Tables = []PopulationTable{{[]string{"colour"}, []PopulationCell{cell(1, "red")}}}
		},
		"population.tables[0].features[1]": func(s *Settings) {
			s.Population.Tables = []PopulationTable{{[]string{"age", "age"}, []PopulationCell{cell(1, "old", "old")}}}
		},
	} {
		s := with(change)
		err := s.Validate()
		var f *Fault
		if !errors.As(err, &f) || f.Places[0].Field != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
	s := with(func(s *Settings) {
		s.Draw = DrawRules{Objective: "auto", Weight: 250, Interests: []string{"parks"}, Eligible: []Eligible{{"age", []string{"old"}}}}
		s.Population.Tables = []PopulationTable{{[]string{"age", "district"}, []PopulationCell{cell(7, "old", "north")}}}
	})
	if err := s.Validate(); err != nil {
		t.Error(err)
	}
}

// A weight is a number of two decimals in JSON.
func TestWeight(t *testing.T) {
	for text, want := range map[string]Weight{"0": 0, "1": 100, "1.5": 150, "2.25": 225, "3": 300, "null": 0} {
		var w Weight
		if err := json.Unmarshal([]byte(text), &w); err != nil || w != want {
			t.Errorf("%s reads as %d, %v; want %d", text, w, err, want)
		}
		b, err := json.Marshal(w)
		if again := new(Weight); err != nil || json.Unmarshal(b, again) != nil || *again != w {
			t.Errorf("%d writes as %s, %v", w, b, err)
		}
	}
	for _, text := range []string{"1.234", "-1", `"2"`, "true", "1e9"} {
		if err := json.Unmarshal([]byte(text), new(Weight)); err == nil {
			t.Errorf("%s is read as a weight", text)
		}
	}
}
