package audit

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
)

// maxDirectory is how much of an archive is read to learn what files it has: some
// 40,000 names, where bundles have tens and backups three.
const maxDirectory = 4 << 20

var errDirectory = fmt.Errorf("its list of files is longer than %d bytes", maxDirectory)

// OpenZip finds the files of an archive that anybody may have made. It reads at most
// 4 MiB of it, however many files it names, and refuses one whose files do not fit
// into it beside each other.
func OpenZip(in io.ReaderAt, size int64) (*zip.Reader, error) {
	limited := &directory{in: in, left: maxDirectory}
	z, err := zip.NewReader(limited, size)
	if limited.left < 0 {
		return nil, errDirectory
	}
	if err != nil {
		return nil, err
	}
	limited.open = true
	var packed uint64
	for _, f := range z.File {
		if packed += f.CompressedSize64; f.CompressedSize64 > uint64(size) || packed > uint64(size) {
			return nil, errors.New("its files are longer than the archive: some lie over each other")
		}
	}
	return z, nil
}

// MostUnpacked is what the files of an archive of size bytes may come to: 64 MiB and
// a hundred times the archive. Logs, votes and databases pack to a tenth at best,
// since digests do not pack; what is made to fill a disk or memory packs to a
// thousandth.
func MostUnpacked(size int64) uint64 { return 64<<20 + 100*uint64(max(size, 0)) }

// directory lets only so much be read until it is open.
type directory struct {
	in   io.ReaderAt
	left int64
	open bool
}

func (d *directory) ReadAt(b []byte, at int64) (int, error) {
	if !d.open {
		if d.left -= int64(len(b)); d.left < 0 {
			return 0, errDirectory
		}
	}
	return d.in.ReadAt(b, at)
}
