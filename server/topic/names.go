package topic

import "reflect"

var digestType = reflect.TypeFor[Digest]()

// Digests answers everything that an event names by digest, in the order of its
// bytes: texts, results, roots. The zero digest is nothing.
func (e *Event) Digests() []Digest {
	return appendDigests(nil, reflect.ValueOf(e.Body).Elem())
}

func appendDigests(list []Digest, v reflect.Value) []Digest {
	switch v.Kind() {
	case reflect.Array:
		if v.Type() == digestType {
			if d := v.Interface().(Digest); !d.IsZero() {
				list = append(list, d)
			}
		}
	case reflect.Slice:
		if k := v.Type().Elem().Kind(); k == reflect.Struct || k == reflect.Array || k == reflect.Slice {
			for i := range v.Len() {
				list = appendDigests(list, v.Index(i))
			}
		}
	case reflect.Struct:
		for _, i := range exportedFields(v.Type()) {
			list = appendDigests(list, v.Field(i))
		}
	}
	return list
}
