package sqlite

import (
	"context"
	"fmt"
)

// LimitPages makes the disk full, as far as SQLite can tell; 0 lifts it.
func (s *Store) LimitPages(n int) error {
	if n == 0 {
		n = 1 << 30
	}
	return s.submit(context.Background(), &op{do: func(w *writer) error {
		if n < 0 {
			var have int
			if _, err := w.row("SELECT page_count FROM pragma_page_count", nil, &have); err != nil {
				return err
			}
			n += have
		}
		_, err := w.conn.ExecContext(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", n))
		return err
	}})
}

// Files of the data directory that may hold content.
var ContentFiles = []string{DataFile, DataFile + "-wal"}
