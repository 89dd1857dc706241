package server

import (
	"bytes"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"veche/frontend"
)

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Veche</title>
<h1>Veche is running, its pages are not built</h1>
<p>The interface under <code>/api</code> answers. To build the pages and start again, run <code>./scripts/run</code>.</p></html>
`

// application serves the built pages: files as they are, every other address
// as the application's one page, which finds its way by the address.
func application() fiber.Handler {
	files := frontend.FS()
	built := frontend.Built()
	return func(c *fiber.Ctx) error {
		if !built {
			c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
			return c.SendString(notBuilt)
		}
		name := strings.TrimPrefix(path.Clean("/"+c.Path()), "/")
		info, err := fs.Stat(files, name)
		if err != nil || info.IsDir() || name == "" || strings.HasPrefix(path.Base(name), ".") {
			if strings.HasPrefix(name, "assets/") {
				return fiber.ErrNotFound
			}
			name = "index.html"
		}
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("reading the page %s: %w", name, err)
		}
		kind := mime.TypeByExtension(path.Ext(name))
		if kind == "" {
			kind = "application/octet-stream"
		}
		c.Set(fiber.HeaderContentType, kind)
		if strings.HasPrefix(name, "assets/") { // their names carry their digest
			c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
		} else {
			c.Set(fiber.HeaderCacheControl, "no-cache")
		}
		return c.SendStream(bytes.NewReader(b), len(b))
	}
}
