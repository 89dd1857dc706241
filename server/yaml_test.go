package server

import (
	"encoding/json"

	"go.yaml.in/yaml/v3"
)

// readYAML reads YAML as JSON would be: maps by text, numbers as float64. A key
// that stands twice is an error.
func readYAML(text string) (v any, err error) {
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		return nil, err
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	v = nil
	err = json.Unmarshal(b, &v)
	return v, err
}
