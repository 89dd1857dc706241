package server

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever stands in an address or an id, no file of the server's is read or made:
// pages come out of the program, and ids never name files.
func TestNoAddressIsAPath(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	const word = "Qanarivel"
	for _, path := range []string{filepath.Join(dir, "outside.txt"), filepath.Join(data, "inside.txt")} {
		if err := os.WriteFile(path, []byte(word), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w := openTown(t, data, "anna")
	w.debate("bank", "anna")
	// astray is what a request has made that the server would not make of itself.
	astray := func() (list []string) {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if strings.Contains(e.Name(), "outside") && path != filepath.Join(dir, "outside.txt") {
				list = append(list, path)
			}
			return err
		})
		beside, e := os.ReadDir(dir)
		if err != nil || e != nil || len(beside) != 2 {
			t.Fatal(beside, err, e)
		}
		return list
	}
	var tricks []string
	for _, up := range []string{"..", "%2e%2e", "%2E.", "..%00", "%252e%252e", "%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae", "..%3b", "%uff0e%uff0e", ". .", "....//"} {
		if strings.Contains(up, "%u") || strings.Contains(up, " ") {
			continue // no client can send it
		}
		for _, slash := range []string{"/", "%2f", "%5c", "%252f", "%c0%af", "//"} {
			for _, file := range []string{"outside.txt", "data/inside.txt", "data/veche.db", "etc/passwd"} {
				for _, depth := range []int{1, 8} {
					tricks = append(tricks, strings.Repeat(up+slash, depth)+strings.ReplaceAll(file, "/", slash))
				}
			}
		}
	}
	for _, file := range []string{filepath.Join(data, "inside.txt"), "/etc/passwd"} {
		tricks = append(tricks, file, "/"+file, strings.ReplaceAll(file, "/", "%2f"), "file:%2f%2f"+file, "C:"+strings.ReplaceAll(file, "/", "%5c"))
	}
	tricks = append(tricks, "%00", "veche.db%00.js", strings.Repeat("a", 4000), strings.Repeat("%2e%2e%2f", 800)+"etc%2fpasswd", ".env", ".git%2fconfig", "inside.txt")
	sent := 0
	for _, trick := range tricks {
		for _, place := range []string{"/", "/assets/", "/id/", "/topics/", "/api/topics/", "/api/open/v1/topics/", "/api/topics/bank/rooms/", "/api/topics/bank/draw/", "/api/topics/bank/ranking/"} {
			a := w.send("GET", place+trick, "", "")
			sent++
			if strings.Contains(a.body, word) || strings.Contains(a.body, "root:") || strings.HasPrefix(a.body, "SQLite format") {
				t.Errorf("%s%s tells what is in a file: %.200s", place, trick, a.body)
			}
			if a.status >= 500 && a.status != 503 {
				t.Errorf("%s%s: %d %.200s", place, trick, a.status, a.body)
			}
		}
	}
	for _, id := range []string{"../outside", "/outside", `..\\outside`, `C:\\outside`, "..", ".", "a/b", `a\u0000b`, "%2e%2e", strings.Repeat("a", 5000), "", " "} {
		body := strings.Replace(topicBody, `"id":"bank"`, `"id":"`+id+`"`, 1)
		if body == topicBody {
			t.Fatal("the topic's id is not where it is looked for")
		}
		if a := w.send("POST", "/api/topics", "planner", body); a.status != 422 {
			t.Errorf("a topic %.40q: %d %.200s", id, a.status, a.body)
		}
	}
	if list := astray(); len(list) > 0 {
		t.Errorf("there is %v", list)
	}
	t.Logf("%d addresses", sent)
}
