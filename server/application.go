package server

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"veche/frontend"
)

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Veche</title>
<h1>Veche is running, its pages are not built</h1>
<p>The interface under <code>/api</code> answers. To build the pages and start again, run <code>./scripts/run</code>.</p></html>
`

// builtPage is a built file as it goes out.
type builtPage struct {
	kind, caching string
	plain         []byte
	packed        func() ([]byte, error) // with gzip, made at the first use; nil where that saves nothing
}

// application serves the built pages: files as they are, every other address
// as the application's one page, which finds its way by the address.
func application() fiber.Handler {
	if !frontend.Built() {
		return func(c *fiber.Ctx) error {
			c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
			return c.SendString(notBuilt)
		}
	}
	pages, err := readPages(frontend.FS())
	if err != nil { // the files are in the binary
		panic(err)
	}
	return pages.serve
}

// pages are the application's files by their names.
type pages map[string]*builtPage

func (list pages) serve(c *fiber.Ctx) error {
	name := strings.TrimPrefix(path.Clean("/"+c.Path()), "/")
	p, ok := list[name]
	if !ok {
		if strings.HasPrefix(name, "assets/") {
			return fiber.ErrNotFound
		}
		p = list["index.html"]
	}
	c.Set(fiber.HeaderContentType, p.kind)
	c.Set(fiber.HeaderCacheControl, p.caching)
	b := p.plain
	if p.packed != nil {
		c.Vary(fiber.HeaderAcceptEncoding)
		if c.Get(fiber.HeaderAcceptEncoding) != "" && c.AcceptsEncodings("gzip") != "" {
			var err error
			if b, err = p.packed(); err != nil {
				return fmt.Errorf("packing the page %s: %w", name, err)
			}
			c.Set(fiber.HeaderContentEncoding, "gzip")
		}
	}
	return c.SendStream(bytes.NewReader(b), len(b))
}

func readPages(files fs.FS) (pages, error) {
	list := pages{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("reading the page %s: %w", name, err)
		}
		p := &builtPage{kind: cmp.Or(mime.TypeByExtension(path.Ext(name)), "application/octet-stream"), caching: "no-cache", plain: b}
		if strings.HasPrefix(name, "assets/") { // their names carry their digest
			p.caching = "public, max-age=31536000, immutable"
		}
		if slices.Contains([]string{".js", ".css", ".html", ".svg", ".json"}, path.Ext(name)) && len(b) > 512 {
			p.packed = sync.OnceValues(func() ([]byte, error) { return gzipped(b) })
		}
		list[name] = p
		return nil
	})
	return list, err
}

func gzipped(b []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Close()
	}
	return packed.Bytes(), err
}
