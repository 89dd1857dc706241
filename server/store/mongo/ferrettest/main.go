// Command ferrettest is a stand-in for MongoDB in tests: FerretDB over SQLite,
// in one process. It serves the directory it is given, prints its address, and
// ends when its standard input does.
//
// It is a module of its own so that its libraries stay out of Veche's. It has
// no atomic updates (two at once may both succeed), no transactions and hardly
// an index: what it shows is that the wire, the documents and the operators are
// right, one call after another.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "ferrettest:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("usage: ferrettest DIR")
	}
	f, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Handler:   "sqlite",
		SQLiteURL: "file:" + os.Args[1] + "/?_pragma=synchronous(off)",
	})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	fmt.Println(f.MongoDBURI())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	return <-ended
}
