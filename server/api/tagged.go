package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"
)

// packed is the size in bytes from which a body goes with gzip.
const packed = 4 << 10

// tagged answers v as JSON to people who ask again and again: with a tag by which
// who has it already is told just that, and packed where it is large.
func tagged(c *fiber.Ctx, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return sendTagged(c, body, body)
}

// unclocked is how a body begins whose time was left out.
const unclocked = `{"now":0`

// NowHeader tells the server's clock, in Unix milliseconds, of an answer whose
// body the reader has already: the time in that one is of when it was made.
const NowHeader = "Veche-Now"

// clocked answers v, whose first field is the time now and is 0, like tagged:
// whatever but the clock differs makes another tag.
func clocked(c *fiber.Ctx, v any, now int64) error {
	says, err := json.Marshal(v)
	if err != nil {
		return err
	}
	rest, ok := bytes.CutPrefix(says, []byte(unclocked))
	if !ok {
		return fmt.Errorf("%T does not begin with %s", v, unclocked)
	}
	c.Set(NowHeader, strconv.FormatInt(now, 10))
	return sendTagged(c, says, append(strconv.AppendInt([]byte(`{"now":`), now, 10), rest...))
}

// sendTagged answers a JSON body under the tag of what it says.
func sendTagged(c *fiber.Ctx, says, body []byte) error {
	sum := sha256.Sum256(says)
	tag := `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	c.Vary(fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderETag, tag)
	if c.Get(fiber.HeaderIfNoneMatch) == tag {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	if len(body) < packed || c.Get(fiber.HeaderAcceptEncoding) == "" || c.AcceptsEncodings("gzip") == "" {
		return c.Send(body)
	}
	c.Set(fiber.HeaderContentEncoding, "gzip")
	w, err := gzip.NewWriterLevel(c.Response().BodyWriter(), gzip.BestSpeed)
	if err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		return err
	}
	return w.Close()
}
