package sqlite

import (
	"context"
	"database/sql"
	"fmt"
)

// applicationID marks the file as Veche's ("Vech"), so that another program's
// database is never migrated by mistake.
const applicationID = 0x56656368

// migrations bring a file from version i to i+1, each in one transaction.
// Those that were once released are never edited.
//
// A batch's key is topic<<40 | first seq: one b-tree, clustered by topic, in
// which the batch that holds a seq is one descent away. Since a batch must
// follow the log's end, {topic, first} is unique exactly when {topic, no} is.
// A blob's chunk has the key blob<<24 | position.
var migrations = []string{`
CREATE TABLE topics (
	id   INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE batches (
	pos   INTEGER PRIMARY KEY,
	no    INTEGER NOT NULL,
	count INTEGER NOT NULL,
	epoch INTEGER NOT NULL,
	crc   INTEGER NOT NULL,
	bytes BLOB NOT NULL
) STRICT;
CREATE TABLE records (
	row  INTEGER PRIMARY KEY,
	kind TEXT NOT NULL,
	id   TEXT NOT NULL,
	rev  INTEGER NOT NULL,
	idx  BLOB,
	data BLOB NOT NULL,
	UNIQUE (kind, id)
) STRICT;
CREATE TABLE record_index (
	kind  TEXT NOT NULL,
	name  TEXT NOT NULL,
	value TEXT NOT NULL,
	id    TEXT NOT NULL,
	row   INTEGER NOT NULL,
	PRIMARY KEY (kind, name, value, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE blobs (
	id     INTEGER PRIMARY KEY AUTOINCREMENT,
	digest TEXT UNIQUE,
	size   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE blob_chunks (
	pos   INTEGER PRIMARY KEY,
	bytes BLOB NOT NULL
) STRICT;
CREATE TABLE leases (
	name  TEXT PRIMARY KEY,
	owner TEXT NOT NULL,
	epoch INTEGER NOT NULL,
	until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`}

// checkVersion returns the file's schema version, 0 for an empty file.
func checkVersion(ctx context.Context, c *sql.Conn, path string) (int, error) {
	var version, app, tables int
	err := c.QueryRowContext(ctx, `SELECT (SELECT user_version FROM pragma_user_version),
		(SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)`).Scan(&version, &app, &tables)
	switch {
	case err != nil:
		return 0, fmt.Errorf("read %s: %w", path, err)
	case tables > 0 && app != applicationID:
		return 0, fmt.Errorf("%s is not a Veche database: give another data directory", path)
	case version > len(migrations):
		return 0, fmt.Errorf("%s has schema %d, this binary knows up to %d: use a newer veche", path, version, len(migrations))
	}
	return version, nil
}

// migrate brings the file to the newest schema.
func migrate(ctx context.Context, c *sql.Conn, path string) error {
	version, err := checkVersion(ctx, c, path)
	if err != nil {
		return err
	}
	for ; version < len(migrations); version++ {
		script := fmt.Sprintf("BEGIN IMMEDIATE; %s PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
			migrations[version], applicationID, version+1)
		if _, err := c.ExecContext(ctx, script); err != nil {
			_, _ = c.ExecContext(ctx, "ROLLBACK") // fails if SQLite has already rolled back
			return fmt.Errorf("migrate %s from schema %d to %d: %w", path, version, version+1, err)
		}
	}
	return nil
}
