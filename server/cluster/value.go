package cluster

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
)

// A value on its way from node to node is written by its fields' names, those
// that are zero left out, so that nodes of different releases understand each
// other where they can, and say so where they can't. Nil and empty stay apart,
// and so do nil and a pointer to zero.

var errCut = errors.New("message is cut off")

// appendValue writes v, whose struct fields are all exported.
func appendValue(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return binary.AppendUvarint(b, v.Uint())
	case reflect.Float32, reflect.Float64:
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(v.Float()))
	case reflect.String:
		return appendText(b, v.String())
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, 0)
		}
		return appendValue(append(b, 1), v.Elem())
	case reflect.Slice:
		if v.IsNil() {
			return append(b, 0)
		}
		b = binary.AppendUvarint(b, uint64(v.Len())+1)
		if v.Type().Elem() == reflect.TypeFor[byte]() {
			return append(b, v.Bytes()...)
		}
		for i := range v.Len() {
			b = appendValue(b, v.Index(i))
		}
		return b
	case reflect.Array:
		if v.Type().Elem() == reflect.TypeFor[byte]() {
			for i := range v.Len() {
				b = append(b, byte(v.Index(i).Uint()))
			}
			return b
		}
		for i := range v.Len() {
			b = appendValue(b, v.Index(i))
		}
		return b
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() {
				b = appendValue(appendText(b, v.Type().Field(i).Name), f)
			}
		}
		return appendText(b, "")
	case reflect.Interface: // a command within a command
		return appendCommand(b, v.Interface())
	}
	panic(fmt.Sprintf("cluster: a %s can't be sent", v.Type()))
}

// wire takes values off the front of a message.
type wire struct {
	rest  []byte
	depth int
}

func (w *wire) value(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Bool:
		b, err := w.take(1)
		if err == nil {
			v.SetBool(b[0] != 0)
		}
		return err
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, size := binary.Varint(w.rest)
		if size <= 0 || v.OverflowInt(n) {
			return errCut
		}
		v.SetInt(n)
		w.rest = w.rest[size:]
		return nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := w.number()
		if err == nil && v.OverflowUint(n) {
			return errCut
		}
		v.SetUint(n)
		return err
	case reflect.Float32, reflect.Float64:
		b, err := w.take(8)
		if err == nil {
			v.SetFloat(math.Float64frombits(binary.LittleEndian.Uint64(b)))
		}
		return err
	case reflect.String:
		s, err := w.text()
		v.SetString(s)
		return err
	case reflect.Pointer:
		there, err := w.take(1)
		if err != nil || there[0] == 0 {
			return err
		}
		v.Set(reflect.New(v.Type().Elem()))
		return w.value(v.Elem())
	case reflect.Slice:
		return w.slice(v)
	case reflect.Array:
		if v.Type().Elem() == reflect.TypeFor[byte]() {
			b, err := w.take(uint64(v.Len()))
			if err == nil {
				reflect.Copy(v, reflect.ValueOf(b))
			}
			return err
		}
		for i := range v.Len() {
			if err := w.value(v.Index(i)); err != nil {
				return err
			}
		}
		return nil
	case reflect.Struct:
		for {
			name, err := w.text()
			if err != nil || name == "" {
				return err
			}
			f := v.FieldByName(name)
			if !f.IsValid() {
				return fmt.Errorf("this server does not know %s.%s: it runs another release", v.Type(), name)
			}
			if err := w.value(f); err != nil {
				return err
			}
		}
	case reflect.Interface:
		c, err := w.command()
		if err == nil {
			v.Set(reflect.ValueOf(c))
		}
		return err
	}
	return fmt.Errorf("a %s can't be read", v.Type())
}

func (w *wire) slice(v reflect.Value) error {
	n, err := w.number()
	if err != nil || n == 0 {
		return err
	}
	n--
	if n > uint64(len(w.rest)) { // each element takes a byte at least
		return errCut
	}
	if v.Type().Elem() == reflect.TypeFor[byte]() {
		b, err := w.take(n)
		if err == nil {
			v.Set(reflect.MakeSlice(v.Type(), int(n), int(n)))
			reflect.Copy(v, reflect.ValueOf(b))
		}
		return err
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, int(min(n, 4096))))
	for range n {
		x := reflect.New(v.Type().Elem()).Elem()
		if err := w.value(x); err != nil {
			return err
		}
		v.Set(reflect.Append(v, x))
	}
	return nil
}

func (w *wire) take(n uint64) ([]byte, error) {
	if n > uint64(len(w.rest)) {
		return nil, errCut
	}
	b := w.rest[:n]
	w.rest = w.rest[n:]
	return b, nil
}

func (w *wire) number() (uint64, error) {
	n, size := binary.Uvarint(w.rest)
	if size <= 0 {
		return 0, errCut
	}
	w.rest = w.rest[size:]
	return n, nil
}

func (w *wire) text() (string, error) {
	n, err := w.number()
	if err != nil {
		return "", err
	}
	b, err := w.take(n)
	return string(b), err
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
