package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"os"
)

// mostFlaws is how many flaws of the file [Store.Check] answers at most.
const mostFlaws = 100

// Check reads the whole file and answers what SQLite finds wrong with its
// structure, a sentence each, at most 100; none for a sound file. It does not
// look at content: that has checksums and digests of its own, which reading
// compares.
func (s *Store) Check(ctx context.Context) (flaws []string, err error) {
	err = s.query(ctx, fmt.Sprintf("PRAGMA integrity_check(%d)", mostFlaws), nil, func(rows *sql.Rows) (bool, error) {
		var line string
		err := rows.Scan(&line)
		if line != "ok" {
			flaws = append(flaws, line)
		}
		return true, err
	})
	if err != nil {
		return nil, fmt.Errorf("check %s: %w", s.path(), err)
	}
	return flaws, nil
}

// Kinds answers the kinds of records that there are, sorted.
func (s *Store) Kinds(ctx context.Context) (kinds []string, err error) {
	err = s.query(ctx, `SELECT DISTINCT kind FROM records ORDER BY kind`, nil, func(rows *sql.Rows) (bool, error) {
		var kind string
		err := rows.Scan(&kind)
		kinds = append(kinds, kind)
		return true, err
	})
	if err != nil {
		return nil, fmt.Errorf("list kinds: %w", err)
	}
	return kinds, nil
}

// BlobList answers the digests of all blobs, sorted.
func (s *Store) BlobList(ctx context.Context) (digests []string, err error) {
	err = s.query(ctx, `SELECT digest FROM blobs WHERE digest IS NOT NULL ORDER BY digest`, nil, func(rows *sql.Rows) (bool, error) {
		var d string
		err := rows.Scan(&d)
		digests = append(digests, d)
		return true, err
	})
	if err != nil {
		return nil, fmt.Errorf("list blobs: %w", err)
	}
	return digests, nil
}

// Schema answers the version of the file's schema.
func (s *Store) Schema(ctx context.Context) (version int, err error) {
	err = s.query(ctx, `SELECT user_version FROM pragma_user_version`, nil, scanOne(&version))
	return version, err
}

// NewestSchema is the schema that this program writes.
func NewestSchema() int { return len(migrations) }

// WriteAhead answers how many bytes wait in the write-ahead log to be merged.
func (s *Store) WriteAhead() (int64, error) {
	info, err := os.Stat(s.path() + "-wal")
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Files answers the paths of the files that hold data, whether they are there
// or not.
func Files(dir string) []string {
	s := Store{dir: dir}
	return []string{s.path(), s.path() + "-wal", s.path() + "-shm"}
}
