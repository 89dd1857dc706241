package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"veche/server/topic"
)

// maxJSON is the largest JSON body.
const maxJSON = 1 << 20

// readJSON reads a JSON body strictly into v.
func readJSON(c *fiber.Ctx, v any) error {
	body, err := readBody(c, maxJSON)
	if err != nil {
		return err
	}
	if !utf8.Valid(body) {
		return refuse("malformed", "the body is not valid UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return malformed(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return refuse("malformed", "the body holds more than one JSON value")
	}
	return nil
}

func malformed(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var fault *topic.Fault
	switch {
	case errors.As(err, &fault):
		return fault
	case errors.As(err, &syntax):
		return refuse("malformed", "the body is no JSON: "+syntax.Error()+" at byte "+strconv.FormatInt(syntax.Offset, 10))
	case errors.As(err, &kind):
		where := "the body"
		if kind.Field != "" {
			where = "the field " + kind.Field
		}
		return refuse("malformed", where+" should be "+jsonKind(kind.Type.Kind())+", not a "+shortened(kind.Value))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return refuse("malformed", "the body is empty or ends too early")
	}
	return refuse("malformed", err.Error())
}

// ending is a stream that stays at its end: one that comes in parts would wait for
// another part after the last.
type ending struct {
	from io.Reader
	err  error // with which it ended
}

// Read implements [io.Reader].
func (e *ending) Read(p []byte) (n int, err error) {
	if e.err == nil {
		n, e.err = e.from.Read(p)
	}
	return n, e.err
}

// bodyStream is the request's body as it comes in, nil where it has none.
func bodyStream(c *fiber.Ctx) io.Reader {
	if e, ok := c.Locals(bodyKey).(*ending); ok {
		return e
	}
	r := c.Context().RequestBodyStream()
	if r == nil {
		return nil
	}
	e := &ending{from: r}
	c.Locals(bodyKey, e)
	return e
}

// readBody reads at most limit bytes of the body, which Fiber streams.
func readBody(c *fiber.Ctx, limit int) ([]byte, error) {
	r := bodyStream(c)
	if r == nil {
		if b := c.Request().Body(); len(b) <= limit {
			return b, nil
		}
		return nil, tooLarge(c, limit)
	}
	b, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err != nil {
		return nil, refuse("malformed", "the body broke off")
	}
	if len(b) > limit {
		return nil, tooLarge(c, limit)
	}
	return b, nil
}

// shortened is what is told of something that may have any length.
func shortened(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// jsonKind says in JSON's words what a Go type is read from.
func jsonKind(k reflect.Kind) string {
	switch k {
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	}
	return "a whole number in its range"
}

// drainLimit is how much of a refused body is still read, so that the client
// comes to read the refusal.
const drainLimit = 64 << 20

// drain reads what a refused request has left unread, so that it is not taken for
// the next request. What is still there then is cut with the connection.
func drain(c *fiber.Ctx) {
	r := bodyStream(c)
	if r == nil {
		return
	}
	if _, err := io.CopyN(io.Discard, r, drainLimit); err == nil || !errors.Is(err, io.EOF) {
		c.Context().Response.SetConnectionClose()
	}
}

// tooLarge refuses a body, and the rest of it with the connection.
func tooLarge(c *fiber.Ctx, limit int) error {
	drain(c)
	c.Context().Response.SetConnectionClose()
	return refuse("too-large", "the body is larger than "+strconv.Itoa(limit/1024)+" KiB")
}

func checkClientID(id string) error {
	if len(id) == 0 || len(id) > 64 || !utf8.ValidString(id) {
		return refuse("invalid", "client_id is missing: send a fresh UUID, and the same one when you send the same thing again")
	}
	return nil
}

// number reads a path parameter.
func number(c *fiber.Ctx, name string) (uint32, error) {
	n, err := strconv.ParseUint(c.Params(name), 10, 32)
	if err != nil {
		return 0, refuse("not-found", "there is no "+name+" "+strconv.Quote(c.Params(name)))
	}
	return uint32(n), nil
}

// query reads a number of the query string, within bounds.
func query(c *fiber.Ctx, name string, otherwise, most uint64) (uint64, error) {
	s := c.Query(name)
	if s == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, refuse("malformed", name+" should be a number, not "+strconv.Quote(s))
	}
	return min(n, most), nil
}
