package frontend

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// FS returns the built files: index.html and assets/ with names that carry
// the digest of their content. Without a build it holds only .gitkeep.
func FS() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil { // only an invalid path can fail, and this one is constant
		panic(err)
	}
	return files
}

// Built reports whether the application was built before this binary was.
func Built() bool {
	info, err := fs.Stat(FS(), "index.html")
	return err == nil && info.Mode().IsRegular()
}
