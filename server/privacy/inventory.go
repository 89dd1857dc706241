package privacy

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Field is one place where personal data lies: a field of a type.
type Field struct {
	Class string
	Type  string // package and name
	Name  string
}

// Inventory lists the fields of some types and of all that these hold, by class
// and then by place. The error names every field of text, bytes or time whose tag
// names no class of [Classes], nor [None].
func Inventory(kept ...any) ([]Field, error) {
	w := walker{seen: map[reflect.Type]bool{}}
	for _, x := range kept {
		w.walk(reflect.TypeOf(x))
	}
	slices.SortFunc(w.fields, func(a, b Field) int {
		return strings.Compare(a.Class+" "+a.Type+"."+a.Name, b.Class+" "+b.Type+"."+b.Name)
	})
	if len(w.wrong) > 0 {
		slices.Sort(w.wrong)
		return w.fields, fmt.Errorf("privacy: %d fields name no class of personal data in a tag such as class:\"name\": %s", len(w.wrong), strings.Join(w.wrong, ", "))
	}
	return w.fields, nil
}

type walker struct {
	seen   map[reflect.Type]bool
	fields []Field
	wrong  []string
}

// plain says that a type holds text, bytes or a time, in whatever lists.
func plain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String:
		return true
	case reflect.Array, reflect.Slice:
		return t.Elem().Kind() == reflect.Uint8 && t.Elem().Name() == "uint8" || plain(t.Elem())
	case reflect.Pointer:
		return plain(t.Elem())
	case reflect.Map:
		return plain(t.Key()) || plain(t.Elem())
	}
	return t.PkgPath() == "time" && t.Name() == "Time"
}

func (w *walker) walk(t reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		w.walk(t.Elem())
		return
	case reflect.Map:
		w.walk(t.Key())
		w.walk(t.Elem())
		return
	case reflect.Struct:
	default:
		return
	}
	if w.seen[t] || plain(t) {
		return
	}
	w.seen[t] = true
	for i := range t.NumField() {
		f := t.Field(i)
		class, named := f.Tag.Lookup("class")
		switch {
		case !f.IsExported():
			continue // kept nowhere
		case named && class == None:
		case named && ClassOf(class) != nil:
			w.fields = append(w.fields, Field{class, t.String(), f.Name})
		case named || plain(f.Type):
			w.wrong = append(w.wrong, t.String()+"."+f.Name)
		}
		w.walk(f.Type)
	}
}

// Kept answers a value of every type of this package that holds something about
// a person.
func Kept() []any {
	return []any{external{}, Contact{}, Paper{}, paperRecord{}, Erased{}, Pseudonyms{}, Identified{}, Member{}}
}
