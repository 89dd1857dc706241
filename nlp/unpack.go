package nlp

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

var errBomb = errors.New("unpacked it is more than a hundred times as long: no text is packed so tightly, it is made to fill memory")

// spare is what may be unpacked of however little, in bytes.
const spare = 64 << 20

// Unpack reads what is packed with gzip. It ends with an error where that comes to
// more than 64 MiB and a hundred times what was packed; texts pack to a tenth.
func Unpack(r io.Reader) (io.Reader, error) {
	from := &packed{from: r}
	z, err := gzip.NewReader(from)
	if err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	return &unpacked{packed: from, from: z}, nil
}

type packed struct {
	from io.Reader
	size int64
}

func (p *packed) Read(b []byte) (int, error) {
	n, err := p.from.Read(b)
	p.size += int64(n)
	return n, err
}

type unpacked struct {
	*packed
	from io.Reader
	size int64
}

func (u *unpacked) Read(b []byte) (int, error) {
	if u.size > spare+100*u.packed.size {
		return 0, errBomb
	}
	n, err := u.from.Read(b)
	u.size += int64(n)
	return n, err
}

var errLongRow = fmt.Errorf("the row is longer than %d bytes: a quote may not be closed", longestLine)

// rowByRow ends a table whose next row is too long to be kept.
type rowByRow struct {
	from io.Reader
	left int
}

func (r *rowByRow) Read(b []byte) (int, error) {
	if r.left <= 0 {
		return 0, errLongRow
	}
	n, err := r.from.Read(b)
	r.left -= n
	return n, err
}
