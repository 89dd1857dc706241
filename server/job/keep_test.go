package job

import (
	"errors"
	"sync"
	"testing"

	"veche/server/topic"
)

// Any number of readers of one state cost one making; another state, another
// topic or an error cost one more.
func TestKeeper(t *testing.T) {
	var k Keeper[int, int]
	state, made := 1, 0
	ask := func(topicID string, err error) int {
		v, got := k.Of(topicID, func() int { return state }, func() (int, int, error) {
			made++
			return state, 10 * state, err
		})
		if !errors.Is(got, err) {
			t.Errorf("answered %v, want %v", got, err)
		}
		return v
	}
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			if v := ask("a", nil); v != 10 {
				t.Errorf("a reader got %d", v)
			}
		})
	}
	readers.Wait()
	if made != 1 {
		t.Errorf("8 readers of one state made %d", made)
	}
	state = 2
	broken := errors.New("broken")
	ask("a", broken)
	if v := ask("a", nil); v != 20 || made != 3 {
		t.Errorf("of the next state: %d, made %d", v, made)
	}
	ask("b", nil)
	ask("b", nil)
	if made != 4 {
		t.Errorf("of another topic: made %d", made)
	}
}

// What was asked for last is kept, and no more than mostResults.
func TestResults(t *testing.T) {
	var r results
	for i := range mostResults + 4 {
		r.add(topic.Digest{byte(i + 1)}, i)
		if v, ok := r.find(topic.Digest{1}); !ok || v != 0 {
			t.Fatalf("after %d the one in use is gone: %v", i+1, v)
		}
	}
	if _, ok := r.find(topic.Digest{2}); ok || len(r.list) != mostResults {
		t.Errorf("%d are kept", len(r.list))
	}
}
