package audit

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// maxLine is the longest line that is read.
const maxLine = 1 << 20

// newLines reads lines that end in "\n" each, the last too, and in nothing else.
func newLines(r io.Reader) *bufio.Scanner {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 1<<16), maxLine)
	s.Split(func(data []byte, end bool) (int, []byte, error) {
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			return i + 1, data[:i], nil
		}
		if end && len(data) > 0 {
			return 0, nil, errors.New("its last line does not end")
		}
		return 0, nil, nil
	})
	return s
}
