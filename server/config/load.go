package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/BurntSushi/toml"
	"github.com/knadh/koanf/v2"
)

// Sources are where settings come from, the later over the earlier.
type Sources struct {
	File    string            // path of a TOML file; "" for none
	Environ []string          // as os.Environ
	Flags   map[string]string // flag → value, only those that were given
}

// Settings are the settings with the source of each.
type Settings struct {
	Config
	// Unknown are variables that begin with VECHE_ and are no settings.
	Unknown []string

	values map[string]any
	source map[string]string
}

// IsDefault tells whether no source has set the setting.
func (s *Settings) IsDefault(key string) bool { return s.source[key] == fromDefault }

const fromDefault = "default"

const envPrefix = "VECHE_"

// FileVariable names the file where no flag does.
const FileVariable = envPrefix + "CONFIG"

// Load reads and checks the settings. An error is either about the file as a
// whole or a [Problems].
func Load(s Sources) (*Settings, error) {
	l, err := load(s)
	if err != nil {
		return nil, err
	}
	if problems := l.check(); len(problems) > 0 {
		return nil, problems
	}
	return l, nil
}

func load(s Sources) (*Settings, error) {
	defaults := defaultValues()
	l := &Settings{values: map[string]any{}, source: map[string]string{}}
	k := koanf.New(".")
	var problems Problems
	apply := func(values map[string]any, source func(key string) string) error {
		for _, key := range sortedKeys(values) {
			like, known := defaults[key]
			if !known {
				problems = append(problems, Problem{Key: key, Source: source(key), Message: "is not a setting" + nearest(key, sortedKeys(defaults))})
				continue
			}
			v, err := typed(values[key], like)
			if err != nil {
				problems = append(problems, Problem{Key: key, Source: source(key), Message: err.Error()})
				continue
			}
			l.values[key], l.source[key] = v, source(key)
			if err := k.Load(layer{key: v}, nil); err != nil {
				return err
			}
		}
		return nil
	}
	file, err := readFile(s.File)
	if err != nil {
		return nil, err
	}
	env, unknown := readEnviron(s.Environ, defaults)
	l.Unknown = unknown
	flags, flagOf := map[string]any{}, map[string]string{}
	for flag, v := range s.Flags {
		key, ok := FlagKey(flag)
		if !ok {
			return nil, fmt.Errorf("flag --%s belongs to no setting", flag)
		}
		flags[key], flagOf[key] = v, "--"+flag
	}
	err = errors.Join(
		apply(defaults, func(string) string { return fromDefault }),
		apply(file, func(string) string { return s.File }),
		apply(env, Variable),
		apply(flags, func(key string) string { return flagOf[key] }),
		k.Unmarshal("", &l.Config),
	)
	if err != nil {
		return nil, fmt.Errorf("gather settings: %w", err)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return l, nil
}

// FlagKey is the setting that a flag of veche serve sets.
func FlagKey(flag string) (key string, ok bool) {
	switch flag {
	case "data":
		return "data_dir", true
	case "node":
		return "node.name", true
	case "peer-listen", "peer-address":
		return "node." + strings.ReplaceAll(flag, "-", "_"), true
	case "peer-secret":
		return "node.secret_file", true
	case "listen", "metrics", "public-url", "store", "bus", "demo", "log-level":
		return strings.ReplaceAll(flag, "-", "_"), true
	}
	return "", false
}

// Variable is the name of a setting in the environment.
func Variable(key string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// layer is a koanf.Provider of values under dotted keys.
type layer map[string]any

// ReadBytes implements koanf.Provider; koanf calls it only with a parser.
func (layer) ReadBytes() ([]byte, error) { return nil, errors.New("settings are not bytes") }

// Read implements koanf.Provider.
func (l layer) Read() (map[string]any, error) {
	nested := map[string]any{}
	for key, v := range l {
		at := nested
		parts := strings.Split(key, ".")
		for _, part := range parts[:len(parts)-1] {
			next, ok := at[part].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[part] = next
			}
			at = next
		}
		at[parts[len(parts)-1]] = v
	}
	return nested, nil
}

// readFile reads a TOML file into values under dotted keys.
func readFile(path string) (map[string]any, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("settings file %s does not exist: correct --config or %s", path, FileVariable)
	}
	if err != nil {
		return nil, fmt.Errorf("settings file: %w", err)
	}
	return parseFile(path, text)
}

func parseFile(path string, text []byte) (map[string]any, error) {
	var tree map[string]any
	if err := toml.Unmarshal(text, &tree); err != nil {
		var p toml.ParseError
		if errors.As(err, &p) {
			return nil, fmt.Errorf("settings file %s, line %d: %s", path, p.Position.Line, oneLine(p.Message))
		}
		return nil, fmt.Errorf("settings file %s: %s", path, oneLine(err.Error()))
	}
	flat := map[string]any{}
	flatten(flat, "", tree)
	return flat, nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func flatten(into map[string]any, prefix string, tree map[string]any) {
	for name, v := range tree {
		if sub, ok := v.(map[string]any); ok {
			flatten(into, prefix+name+".", sub)
			continue
		}
		into[prefix+name] = v
	}
}

func readEnviron(environ []string, defaults map[string]any) (known map[string]any, unknown []string) {
	byName := map[string]string{}
	for key := range defaults {
		byName[Variable(key)] = key
	}
	known = map[string]any{}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if key, ok := byName[name]; ok {
			known[key] = value
		} else if strings.HasPrefix(name, envPrefix) && name != FileVariable {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return known, unknown
}

// typed makes a value the type of its setting. The environment and flags give
// strings.
func typed(v, like any) (any, error) {
	s, isString := v.(string)
	switch like.(type) {
	case string:
		if isString {
			return s, nil
		}
		return nil, fmt.Errorf("is %v, want a text in quotes", v)
	case bool:
		if b, ok := v.(bool); ok {
			return b, nil
		}
		if b, err := strconv.ParseBool(s); isString && err == nil {
			return b, nil
		}
		return nil, fmt.Errorf("is %q, want true or false", fmt.Sprint(v))
	case []string:
		if isString {
			return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }), nil
		}
		list, isList := v.([]any)
		texts := make([]string, len(list))
		for i := range list {
			if texts[i], isString = list[i].(string); !isString {
				isList = false
			}
		}
		if given, ok := v.([]string); ok {
			texts, isList = given, true
		}
		if !isList {
			return nil, fmt.Errorf("is %v, want a list of texts in quotes, [\"…\", \"…\"]", v)
		}
		return texts, nil
	case int:
		switch n := v.(type) {
		case int:
			return n, nil
		case int64:
			return int(n), nil
		}
		if n, err := strconv.Atoi(s); isString && err == nil {
			return n, nil
		}
		return nil, fmt.Errorf("is %q, want a whole number", fmt.Sprint(v))
	}
	return nil, fmt.Errorf("has no known type")
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
