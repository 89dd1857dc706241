package config

import (
	"fmt"
	"reflect"
	"strings"
)

// defaultValues are the defaults under their dotted keys: the list of all
// settings.
func defaultValues() map[string]any {
	values := map[string]any{}
	walk("", reflect.ValueOf(Default()), func(key string, v any) { values[key] = v })
	return values
}

// Keys are all settings, in the order of [Config].
func Keys() []string {
	var keys []string
	walk("", reflect.ValueOf(Default()), func(key string, _ any) { keys = append(keys, key) })
	return keys
}

func walk(prefix string, v reflect.Value, f func(key string, v any)) {
	for i := range v.NumField() {
		key := prefix + v.Type().Field(i).Tag.Get("koanf")
		if field := v.Field(i); field.Kind() == reflect.Struct {
			walk(key+".", field, f)
		} else {
			f(key, field.Interface())
		}
	}
}

// TOML writes all settings as a file that Load reads, each with its source.
func (s *Settings) TOML() string {
	var b strings.Builder
	table := ""
	for _, key := range Keys() {
		name := key
		if i := strings.LastIndexByte(key, '.'); i >= 0 {
			if table != key[:i] {
				table = key[:i]
				fmt.Fprintf(&b, "\n[%s]\n", table)
			}
			name = key[i+1:]
		}
		line := name + " = " + s.written(key)
		if src := s.source[key]; src != fromDefault {
			line = fmt.Sprintf("%-40s # %s", line, oneLine(src))
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// written is a setting's value as TOML, without a password that stands in an address.
func (s *Settings) written(key string) string {
	switch v := s.values[key].(type) {
	case string:
		if key == "store" || key == "bus" {
			v = redact(v)
		}
		return quote(v)
	case []string:
		quoted := make([]string, len(v))
		for i := range v {
			quoted[i] = quote(v[i])
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	return fmt.Sprint(s.values[key])
}

// Setting is a setting in force, to be shown.
type Setting struct {
	Key   string
	Value string // as TOML, without secrets
	Set   bool   // false for the default
}

// List answers all settings for people to look at. Of an account it tells only that
// there is one.
func (s *Settings) List() []Setting {
	var list []Setting
	for _, key := range Keys() {
		x := Setting{key, s.written(key), !s.IsDefault(key)}
		if private[key] && x.Value != quote("") {
			x.Value = quote("…")
		}
		list = append(list, x)
	}
	return list
}

// private are settings that are no secret and concern only who has set them.
var private = map[string]bool{"mail.user": true}

// quote writes a TOML basic string.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// nearest is a hint at the setting that was probably meant, or "".
func nearest(key string, known []string) string {
	best, distance := "", 1+len(key)/3
	for _, k := range known {
		if d := editDistance(key, k); d < distance {
			best, distance = k, d
		}
	}
	if best == "" {
		return ""
	}
	return ", perhaps " + best + "?"
}

// editDistance is the Levenshtein distance in bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			d := diagonal
			if a[i] != b[j] {
				d = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], d
		}
	}
	return row[len(b)]
}
