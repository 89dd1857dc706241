package tally_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"veche/server/tally"
	"veche/server/tally/sample"
)

func TestReadVotes(t *testing.T) {
	texts := []tally.Text{{ID: "10", Text: "ten"}, {ID: "b", Text: "bee"}, {ID: "9", Text: "nine"}}
	want := "9/nine 10/ten b/bee; 2 7 x; 9:x:agree 10:7:disagree 9:2:pass 9:x:disagree"
	for name, file := range map[string]string{
		"words":        "timestamp,comment-id,voter-id,vote\n1,9,x,agree\n2,10,7,disagree\n3,9,2,pass\n4,9,x,Disagree\n",
		"numbers":      "timestamp,comment-id,voter-id,vote\n1,9,x,1\n2,10,7,-1\n3,9,2,0\n4,9,x,-1\n",
		"polis's log":  "timestamp,datetime,comment-id,voter-id,vote\n1,Tue,9,x,1\n2,Tue,10,7,-1\n3,Tue,9,2,0\n4,Tue,9,x,-1\n",
		"other order":  "vote,voter-id,timestamp,comment-id\ndisagree,x,4,9\nagree,x,1,9\npass,2,3,9\ndisagree,7,2,10\n",
		"no times":     "comment-id,voter-id,vote\n9,x,agree\n10,7,disagree\n9,2,pass\n9,x,disagree\n",
		"mark, spaces": "\ufefftimestamp, comment-id ,VOTER-ID,vote\r\n1,9 ,x, agree\r\n2,10,7,disagree\r\n3,9,2,pass\r\n4,9,x,disagree\r\n",
		"semicolons":   "timestamp;comment-id;voter-id;vote\n1;9;x;agree\n2;10;7;disagree\n3;9;2;pass\n4;9;x;disagree",
		"tabs":         "timestamp\tcomment-id\tvoter-id\tvote\n1\t9\tx\tagree\n2\t10\t7\tdisagree\n3\t9\t2\tpass\n4\t9\tx\tdisagree\n",
	} {
		c, err := tally.ReadVotes("votes.csv", strings.NewReader(file), texts)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := summary(c); got != want {
			t.Errorf("%s: %s\nwant %s", name, got, want)
		}
	}
}

// summary names statements, participants and votes in their order.
func summary(c *tally.Conversation) string {
	var parts [3][]string
	for _, s := range c.Statements {
		parts[0] = append(parts[0], s.ID+"/"+s.Text)
	}
	for _, p := range c.Participants {
		parts[1] = append(parts[1], p.ID)
	}
	for _, v := range c.Votes {
		parts[2] = append(parts[2], fmt.Sprintf("%s:%s:%v", c.Statements[v.Statement].ID, c.Participants[v.Participant].ID, v.Value))
	}
	return strings.Join(parts[0], " ") + "; " + strings.Join(parts[1], " ") + "; " + strings.Join(parts[2], " ")
}

func TestReadVotesSaysWhere(t *testing.T) {
	texts := []tally.Text{{ID: "1"}, {ID: "2"}}
	for _, c := range []struct {
		file   string
		row    int
		column string
	}{
		{"", 0, ""},
		{"timestamp,comment-id,voter-id\n1,1,a\n", 1, "vote"},
		{"timestamp,voter-id,vote\n1,a,1\n", 1, "comment-id"},
		{"comment-id,voter-id,vote,vote\n", 1, "vote"},
		{"comment-id,voter-id,vote\n1,a,1\n1,a,2\n", 3, "vote"},
		{"comment-id,voter-id,vote\n1,a,\n", 2, "vote"},
		{"comment-id,voter-id,vote\n3,a,1\n", 2, "comment-id"},
		{"comment-id,voter-id,vote\n,a,1\n", 2, "comment-id"},
		{"comment-id,voter-id,vote\n1, ,1\n", 2, "voter-id"},
		{"timestamp,comment-id,voter-id,vote\n1.5,1,a,1\n", 2, "timestamp"},
		{"comment-id,voter-id,vote\n1,a\n", 2, ""},
		{"comment-id,voter-id,vote\n1,\"a,1\n", 2, ""},
		{"comment-id,voter-id,vote\n\n\n1,a\xff,1\n", 4, "voter-id"},
	} {
		_, err := tally.ReadVotes("votes.csv", strings.NewReader(c.file), texts)
		var field *tally.FieldError
		if !errors.As(err, &field) || field.Row != c.row || field.Column != c.column {
			t.Errorf("%q: %v, want an error at row %d, column %q", c.file, err, c.row, c.column)
			continue
		}
		if !strings.HasPrefix(err.Error(), "votes.csv: ") || field.Reason == "" {
			t.Errorf("%q: %v does not name the file and the reason", c.file, err)
		}
	}
	_, err := tally.ReadVotes("votes.csv", strings.NewReader(""), []tally.Text{{ID: "1"}, {ID: "1"}})
	if err == nil {
		t.Error("no error for an empty file")
	}
	broken := io.MultiReader(strings.NewReader("comment-id,voter-id,vote\n1,a,1\n"), failing{})
	if _, err := tally.ReadVotes("votes.csv", broken, texts); !errors.Is(err, errFailing) {
		t.Errorf("got %v, want the reader's own error", err)
	}
}

var errFailing = errors.New("the disk is gone")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errFailing }

// polisFolder is a small export with names that say nothing: the headers do.
func polisFolder(without ...string) fstest.MapFS {
	dir := fstest.MapFS{
		"a.csv": {Data: []byte("timestamp,comment-id,author-id,agrees,disagrees,moderated,is-meta,is-seed,group-informed-consensus,comment-body\n" +
			"5,2,0,1,0,1,false,TRUE,0.25,\"second, with a comma\"\n4,10,1,0,0,-1,,,,out\n3,1,1,9,9,0,true,false,,first\n")},
		"b.csv": {Data: []byte("participant,xid,group-id,n-comments,n-votes,n-agree,n-disagree,1,2,10\n7,,1,0,2,1,1,-1,,1\n8,,,0,1,0,0,,0,\n11,,0,0,0,0,0,,,\n")},
		"c.csv": {Data: []byte("timestamp,datetime,comment-id,voter-id,vote\n30,x,1,7,-1\n10,x,1,7,1\n20,x,10,7,1\n40,x,2,8,0\n50,x,2,12,1\n")},
		"d.csv": {Data: []byte("topic,Parks\nurl,https://example.org\nconversation-description,\"two\nlines\"\n")},
		"e.csv": {Data: []byte("something,else\n1,2,3\n")},
	}
	for _, name := range without {
		delete(dir, name)
	}
	return dir
}

func TestReadPolisByHeader(t *testing.T) {
	c, err := tally.ReadPolis(polisFolder())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := summary(c), "1/first 2/second, with a comma 10/out; 7 8 11 12; 1:7:agree 10:7:agree 1:7:disagree 2:8:pass 2:12:agree"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if c.Topic != "Parks" || c.Description != "two\nlines" || c.FromMatrix || !c.HasGroups {
		t.Errorf("topic %q, description %q, from matrix %v, groups %v", c.Topic, c.Description, c.FromMatrix, c.HasGroups)
	}
	s := c.Statements
	if !s[0].Meta || s[0].Seed || s[0].Author != "1" || s[0].Time != 3 || s[0].Moderation != tally.Unmoderated || !math.IsNaN(s[0].Consensus) {
		t.Errorf("first statement %+v", s[0])
	}
	if s[1].Meta || !s[1].Seed || s[1].Consensus != .25 || s[1].Moderation != tally.In || s[2].Moderation != tally.Out {
		t.Errorf("second and third statement %+v", s[1:])
	}
	if got := []int32{c.Participants[0].Group, c.Participants[1].Group, c.Participants[2].Group, c.Participants[3].Group}; !slices.Equal(got, []int32{1, -1, 0, -1}) {
		t.Errorf("groups %v", got)
	}
	r := rank(t, c.Input(true, ""))
	if row := r.Rows[0]; row.Agree != 0 || row.Disagree != 1 || row.Excluded || !r.Rows[2].Excluded {
		t.Errorf("the last vote by time does not count: %+v", row)
	}
}

func TestReadPolisWithoutLog(t *testing.T) {
	c, err := tally.ReadPolis(polisFolder("c.csv", "d.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := summary(c), "1/first 2/second, with a comma 10/out; 7 8 11; 1:7:disagree 10:7:agree 2:8:pass"; got != want || !c.FromMatrix {
		t.Errorf("%s, from matrix %v\nwant %s", got, c.FromMatrix, want)
	}
}

func TestReadPolisSaysWhere(t *testing.T) {
	edit := func(file, old, new string) fstest.MapFS {
		dir := polisFolder()
		before := dir[file].Data
		dir[file].Data = bytes.Replace(before, []byte(old), []byte(new), 1)
		if bytes.Equal(before, dir[file].Data) {
			t.Fatalf("%q does not stand in %s", old, file)
		}
		return dir
	}
	noLog := edit("b.csv", ",1,2,10\n", ",1,2,99\n")
	delete(noLog, "c.csv")
	twice := polisFolder()
	twice["f.csv"] = twice["c.csv"]
	for _, c := range []struct {
		dir  fstest.MapFS
		want string
	}{
		{fstest.MapFS{}, "no file with the columns comment-id and comment-body"},
		{polisFolder("b.csv", "c.csv"), "neither a vote log"},
		{twice, "c.csv and f.csv both look like the votes"},
		{edit("a.csv", ",-1,", ",2,"), `a.csv: row 3, column moderated: "2"`},
		{edit("a.csv", "TRUE", "maybe"), `a.csv: row 2, column is-seed: "maybe"`},
		{edit("a.csv", "0.25", "x"), `a.csv: row 2, column group-informed-consensus: "x"`},
		{edit("a.csv", "\n4,10,", "\n4,2,"), `a.csv: row 3, column comment-id: "2": this id stands in an earlier row`},
		{edit("a.csv", "\n4,10,", "\n4,,"), `a.csv: row 3, column comment-id: the id is empty`},
		{edit("a.csv", "\n4,", "\nfour,"), `a.csv: row 3, column timestamp: "four"`},
		{edit("b.csv", "\n8,,,", "\n7,,,"), `b.csv: row 3, column participant: "7"`},
		{edit("b.csv", "7,,1,", "7,,one,"), `b.csv: row 2, column group-id: "one"`},
		{edit("b.csv", "7,,1,", "7,,-1,"), `b.csv: row 2, column group-id: "-1"`},
		{edit("c.csv", "20,x,10,", "20,x,11,"), `c.csv: row 4, column comment-id: "11": no statement has this id`},
		{noLog, `b.csv: row 1, column 99: no statement has this id`},
	} {
		if _, err := tally.ReadPolis(c.dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// The last votes of the log are the participants' matrix, in every export that
// has both.
func TestLogAndMatrixAgree(t *testing.T) {
	for _, name := range []string{"bg2050-volunteers", "london.youth.policing", "scoop-hivemind.biodiversity", "ssis.land-bank-farmland.2rumnecbeh.2021-08-01", "vtaiwan.uberx"} {
		log := conversation(t, name)
		if raced && len(log.Votes) > 30_000 {
			continue // slow, and nothing here runs beside anything
		}
		matrix := matrixOnly(t, name)
		if log.FromMatrix || !matrix.FromMatrix {
			t.Fatalf("%s: read from the wrong file", name)
		}
		a, b := rank(t, log.Input(true, "")), rank(t, matrix.Input(true, ""))
		if !bytes.Equal(encoded(t, a), encoded(t, b)) {
			t.Errorf("%s: the ranking from the log is not the one from the matrix", name)
		}
	}
}

// matrixOnly reads an export as if it had no log.
func matrixOnly(tb testing.TB, name string) *tally.Conversation {
	tb.Helper()
	dir, from := fstest.MapFS{}, os.DirFS(data(tb, "polis", name))
	for _, file := range []string{"comments.csv", "participants-votes.csv", "summary.csv"} {
		b, err := fs.ReadFile(from, file)
		if err != nil {
			tb.Fatal(err)
		}
		dir[file] = &fstest.MapFile{Data: b}
	}
	c, err := tally.ReadPolis(dir)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// What is exported under other ballot names, shuffled and without times, gives
// a stranger the bytes that the installation has.
func TestExportedVotesGiveTheSameBytes(t *testing.T) {
	in := sample.Votes(200, 30, 5_000)
	in.Seed, in.Resamples = "beacon", 10
	want := rank(t, in)
	last := map[[2]uint32]tally.Value{}
	for i, b := range in.Votes.Ballot {
		last[[2]uint32{b, in.Votes.Item[i]}] = in.Votes.Value[i]
	}
	file := "ballot,item,vote,day\n"
	for key, v := range last { // in any order
		file += fmt.Sprintf("%x,%d,%v,2026-11-22\n", sha256.Sum256([]byte{byte(key[0]), byte(key[0] >> 8)}), key[1], v)
	}
	var texts []tally.Text
	for _, it := range in.Items {
		texts = append(texts, tally.Text{ID: fmt.Sprint(it.ID)})
	}
	c, err := tally.ReadVotes("votes.csv", strings.NewReader(file), texts)
	if err != nil {
		t.Fatal(err)
	}
	again := c.Input(false, "beacon")
	again.Resamples = 10
	got := rank(t, again)
	if !bytes.Equal(encoded(t, got), encoded(t, want)) {
		t.Errorf("from the export:\n%s\nwant\n%s", encoded(t, got), encoded(t, want))
	}
	var a, b bytes.Buffer
	if err := tally.WriteRanking(&a, want, func(item uint32) string { return fmt.Sprint(item) }); err != nil {
		t.Fatal(err)
	}
	if err := tally.WriteRanking(&b, got, c.Names()); err != nil {
		t.Fatal(err)
	}
	if a.String() != b.String() {
		t.Errorf("ranking.csv from the export:\n%s\nwant\n%s", &b, &a)
	}
}

func FuzzReadVotes(f *testing.F) {
	f.Add("timestamp,comment-id,voter-id,vote\n1,1,a,agree\n2,2,b,-1\n")
	f.Add("\ufeffcomment-id;voter-id;vote\n1;\"a\nb\";pass\n")
	f.Add("comment-id,voter-id,vote\n\"1,a\n")
	f.Add("vote\tvoter\titem\n1\t\xff\t1\n")
	f.Fuzz(func(t *testing.T, file string) {
		c, err := tally.ReadVotes("votes.csv", strings.NewReader(file), nil)
		if err != nil {
			return
		}
		if !slices.IsSortedFunc(c.Votes, func(a, b tally.Cast) int { return int(max(-1, min(1, a.Time-b.Time))) }) && !overflows(c) {
			t.Fatal("votes are not in the order of time")
		}
		written := "timestamp,comment-id,voter-id,vote\n"
		for _, v := range c.Votes {
			written += fmt.Sprintf("%d,%s,%s,%v\n", v.Time, quoted(c.Statements[v.Statement].ID), quoted(c.Participants[v.Participant].ID), v.Value)
		}
		again, err := tally.ReadVotes("votes.csv", strings.NewReader(written), nil)
		if err != nil {
			t.Fatalf("written again: %v", err)
		}
		if summary(again) != summary(c) {
			t.Fatalf("written again: %s\nwant %s", summary(again), summary(c))
		}
	})
}

func overflows(c *tally.Conversation) bool {
	return slices.ContainsFunc(c.Votes, func(v tally.Cast) bool { return v.Time > 1<<62 || v.Time < -1<<62 })
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

func FuzzReadPolis(f *testing.F) {
	dir := polisFolder()
	f.Add(string(dir["a.csv"].Data), string(dir["b.csv"].Data), string(dir["c.csv"].Data), string(dir["d.csv"].Data))
	f.Add("comment-id,comment-body\n1,x\n", "participant,group-id,1\na,,1\n", "", "topic,\"x")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		dir := fstest.MapFS{}
		for name, data := range map[string]string{"a.csv": a, "b.csv": b, "c.csv": c, "d.csv": d} {
			if data != "" {
				dir[name] = &fstest.MapFile{Data: []byte(data)}
			}
		}
		talk, err := tally.ReadPolis(dir)
		if err != nil {
			return
		}
		for _, v := range talk.Votes {
			if v.Statement < 0 || v.Statement >= len(talk.Statements) || v.Participant < 0 || v.Participant >= len(talk.Participants) {
				t.Fatalf("vote %+v points nowhere", v)
			}
		}
	})
}

func FuzzRanking(f *testing.F) {
	f.Add([]byte(`{"schema":2,"own_groups":true,"groups":[],"trials":[],"resamples":0,"map":[],"rows":[],"ballots_by_content":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var r, back tally.Ranking
		if r.UnmarshalBinary(b) != nil {
			return
		}
		written, err := r.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if err := back.UnmarshalBinary(written); err != nil {
			t.Fatalf("%s is not read back: %v", written, err)
		}
	})
}
