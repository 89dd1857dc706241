package server

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// highWater runs f and answers how much more memory the process held at the most
// while it ran, over what it held before.
func highWater(f func()) uint64 {
	held := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	runtime.GC()
	before, most := held(), uint64(0)
	over := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		for {
			most = max(most, held())
			select {
			case <-over:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	})
	f()
	close(over)
	watch.Wait()
	return most - min(most, before)
}

// repeated reads as so many times the same.
func repeated(text string, times int) io.Reader {
	const piece = 1024
	parts := make([]io.Reader, 0, times/piece+1)
	for whole := strings.Repeat(text, piece); times >= piece; times -= piece {
		parts = append(parts, strings.NewReader(whole))
	}
	return io.MultiReader(append(parts, strings.NewReader(strings.Repeat(text, times)))...)
}

// Whatever is made to be much more than it looks, or to be more than it may, costs
// a bounded piece of memory and is refused in plain words, not by a fault.
func TestBombs(t *testing.T) {
	w := openTown(t, t.TempDir())
	patient := &http.Client{Transport: w.client.Transport} // its time is the test's
	bank := &walker{town: w}
	bank.open("bank")
	bank.stage("bank", 0)
	packed := func(n int) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := io.Copy(z, repeated("[[[[[[[[", n/8)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	const head = "id,age\n"
	for _, c := range []struct {
		name, method, path, as, media string
		headers                       []string
		body                          func() io.Reader
		status                        []int
		most                          uint64 // MiB
	}{
		{"a packed body of 16 MiB", "POST", "/api/topics", "planner", "application/json", []string{"Content-Encoding", "gzip"}, func() io.Reader { return bytes.NewReader(packed(16 << 20)) }, []int{415}, 16},
		{"packed people of 16 MiB", "POST", "/api/topics/bank/people", "registrar", "text/csv", []string{"Content-Encoding", "deflate"}, func() io.Reader { return bytes.NewReader(packed(16 << 20)) }, []int{415}, 16},
		{"a million brackets", "POST", "/api/topics", "planner", "application/json", nil, func() io.Reader { return repeated("[", 1<<20) }, []int{400, 413}, 16},
		{"a million objects in each other", "POST", "/api/topics", "planner", "application/json", nil, func() io.Reader { return repeated(`{"form":`, 1<<17) }, []int{400, 413}, 16},
		{"100,000 stages", "POST", "/api/topics", "planner", "application/json", nil, func() io.Reader {
			return io.MultiReader(strings.NewReader(`{"id":"x","stages":[{}`), repeated(`,{}`, 100_000), strings.NewReader(`]}`))
		}, []int{422}, 256},
		{"a number of a million digits", "PUT", "/api/topics/bank/settings", "planner", "application/json", nil, func() io.Reader {
			return io.MultiReader(strings.NewReader(`{"panel_size":`), repeated("9", 1<<20-100), strings.NewReader(`}`))
		}, []int{400, 422}, 32},
		{"a body without an end", "POST", "/api/topics", "planner", "application/json", nil, func() io.Reader { return repeated(" ", 2<<20) }, []int{413}, 16},
		{"a row of 262,144 cells", "POST", "/api/topics/bank/people", "registrar", "text/csv", nil, func() io.Reader {
			return io.MultiReader(strings.NewReader(head), repeated("1,", 1<<18), strings.NewReader("\n"))
		}, []int{413, 422}, 160},
		{"262,144 columns", "POST", "/api/topics/bank/people", "registrar", "text/csv", nil, func() io.Reader {
			return io.MultiReader(strings.NewReader("id"), repeated(",age", 1<<18), strings.NewReader("\n1,young\n"))
		}, []int{413, 422}, 160},
		{"a cell without an end", "POST", "/api/topics/bank/people", "registrar", "text/csv", nil, func() io.Reader {
			return io.MultiReader(strings.NewReader(head+"1,\""), repeated("young\n", 1<<19))
		}, []int{413, 422}, 160},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := c.body()
			r, err := http.NewRequestWithContext(t.Context(), c.method, w.url+c.path, body)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Origin", w.url)
			r.Header.Set("Content-Type", c.media)
			for i := 0; i < len(c.headers); i += 2 {
				r.Header.Set(c.headers[i], c.headers[i+1])
			}
			r.AddCookie(&http.Cookie{Name: "veche_session", Value: w.cookies[c.as]})
			status, said := 0, ""
			most := highWater(func() {
				res, err := patient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close()
				b, err := io.ReadAll(res.Body)
				if err != nil {
					t.Fatal(err)
				}
				status, said = res.StatusCode, string(b)
			})
			fits := false
			for _, s := range c.status {
				fits = fits || s == status
			}
			if !fits || len(said) > 100_000 {
				t.Errorf("answered %d, want one of %v: %.300s", status, c.status, said)
			}
			if most > c.most<<20 {
				t.Errorf("%d MiB were held, want at most %d", most>>20, c.most)
			}
			t.Logf("%d, %.1f MiB, %.120s", status, float64(most)/(1<<20), said)
		})
	}
	if a := w.send("GET", "/api/topics/bank", "planner", ""); a.status != 200 || fmt.Sprint(a.field("counts.applications")) != "0" {
		t.Errorf("afterwards the topic is %d %s", a.status, a.body)
	}
}
