package server

import (
	"fmt"
	"strconv"
	"strings"
)

// readYAML reads the part of YAML that the description of the open interface is
// written in: block maps and lists, flow maps and lists, plain and double-quoted
// scalars, folded text. Whatever else is an error, and so is a key that stands
// twice.
func readYAML(text string) (v any, err error) {
	r := &yamlReader{}
	for n, line := range strings.Split(text, "\n") {
		if s := strings.TrimSpace(line); s != "" && !strings.HasPrefix(s, "#") {
			r.lines = append(r.lines, yamlLine{n + 1, len(line) - len(strings.TrimLeft(line, " ")), s})
		}
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("line %d: %v", r.number(), p)
		}
	}()
	v = r.block(0)
	if r.at < len(r.lines) {
		panic("it is indented otherwise")
	}
	return v, nil
}

type yamlLine struct {
	number, indent int
	text           string
}

type yamlReader struct {
	lines []yamlLine
	at    int
	flow  string // what is left of a line
}

func (r *yamlReader) number() int {
	if r.at < len(r.lines) {
		return r.lines[r.at].number
	}
	return r.lines[len(r.lines)-1].number
}

// block reads a map or a list whose lines are indented so.
func (r *yamlReader) block(indent int) any {
	if strings.HasPrefix(r.lines[r.at].text, "- ") {
		list := []any{}
		for r.at < len(r.lines) && r.lines[r.at].indent == indent && strings.HasPrefix(r.lines[r.at].text, "- ") {
			list = append(list, r.line(strings.TrimPrefix(r.lines[r.at].text, "- ")))
		}
		return list
	}
	if strings.HasPrefix(r.lines[r.at].text, "{") {
		return r.line(r.lines[r.at].text)
	}
	m := map[string]any{}
	for r.at < len(r.lines) && r.lines[r.at].indent == indent {
		key, rest, ok := strings.Cut(r.lines[r.at].text, ":")
		if !ok || rest != "" && rest[0] != ' ' {
			panic("it is no key with a value")
		}
		key = strings.Trim(key, `"`)
		if _, twice := m[key]; twice {
			panic("the key " + key + " stands twice")
		}
		switch rest = strings.TrimSpace(rest); {
		case rest == ">-":
			var words []string
			for r.at++; r.at < len(r.lines) && r.lines[r.at].indent > indent; r.at++ {
				words = append(words, r.lines[r.at].text)
			}
			m[key] = strings.Join(words, " ")
		case rest != "":
			m[key] = r.line(rest)
		default:
			if r.at++; r.at == len(r.lines) || r.lines[r.at].indent <= indent {
				panic("the key " + key + " has no value")
			}
			m[key] = r.block(r.lines[r.at].indent)
		}
	}
	return m
}

// line reads what is left of a line, a flow value or a scalar, and goes on to the
// next.
func (r *yamlReader) line(text string) any {
	r.flow = text
	var v any
	if strings.ContainsAny(text[:1], `{["`) {
		v = r.value()
	} else {
		v, r.flow = scalar(text), ""
	}
	if strings.TrimSpace(r.flow) != "" {
		panic("this is too much: " + r.flow)
	}
	r.at++
	return v
}

func (r *yamlReader) value() any {
	r.flow = strings.TrimSpace(r.flow)
	switch {
	case r.take("{"):
		m := map[string]any{}
		for !r.take("}") {
			key, ok := r.value().(string)
			if _, twice := m[key]; !ok || twice || !r.take(":") {
				panic("in a flow map near " + r.flow)
			}
			m[key] = r.value()
			r.take(",")
		}
		return m
	case r.take("["):
		list := []any{}
		for !r.take("]") {
			list = append(list, r.value())
			r.take(",")
		}
		return list
	case strings.HasPrefix(r.flow, `"`):
		quoted, err := strconv.QuotedPrefix(r.flow)
		if err != nil {
			panic(err)
		}
		r.flow = r.flow[len(quoted):]
		s, err := strconv.Unquote(quoted)
		if err != nil {
			panic(err)
		}
		return s
	}
	end := len(r.flow)
	for _, stop := range []string{",", "}", "]", ": "} {
		if i := strings.Index(r.flow, stop); i >= 0 {
			end = min(end, i)
		}
	}
	if end == 0 {
		panic("a value is missing near " + r.flow)
	}
	s := r.flow[:end]
	r.flow = r.flow[end:]
	return scalar(s)
}

func (r *yamlReader) take(mark string) bool {
	r.flow = strings.TrimSpace(r.flow)
	rest, ok := strings.CutPrefix(r.flow, mark)
	if ok {
		r.flow = rest
	}
	return ok
}

func scalar(s string) any {
	s = strings.TrimSpace(s)
	if strings.ContainsAny(s[:1], "&*!|>'%@`#") || strings.Contains(s, ": ") || strings.Contains(s, " #") {
		panic("this scalar needs quotes: " + s)
	}
	switch s {
	case "true", "false":
		return s == "true"
	case "null", "~":
		return nil
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return n
	}
	return s
}
