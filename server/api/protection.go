package api

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/protection"
	"veche/server/topic"
)

// getProtection answers the facts for an assessment of data protection: a page of
// sentences and tables, or as a file with ?file=md or ?file=json.
func (a *API) getProtection(c *fiber.Ctx) error {
	f, err := a.Protection(c.UserContext())
	if err != nil {
		return err
	}
	if c.Query("file") == "json" {
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="data-protection.json"`)
		return c.JSON(f)
	}
	return a.document(c, f.Assessment(c.Query("lang")), "data-protection.md")
}

// getBreach answers the note of a breach, in the same ways.
func (a *API) getBreach(c *fiber.Ctx) error {
	x := protection.Incident{Exposed: protection.Exposed(c.Query("exposed"))}
	if name := c.Query("role"); name != "" {
		role, err := topic.ParseRole(name)
		if err != nil {
			return err
		}
		x.Role = role
	}
	for _, t := range []struct {
		name string
		into *time.Time
	}{{"until", &x.Until}, {"noticed", &x.Noticed}} {
		if text := c.Query(t.name); text != "" {
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				return refuse("invalid", t.name+" is no time such as 2026-03-01T09:00:00Z")
			}
			*t.into = at
		}
	}
	if err := x.Check(); err != nil {
		return refuse("invalid", err.Error())
	}
	f, err := a.Protection(c.UserContext())
	if err != nil {
		return err
	}
	return a.document(c, f.Breach(&x, c.Query("lang")), "breach.md")
}

// document answers a document for the screen, or as a file of that name.
func (a *API) document(c *fiber.Ctx, d *protection.Document, name string) error {
	if c.Query("file") != "md" {
		return c.JSON(d)
	}
	c.Set(fiber.HeaderContentType, "text/markdown; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	return c.SendString(d.Markdown())
}
