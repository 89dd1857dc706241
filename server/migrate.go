package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"veche/server/store"
	"veche/server/store/mongo"
	"veche/server/store/move"
	"veche/server/store/sqlite"
)

// MigrateOrder says what is to be copied to where.
type MigrateOrder struct {
	// From and To are data directories or addresses of databases, or $NAME, a
	// variable of the environment that holds one.
	From, To string
	Log      *slog.Logger
	Tell     func(string) // called now and then with what is being done
}

// Migrate copies all that one store holds to another and compares both; it
// answers how much that is. Both are held meanwhile, so that no server runs on
// either.
func Migrate(ctx context.Context, o MigrateOrder) (done string, err error) {
	for _, place := range []*string{&o.From, &o.To} {
		if name, ok := strings.CutPrefix(*place, "$"); ok {
			*place = os.Getenv(name)
			if *place == "" {
				return "", fmt.Errorf("the environment has no %s", name)
			}
		}
	}
	source := placeName(o.From)
	if source == placeName(o.To) {
		return "", fmt.Errorf("both places are %s: name two", source)
	}
	from, closeFrom, err := openPlace(ctx, o.From, true, o.Log)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, closeFrom()) }()
	to, closeTo, err := openPlace(ctx, o.To, false, o.Log)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, closeTo()) }()
	counts, err := move.Copy(ctx, move.Order{From: from, To: to, Source: source, Keep: []string{tenureName}, Tell: o.Tell})
	if err != nil {
		return "", fmt.Errorf("copying %s to %s: %w", source, placeName(o.To), err)
	}
	return counts.String(), nil
}

// placeName is a place without its password.
func placeName(place string) string {
	if OfMongoDB(place) {
		return mongo.Redact(place)
	}
	if absolute, err := filepath.Abs(place); err == nil {
		return absolute
	}
	return place
}

// openPlace opens a store and keeps all others out until it is closed.
func openPlace(ctx context.Context, place string, filled bool, log *slog.Logger) (store.Movable, func() error, error) {
	if OfMongoDB(place) {
		db, err := mongo.Open(ctx, place, mongo.Options{Log: log})
		if err != nil {
			return nil, nil, err
		}
		t, err := takeTenure(ctx, db, false, time.Now, log)
		if err != nil {
			return nil, nil, errors.Join(err, db.Close())
		}
		return db, t.Close, nil
	}
	if file := sqlite.Files(place)[0]; filled {
		if _, err := os.Stat(file); err != nil {
			return nil, nil, fmt.Errorf("there is no installation in %s: %w", place, err)
		}
	}
	db, err := sqlite.Open(ctx, place, sqlite.Options{Log: log})
	if err != nil {
		return nil, nil, err
	}
	return db, db.Close, nil
}
