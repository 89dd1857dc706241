package audit

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math"
	"strings"
)

func digest(b []byte) Hash { return sha256.Sum256(b) }

// Writer writes a bundle's files into an archive whose bytes follow from the
// files' alone: no times, one order, every file named by its digests.
type Writer struct {
	zip   *zip.Writer
	files []File
	now   *entry
}

// NewWriter starts an archive.
func NewWriter(w io.Writer) *Writer { return &Writer{zip: zip.NewWriter(w)} }

// entry is the file that is being written.
type entry struct {
	header *zip.FileHeader
	pack   *flate.Writer
	raw    counted // compressed bytes
	crc    hash.Hash32
	digest hash.Hash
	size   uint64
}

// counted counts and digests what passes through it.
type counted struct {
	w      io.Writer
	digest hash.Hash
	size   uint64
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.digest.Write(b[:n])
	c.size += uint64(n)
	return n, err
}

func (e *entry) Write(b []byte) (int, error) {
	n, err := e.pack.Write(b)
	e.digest.Write(b[:n])
	e.crc.Write(b[:n])
	e.size += uint64(n)
	return n, err
}

// bare is a header that tells nothing but the name; sizes and checksum follow
// the data, since they are not known before.
func bare(name string, method uint16) *zip.FileHeader {
	return &zip.FileHeader{Name: name, Method: method, Flags: 0x8, CreatorVersion: 20, ReaderVersion: 20}
}

// settle tells the header what the data came to.
func settle(h *zip.FileHeader, crc uint32, packed, size uint64) {
	h.CRC32, h.CompressedSize64, h.UncompressedSize64 = crc, packed, size
	//lint:ignore SA1019 an entry that is written raw carries both, and nothing sets these but us
	h.CompressedSize, h.UncompressedSize = uint32(min(packed, math.MaxUint32)), uint32(min(size, math.MaxUint32)) //nolint:staticcheck // as above
	if packed >= math.MaxUint32 || size >= math.MaxUint32 {
		h.ReaderVersion = 45
	}
}

// Create begins the next file, which ends the one before it.
func (w *Writer) Create(name string) (io.Writer, error) {
	if err := w.end(); err != nil {
		return nil, err
	}
	if !fileName.MatchString(name) {
		return nil, fmt.Errorf("%q is no name for a file of a bundle", name)
	}
	e := &entry{header: bare(name, zip.Deflate), crc: crc32.NewIEEE(), digest: sha256.New()}
	f, err := w.zip.CreateRaw(e.header)
	if err != nil {
		return nil, err
	}
	e.raw = counted{w: f, digest: sha256.New()}
	if e.pack, err = flate.NewWriter(&e.raw, flate.DefaultCompression); err != nil {
		return nil, err
	}
	w.now = e
	return e, nil
}

// Add writes a whole file.
func (w *Writer) Add(name string, content []byte) error {
	f, err := w.Create(name)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return err
}

func (w *Writer) end() error {
	e := w.now
	if e == nil {
		return nil
	}
	w.now = nil
	if err := e.pack.Close(); err != nil {
		return err
	}
	settle(e.header, e.crc.Sum32(), e.raw.size, e.size)
	w.files = append(w.files, File{Name: e.header.Name, Size: e.size, Digest: Hash(e.digest.Sum(nil)), Packed: Hash(e.raw.digest.Sum(nil))})
	return nil
}

// Close writes the manifest with the digests of all files, its signature, and
// the end of the archive.
func (w *Writer) Close(m Manifest, sign func(text string) ([]byte, error)) error {
	if err := w.end(); err != nil {
		return err
	}
	m.Schema, m.Files = BundleSchema, w.files
	encoded, err := m.Encode()
	if err != nil {
		return err
	}
	signature, err := sign(SignatureText(&m, encoded))
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name    string
		content []byte
	}{{ManifestFile, encoded}, {SignatureFile, signature}} {
		h := bare(f.name, zip.Store)
		out, err := w.zip.CreateRaw(h)
		if err != nil {
			return err
		}
		if _, err := out.Write(f.content); err != nil {
			return err
		}
		settle(h, crc32.ChecksumIEEE(f.content), uint64(len(f.content)), uint64(len(f.content)))
	}
	return w.zip.Close()
}

// Archive is a bundle that is being read. Only what the manifest names can be
// opened.
type Archive struct {
	Manifest  *Manifest
	encoded   []byte
	signature []byte
	in        io.ReaderAt
	size      int64
	entries   []*zip.File
	byName    map[string]int
}

// maxManifest is the longest manifest that is read.
const maxManifest = 16 << 20

// OpenArchive finds the files of a bundle and reads its manifest. It checks
// nothing yet but that the archive has the files that the manifest names.
func OpenArchive(in io.ReaderAt, size int64) (*Archive, error) {
	z, err := OpenZip(in, size)
	if err != nil {
		return nil, fmt.Errorf("not a bundle: %w", err)
	}
	n := len(z.File) - 2
	if n < 0 || z.File[n].Name != ManifestFile || z.File[n+1].Name != SignatureFile {
		return nil, fmt.Errorf("not a bundle: it does not end with %s and %s", ManifestFile, SignatureFile)
	}
	a := &Archive{in: in, size: size, entries: z.File, byName: map[string]int{}}
	for i, to := range []*[]byte{&a.encoded, &a.signature} {
		f := z.File[n+i]
		if f.Method != zip.Store {
			return nil, fmt.Errorf("not a bundle: %s is compressed", f.Name)
		}
		if *to, err = readEntry(f); err != nil {
			return nil, err
		}
	}
	if a.Manifest, err = ParseManifest(a.encoded); err != nil {
		return nil, err
	}
	var unpacked uint64
	for _, f := range a.Manifest.Files {
		if unpacked += f.Size; f.Size > MostUnpacked(size) || unpacked > MostUnpacked(size) {
			return nil, fmt.Errorf("the manifest says that the files of %d bytes come to more than %d: no bundle is packed so tightly, it is made to fill memory", size, MostUnpacked(size))
		}
	}
	if len(a.Manifest.Files) != n {
		return nil, fmt.Errorf("the archive has %d files, its manifest names %d", n, len(a.Manifest.Files))
	}
	for i, f := range a.Manifest.Files {
		if z.File[i].Name != f.Name {
			return nil, fmt.Errorf("file %d of the archive is %.80q, the manifest says %q", i+1, z.File[i].Name, f.Name)
		}
		a.byName[f.Name] = i
	}
	return a, nil
}

func readEntry(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxManifest+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	case len(b) > maxManifest:
		return nil, fmt.Errorf("%s is longer than %d bytes", f.Name, maxManifest)
	}
	return b, nil
}

// Has says that the bundle has a file.
func (a *Archive) Has(name string) bool {
	_, ok := a.byName[name]
	return ok
}

// Open opens a file of the manifest. It never gives more bytes than the
// manifest says.
func (a *Archive) Open(name string) (io.ReadCloser, error) {
	i, ok := a.byName[name]
	if !ok {
		return nil, fmt.Errorf("%s is not in this bundle", name)
	}
	r, err := a.entries[i].Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(r, int64(min(a.Manifest.Files[i].Size, math.MaxInt64))), r}, nil
}

// The largest files that are read as a whole: one that holds keys or signatures,
// and any other. Logs and texts, which may be larger, are read as streams.
const (
	maxSigned = 1 << 20
	maxRead   = 256 << 20
)

// Read reads a whole file of the manifest.
func (a *Archive) Read(name string) ([]byte, error) {
	most := uint64(maxRead)
	if strings.HasPrefix(name, "checkpoints/") {
		most = maxSigned
	}
	if i, ok := a.byName[name]; ok && a.Manifest.Files[i].Size > most {
		return nil, fmt.Errorf("%s is said to have %d bytes, no such file has more than %d", name, a.Manifest.Files[i].Size, most)
	}
	r, err := a.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return b, nil
}

// CheckFiles compares every file with its digests, stopping at each that does
// not fit; bad gets its name.
func (a *Archive) CheckFiles(bad func(name, what string)) {
	for i, want := range a.Manifest.Files {
		raw, err := a.entries[i].OpenRaw()
		if err != nil {
			bad(want.Name, err.Error())
			continue
		}
		packed := counted{w: io.Discard, digest: sha256.New()}
		content := counted{w: io.Discard, digest: sha256.New()}
		unpack := flate.NewReader(io.TeeReader(raw, &packed))
		_, err = io.Copy(&content, io.LimitReader(unpack, int64(min(want.Size, math.MaxInt64-1))+1))
		if err == nil {
			_, err = io.Copy(&packed, raw) // what follows the end of the compressed data
		}
		switch {
		case err != nil:
			bad(want.Name, "it can't be unpacked: "+err.Error())
		case content.size != want.Size || Hash(content.digest.Sum(nil)) != want.Digest:
			bad(want.Name, "its content is not the one that the manifest names")
		case Hash(packed.digest.Sum(nil)) != want.Packed:
			bad(want.Name, "its compressed bytes are not those that the manifest names")
		}
	}
}

var errContainer = errors.New("the archive is not as a bundle's is written: a header was changed, or something was added")

// CheckContainer writes the archive once more from its entries and compares
// byte by byte: nothing may stand in a header, in a gap or behind the end.
func (a *Archive) CheckContainer() error {
	same := &comparing{in: a.in, size: a.size}
	w := zip.NewWriter(same)
	for i, f := range a.entries {
		method := zip.Deflate
		if i >= len(a.Manifest.Files) {
			method = zip.Store
		}
		h := bare(f.Name, method)
		out, err := w.CreateRaw(h)
		if err != nil {
			return errContainer
		}
		raw, err := f.OpenRaw()
		if err != nil {
			return errContainer
		}
		n, err := io.Copy(out, raw)
		if err != nil {
			return errContainer
		}
		settle(h, f.CRC32, uint64(n), f.UncompressedSize64)
	}
	if err := w.Close(); err != nil || same.at != a.size {
		return errContainer
	}
	return nil
}

// comparing takes only what is in the file already.
type comparing struct {
	in     io.ReaderAt
	at     int64
	size   int64
	buffer []byte
}

func (c *comparing) Write(b []byte) (int, error) {
	if cap(c.buffer) < len(b) {
		c.buffer = make([]byte, len(b))
	}
	have := c.buffer[:len(b)]
	if n, err := c.in.ReadAt(have, c.at); n < len(b) {
		return 0, errors.Join(errContainer, err)
	}
	if !bytes.Equal(have, b) {
		return 0, errContainer
	}
	c.at += int64(len(b))
	return len(b), nil
}
