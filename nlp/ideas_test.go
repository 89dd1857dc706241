package nlp

import (
	"bytes"
	"compress/gzip"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestReadIdeas(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte("id,text\n1,One\n")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, in string
		columns  Columns
		want     []Document
	}{
		{"csv", "id,text\n1,One\n2,\"Two, or\nmore\"\n", Columns{}, []Document{{"1", "One", ""}, {"2", "Two, or\nmore", ""}}},
		{"mark and line ends of Windows", "\xef\xbb\xbfid,text\r\n1,One\r\n", Columns{}, []Document{{"1", "One", ""}}},
		{"semicolons", "id;text;lang\n1;One, two;en\n", Columns{}, []Document{{"1", "One, two", "en"}}},
		{"tsv", "label\ttext\nx\tSay \"hi\" now\n", Columns{}, []Document{{"1", `Say "hi" now`, ""}}},
		{"quotes in tsv", "id\ttext\n1\t\"Trees\" are missing\n2\t\"Say \"\"hi\"\"\"\n3\t\"\n", Columns{}, []Document{{"1", "\"Trees\" are missing", ""}, {"2", `Say "hi"`, ""}, {"3", `"`, ""}}},
		{"one column of any name", "what people said\nOne\nTwo\n", Columns{}, []Document{{"1", "One", ""}, {"2", "Two", ""}}},
		{"named columns", "a,b\nx,One\n", Columns{ID: "a", Text: "B"}, []Document{{"x", "One", ""}}},
		{"two columns", "id,title,body\n1,Trees.,More\n2,,Only\n", Columns{Text: "title,body"}, []Document{{"1", "Trees. More", ""}, {"2", "Only", ""}}},
		{"jsonl", "{\"id\":7,\"text\":\"One\",\"lang\":\"en\"}\n\n{\"id\":\"b\",\"text\":null}\n", Columns{}, []Document{{"7", "One", "en"}, {"b", "", ""}}},
		{"russian header", "номер,текст\n5,Деревья\n", Columns{}, []Document{{"5", "Деревья", ""}}},
		{"gzip", packed.String(), Columns{}, []Document{{"1", "One", ""}}},
		{"header only", "id,text\n", Columns{}, nil},
	} {
		got, err := ReadIdeas(strings.NewReader(c.in), c.columns)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if len(got)+len(c.want) > 0 && !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestReadIdeasFaults(t *testing.T) {
	for _, c := range []struct {
		in      string
		columns Columns
		want    string
	}{
		{"", Columns{}, "the file is empty"},
		{" \n", Columns{}, "the file is empty"},
		{"a,b\n1,2\n", Columns{}, `column "text": there is no such column; the file has "a", "b"`},
		{"id,text\n1,x\n", Columns{ID: "key"}, `column "key": there is no such column`},
		{"id,text\n1,x,y\n", Columns{}, "row 1, line 2: 3 fields where the header has 2"},
		{"id,text\n,x\n", Columns{}, `row 1, line 2, column "id": the id is empty`},
		{"id,text\n1,x\n1,y\n", Columns{}, `row 2, line 3, column "id": the id "1" is that of row 1 already`},
		{"id,text\n1,\xff\n", Columns{}, `row 1, line 2, column "text": not valid UTF-8`},
		{"id,text\n1,a \"b\n", Columns{}, "row 1, line 2: bare"},
		{"id,text\n1,\"a\n", Columns{}, "row 1, line 2: extraneous"},
		{"id,text\n1\n2\n3,x,y\n", Columns{}, "(and 2 more)"},
		{"{\"id\":1}\n", Columns{}, `no field "text"; the object has "id"`},
		{"{\"id\":1,\"text\":5}\n", Columns{}, `column "text": the text is not a string`},
		{"{\"id\":1,\"text\":\"x\"}\n[1]\n", Columns{}, "row 2, line 2: not a JSON object"},
		{"{\"id\":[],\"text\":\"x\"}\n", Columns{}, "the id is empty"},
		{"a,b\n1,2\n", Columns{Text: ",b"}, `column ",b": there is no such column`},
		{"x\n1\n", Columns{Format: "xml"}, "unknown format"},
		{"\x1f\x8bnonsense", Columns{}, "gzip"},
	} {
		if _, err := ReadIdeas(strings.NewReader(c.in), c.columns); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.in, err, c.want)
		}
	}
}

// FuzzReadIdeas: whatever the bytes are, there are either faults or
// documents with ids of their own and valid text.
func FuzzReadIdeas(f *testing.F) {
	for _, s := range []string{"id,text\n1,One\n", "id;text\n1;x", "a\tb\n1\t2\n", "{\"id\":1,\"text\":\"x\"}\n", "\xef\xbb\xbftext\nx", "\x1f\x8b\x08", "text\n\"", "{}", "{\"text\":[]}"} {
		f.Add([]byte(s), "", "")
	}
	f.Add([]byte("a,b,c\n1,2,3\n"), "b,c", "a")
	f.Add([]byte("a,,\n,,"), ",bc", "a")
	f.Fuzz(func(t *testing.T, in []byte, text, id string) {
		documents, err := ReadIdeas(bytes.NewReader(in), Columns{Text: text, ID: id})
		if err != nil {
			if documents != nil || err.Error() == "" {
				t.Fatalf("an error with documents or without words: %q", err)
			}
			return
		}
		seen := map[string]bool{}
		for _, d := range documents {
			if d.ID == "" || seen[d.ID] || !utf8.ValidString(d.Text) || !utf8.ValidString(d.ID) {
				t.Fatalf("document %+v", d)
			}
			seen[d.ID] = true
		}
	})
}

// FuzzText runs what is done to one text.
func FuzzText(f *testing.F) {
	for _, s := range []string{"Plant trees", "Ё<b>&lt;x</b>", "c++ C# 3.14 don't", "\u202e\u200d", "<<<>>>", "e\u0301", "ﬁ", "İ", "www.x https://y z", "́"} {
		f.Add(s, "en")
	}
	f.Fuzz(func(t *testing.T, text, locale string) {
		n := Normalise(text)
		if slow := normalised(text); n != slow {
			t.Fatalf("%q becomes %q by the quick way, %q by the other", text, n, slow)
		}
		if !utf8.ValidString(n) {
			t.Fatalf("%q is not valid UTF-8", n)
		}
		l, _ := detect(n, languageOf(locale), nil)
		at := 0
		for _, token := range (stemmers{}).tokens(n, l, nil) {
			if token.start < at || token.end <= token.start || token.end > len(n) || token.stem == "" {
				t.Fatalf("%q: token %+v after %d", n, token, at)
			}
			at = token.end
		}
		if g := grams(n, nil); len(g) > 0 && jaccard(g, g) != 1 {
			t.Fatalf("%q is not like itself", n)
		}
	})
}

func TestNormalise(t *testing.T) {
	for text, want := range map[string]string{
		"": "", " ": "", "Plant trees.": "Plant trees.", " a  b ": "a b", "a\tb\n": "a b", "see https://x.org/y now": "see now",
		"see www.x.org now": "see now", "WWW.x.org now": "WWW.x.org now", "a &amp; b": "a & b", "<b>a</b> b": "a b", "1 < 2": "1 < 2", "/ :/ a": "/ :/ a",
		"caf\u00e9": "caf\u00e9", "cafe\u0301": "caf\u00e9", "a\u200bb": "ab", "a\x00b": "a b", "\xff": "",
	} {
		if got := Normalise(text); got != want || got != normalised(text) {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
