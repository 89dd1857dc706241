package intake

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

var today = time.Date(2026, 11, 23, 11, 0, 0, 0, time.UTC)

func TestReadPapers(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"the least", "id,text,source\n7,A bench,paper\n", "7|A bench|paper|en|0|||"},
		{"everything", "id,text,source,lang,date,author,person,place\n7,Скамейка,Letter,ru,2026-11-01,Anna,p1,Library\n", "7|Скамейка|letter|ru|1793491200000|Anna|p1|Library"},
		{"a date with dots, a line in a text, semicolons, a mark", "\xEF\xBB\xBFid;text;source;date\r\n7;\"A bench\nhere\";meeting;01.11.2026\r\n", "7|A bench\nhere|meeting|en|1793491200000|||"},
		{"today where it is tomorrow here", "id,text,source,date\n7,A bench,paper,2026-11-24\n", "7|A bench|paper|en|" + fmt.Sprint(today.Truncate(24*time.Hour).UnixMilli()) + "|||"},
		{"other columns", "note,id,text,source\nx, 7 , A bench ,PAPER\n", "7|A bench|paper|en|0|||"},
	} {
		t.Run(c.name, func(t *testing.T) {
			papers, err := ReadPapers(t.Context(), strings.NewReader(c.file), "en", today)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range papers {
				got = append(got, fmt.Sprintf("%s|%s|%s|%s|%d|%s|%s|%s", p.ID, p.Text, p.Source, p.Lang, p.Written, p.Author, p.Person, p.Place))
			}
			if s := strings.Join(got, "; "); s != c.want {
				t.Errorf("read as %q, want %q", s, c.want)
			}
		})
	}
}

// Every fault is said by row, column and value, all of them at once.
func TestReadPapersFaults(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"empty", "", `1 "" ""`},
		{"only a header", "id,text,source\n", `2 "" ""`},
		{"columns missing", "id,words\n7,A bench\n", `1 "text" ""; 1 "source" ""`},
		{"an id twice", "id,text,source\n7,A bench,paper\n7,A lamp,paper\n", `3 "id" "7"`},
		{"no id, no text", "id,text,source\n, ,paper\n", `2 "id" ""; 2 "text" ""`},
		{"wrong values", "id,text,source,lang,date\n7,A bench,telepathy,english,yesterday\n", `2 "source" "telepathy"; 2 "lang" "english"; 2 "date" "yesterday"`},
		{"dates", "id,text,source,date\n1,A,paper,2026-11-25\n2,B,paper,1969-12-31\n3,C,paper,2026-02-30\n", `2 "date" "2026-11-25"; 3 "date" "1969-12-31"; 4 "date" "2026-02-30"`},
		{"broken UTF-8", "id,text,source\n7,\xff,paper\n", `2 "text" ""`},
		{"a short row, then a good one", "id,text,source\n7,A bench\n8,A lamp,paper\n", `2 "" ""`},
		{"an open quote", "id,text,source\n7,\"A bench,paper\n", `2 "" ""`},
		{"a long place", "id,text,source,place\n7,A,paper," + strings.Repeat("x", 201) + "\n", `2 "place" "` + strings.Repeat("x", 60) + `…"`},
		{"too many", "id,text,source\n" + strings.Repeat("7,A,paper\n", 10_001), `10002 "" ""`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadPapers(t.Context(), strings.NewReader(c.file), "en", today)
			var f *FileError
			if !errors.As(err, &f) {
				t.Fatalf("%v is no FileError", err)
			}
			var got []string
			for _, p := range f.Places {
				if p.Message == "" {
					t.Errorf("row %d, column %s: no message", p.Row, p.Column)
				}
				got = append(got, fmt.Sprintf("%d %q %q", p.Row, p.Column, p.Value))
			}
			if s := strings.Join(got, "; "); s != c.want {
				t.Errorf("the places are %s, want %s", s, c.want)
			}
		})
	}
}

// What is read can be entered: each idea has an id of its own, words and a source.
func FuzzReadPapers(f *testing.F) {
	f.Add("id,text,source\n7,A bench,paper\n")
	f.Add("\xEF\xBB\xBFid;text;source;lang;date;author;person;place\n7;Скамейка;letter;ru;01.11.2026;Анна;p1;Библиотека\n")
	f.Add("id,text,source\n\"7\n8\",\"A \"\"bench\"\"\",meeting\n9,\xff,paper\n")
	f.Fuzz(func(t *testing.T, file string) {
		papers, err := ReadPapers(t.Context(), strings.NewReader(file), "en", today)
		if err != nil {
			if err.Error() == "" || papers != nil {
				t.Errorf("refused without a word, or with %d ideas", len(papers))
			}
			return
		}
		ids := map[string]bool{}
		for _, p := range papers {
			if p.ID == "" || ids[p.ID] || p.Text == "" || p.Source == 0 || !isLang(p.Lang) || p.Written < 0 || p.Written > today.UnixMilli() {
				t.Fatalf("%+v", p)
			}
			ids[p.ID] = true
		}
	})
}
