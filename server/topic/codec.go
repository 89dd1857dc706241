package topic

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"unicode/utf8"
)

// errCodec is the cause of every decoding error.
var errCodec = errors.New("not canonical")

// appendValue appends the canonical bytes of v, a value of unsigned and signed
// integers, bools, strings, byte arrays, slices and structs of those. Fields are
// written in declaration order; unexported ones are left out.
func appendValue(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return binary.AppendUvarint(b, v.Uint())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(b, v.Int())
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.String:
		s := v.String()
		b = binary.AppendUvarint(b, uint64(len(s)))
		return append(b, s...)
	case reflect.Array:
		for i := range v.Len() {
			b = append(b, byte(v.Index(i).Uint()))
		}
		return b
	case reflect.Slice:
		n := v.Len()
		b = binary.AppendUvarint(b, uint64(n))
		for i := range n {
			b = appendValue(b, v.Index(i))
		}
		return b
	case reflect.Struct:
		for _, i := range exportedFields(v.Type()) {
			b = appendValue(b, v.Field(i))
		}
		return b
	}
	panic("topic: no canonical encoding for " + v.Type().String())
}

func canonicalBytes(p any) []byte { return appendValue(nil, reflect.ValueOf(p).Elem()) }

// decodeValue reads what appendValue wrote into v and returns the rest.
func decodeValue(b []byte, v reflect.Value) ([]byte, error) {
	switch v.Kind() {
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		u, rest, err := readUvarint(b)
		if err != nil || v.OverflowUint(u) {
			return nil, errCodec
		}
		v.SetUint(u)
		return rest, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		u, rest, err := readUvarint(b)
		i := int64(u>>1) ^ -int64(u&1)
		if err != nil || v.OverflowInt(i) {
			return nil, errCodec
		}
		v.SetInt(i)
		return rest, nil
	case reflect.Bool:
		if len(b) == 0 || b[0] > 1 {
			return nil, errCodec
		}
		v.SetBool(b[0] == 1)
		return b[1:], nil
	case reflect.String:
		n, rest, err := readUvarint(b)
		if err != nil || n > uint64(len(rest)) || !utf8.Valid(rest[:n]) {
			return nil, errCodec
		}
		v.SetString(string(rest[:n]))
		return rest[n:], nil
	case reflect.Array:
		n := v.Len()
		if len(b) < n {
			return nil, errCodec
		}
		reflect.Copy(v.Slice(0, n), reflect.ValueOf(b[:n]))
		return b[n:], nil
	case reflect.Slice:
		n, rest, err := readUvarint(b)
		if err != nil || n > uint64(len(rest)/leastSize(v.Type().Elem())) {
			return nil, errCodec
		}
		if n == 0 {
			v.SetZero()
			return rest, nil
		}
		s := reflect.MakeSlice(v.Type(), int(n), int(n))
		for i := range int(n) {
			if rest, err = decodeValue(rest, s.Index(i)); err != nil {
				return nil, err
			}
		}
		v.Set(s)
		return rest, nil
	case reflect.Struct:
		var err error
		for _, i := range exportedFields(v.Type()) {
			if b, err = decodeValue(b, v.Field(i)); err != nil {
				return nil, fmt.Errorf("%s: %w", v.Type().Field(i).Name, err)
			}
		}
		return b, nil
	}
	panic("topic: no canonical encoding for " + v.Type().String())
}

// leastSize is the fewest bytes that a value of a type takes, so that no list is
// made longer than its bytes can fill.
func leastSize(t reflect.Type) int {
	switch t.Kind() {
	case reflect.Array:
		return t.Len()
	case reflect.Struct:
		n := 0
		for _, i := range exportedFields(t) {
			n += leastSize(t.Field(i).Type)
		}
		return n
	}
	return 1
}

// readUvarint reads a varint of minimal length.
func readUvarint(b []byte) (uint64, []byte, error) {
	u, n := binary.Uvarint(b)
	if n <= 0 || (n > 1 && b[n-1] == 0) {
		return 0, nil, errCodec
	}
	return u, b[n:], nil
}

var fieldLists sync.Map // reflect.Type → []int

func exportedFields(t reflect.Type) []int {
	if f, ok := fieldLists.Load(t); ok {
		return f.([]int)
	}
	var fields []int
	for i := range t.NumField() {
		if t.Field(i).IsExported() {
			fields = append(fields, i)
		}
	}
	fieldLists.Store(t, fields)
	return fields
}

// Layout is a fingerprint of the state's canonical layout: names, order and
// types of its fields. A snapshot of another layout is not read.
func Layout() string { return layout }

var layout = func() string {
	h := sha256.New()
	var walk func(t reflect.Type)
	walk = func(t reflect.Type) {
		fmt.Fprintf(h, "%s %s{", t.Name(), t.Kind())
		switch t.Kind() {
		case reflect.Struct:
			for _, i := range exportedFields(t) {
				fmt.Fprintf(h, "%s ", t.Field(i).Name)
				walk(t.Field(i).Type)
			}
		case reflect.Slice, reflect.Array:
			walk(t.Elem())
		}
		fmt.Fprint(h, "}")
	}
	walk(reflect.TypeFor[State]())
	return hex.EncodeToString(h.Sum(nil)[:8])
}()
