package frontend_test

import (
	"bytes"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"veche/frontend"
)

func TestFSHoldsTheMarkerThatLetsACleanCloneBuild(t *testing.T) {
	if _, err := fs.Stat(frontend.FS(), ".gitkeep"); err != nil {
		t.Errorf("dist/.gitkeep must survive the build (public/.gitkeep): %v", err)
	}
}

// The page must run under a policy of default-src 'self': a script or style
// written into it would be refused by the browser.
func TestIndexHasNothingInline(t *testing.T) {
	if !frontend.Built() {
		t.Skip("the frontend is not built: run scripts/build")
	}
	page, err := fs.ReadFile(frontend.FS(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range regexp.MustCompile(`(?s)<script[^>]*>.*?</script>`).FindAll(page, -1) {
		if !bytes.Contains(tag, []byte("src=")) {
			t.Errorf("inline script in index.html: %s", tag)
		}
	}
	if regexp.MustCompile(`<style|\sstyle=|\son[a-z]+=`).Match(page) {
		t.Error("inline style or handler in index.html")
	}
	for _, ref := range regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllSubmatch(page, -1) {
		name := string(ref[1])
		if !strings.HasPrefix(name, "/") {
			t.Errorf("%q must be absolute: pages live below /topics/", name)
			continue
		}
		if _, err := fs.Stat(frontend.FS(), name[1:]); err != nil {
			t.Errorf("index.html names %q: %v", name, err)
		}
	}
}
