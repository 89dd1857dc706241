package mishap_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"veche/server/mishap"
)

// A panic is told by its type and place; only the runtime's own numbers are told too.
func TestOf(t *testing.T) {
	var list []int
	for _, c := range []struct {
		name string
		f    func()
		want string // of the error, a pattern; "" for none
	}{
		{"nothing", func() {}, ""},
		{"words", func() { panic("secret words") }, `^panic with a string at server/mishap_test\.TestOf\.func\d+:\d+ < server/mishap\.Of:\d+`},
		{"an error", func() { panic(errors.New("secret words")) }, `^panic with a \*errors\.errorString at server/mishap_test\.`},
		{"an error of the runtime", func() { fmt.Println(list[7]) }, `^panic with runtime error: index out of range \[7\] with length 0 at server/mishap_test\.`},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := mishap.Of(c.f)
			if (err == nil) != (c.want == "") {
				t.Fatal(err)
			}
			if err != nil && (!regexp.MustCompile(c.want).MatchString(err.Error()) || strings.Contains(err.Error(), "secret")) {
				t.Errorf("told: %v", err)
			}
		})
	}
}
