package export

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"veche/server/tally"
)

type memoryFile struct {
	bytes.Buffer
	close func([]byte)
}

func (m *memoryFile) Close() error { m.close(m.Bytes()); return nil }

// again writes a conversation and reads what was written.
func again(c *tally.Conversation) (*tally.Conversation, fstest.MapFS, error) {
	dir := fstest.MapFS{}
	err := WritePolis(c, func(name string) (io.WriteCloser, error) {
		return &memoryFile{close: func(b []byte) { dir[name] = &fstest.MapFile{Data: b} }}, nil
	})
	if err != nil {
		return nil, nil, err
	}
	back, err := ReadPolis(dir)
	return back, dir, err
}

type votedOn struct{ Participant, Statement string }

// essence is what must come back: statements, last votes, groups.
func essence(c *tally.Conversation) any {
	type statement struct {
		ID, Text, Author string
		Time             int64
		Moderation       tally.Moderation
		Meta, Seed       bool
	}
	var list []statement
	for _, s := range c.Statements {
		list = append(list, statement{s.ID, oneBreak.Replace(s.Text), s.Author, s.Time, s.Moderation, s.Meta, s.Seed})
	}
	votes := map[votedOn]tally.Value{}
	for _, v := range c.Votes {
		votes[votedOn{c.Participants[v.Participant].ID, c.Statements[v.Statement].ID}] = v.Value
	}
	return []any{list, c.Participants, votes, c.HasGroups, c.Topic, c.Description}
}

// Real conversations go out and come in again equal.
func TestPolisOutAndIn(t *testing.T) {
	folders, err := filepath.Glob("../../../shared/data/polis/*/comments.csv")
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) == 0 {
		t.Log("no conversations of Polis beside the repository: only the made one is read")
	}
	for _, file := range append(folders, "testdata/polis/comments.csv") {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			c, err := ReadPolis(os.DirFS(dir))
			if err != nil {
				t.Fatal(err)
			}
			if testing.Short() && len(c.Votes) > 50_000 {
				t.Skip("short")
			}
			back, files, err := again(c)
			if err != nil {
				t.Fatal(err)
			}
			if want, got := essence(c), essence(back); !reflect.DeepEqual(want, got) { // quicker than telling how
				t.Error(cmp.Diff(want, got))
			}
			if _, twice, err := again(back); err != nil || !sameFiles(files, twice) {
				t.Errorf("written again the files are others: %v", err)
			}
		})
	}
}

func sameFiles(a, b fstest.MapFS) bool {
	return slices.Equal(names(a), names(b)) && !slices.ContainsFunc(names(a), func(n string) bool { return !bytes.Equal(a[n].Data, b[n].Data) })
}

func names(dir fs.FS) []string {
	list, _ := fs.Glob(dir, "*")
	return list
}

// Any conversation comes back, whatever its texts begin with.
func TestPolisOutAndInOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Map(rapid.OneOf(rapid.SampledFrom([]string{"=1+1", "'=1+1", "''@x", "-", "a,\"b\"\nc", "\u00a0=x", "＝x", ";;"}), rapid.StringMatching(`[ -~]{0,20}`)), strings.TrimSpace) // as files are read
		c := &tally.Conversation{Topic: text.Draw(t, "topic"), Description: text.Draw(t, "description")}
		statements, people := rapid.IntRange(1, 6).Draw(t, "statements"), rapid.IntRange(1, 6).Draw(t, "people")
		for i := range statements {
			c.Statements = append(c.Statements, tally.Statement{ID: string(rune('0' + i)), Text: text.Draw(t, "text"), Time: rapid.Int64Range(0, 1<<41).Draw(t, "time"), Moderation: tally.Moderation(rapid.IntRange(-1, 1).Draw(t, "moderation")), Seed: rapid.Bool().Draw(t, "seed")})
		}
		for i := range people {
			c.Participants = append(c.Participants, tally.Participant{ID: string(rune('0' + i)), Group: int32(rapid.IntRange(-1, 2).Draw(t, "group"))})
			c.HasGroups = c.HasGroups || c.Participants[i].Group >= 0
		}
		for range rapid.IntRange(0, 20).Draw(t, "votes") {
			c.Votes = append(c.Votes, tally.Cast{Statement: rapid.IntRange(0, statements-1).Draw(t, "statement"), Participant: rapid.IntRange(0, people-1).Draw(t, "voter"), Value: rapid.SampledFrom([]tally.Value{tally.Agree, tally.Disagree, tally.Pass}).Draw(t, "value")})
		}
		back, files, err := again(c)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(essence(c), essence(back)); diff != "" {
			t.Fatal(diff)
		}
		for _, f := range files {
			harmless(t, f.Data)
		}
	})
}
