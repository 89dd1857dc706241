package topic

import (
	"fmt"
	"strings"
	"testing"
)

// The policy, role by action by step, is the committed table: whoever changes
// it changes the table, and sees what else has changed.
func TestPolicyTable(t *testing.T) {
	var b strings.Builder
	b.WriteString("Who may do what in which step. Steps: - before the first, a applications, w draw, d debate, c curation, r rating, p poll, s results.\n")
	letters := "-awdcrps"
	s := NewState()
	s.Settings.Stages = make([]Stage, len(stageNames)-1)
	for i := range s.Settings.Stages {
		s.Settings.Stages[i].Kind = StageKind(i + 1)
	}
	for _, rule := range Policy {
		for role := range Role(len(roleNames)) {
			allowed := ""
			for stage := -1; stage < len(s.Settings.Stages); stage++ {
				s.StageIndex = int32(stage)
				if s.Permit(role, rule.Action) == nil {
					allowed += letters[stage+1 : stage+2]
				}
			}
			if allowed != "" {
				fmt.Fprintf(&b, "%-14s %-13s %s\n", rule.Action, role, allowed)
			}
		}
	}
	const file = "testdata/policy.golden"
	if *update {
		write(t, file, []byte(b.String()))
	}
	if got, want := b.String(), string(read(t, file)); got != want {
		t.Errorf("the policy is not %s's: run with -update and read what changed\n%s", file, firstDifference(got, want))
	}
}

// Each action has one rule, and an action without one is refused.
func TestPolicyIsWhole(t *testing.T) {
	seen := map[Action]bool{}
	for _, r := range Policy {
		if seen[r.Action] {
			t.Errorf("%q has two rules", r.Action)
		}
		if len(r.Roles) == 0 {
			t.Errorf("%q is nobody's", r.Action)
		}
		seen[r.Action] = true
	}
	if err := NewState().Permit(RolePlanner, "dance"); CodeOf(err) != CodeForbidden {
		t.Errorf("an action without a rule: %v", err)
	}
	if err := NewState().Permit(RoleSystem, "dance"); CodeOf(err) != CodeForbidden {
		t.Errorf("an action without a rule, by the system: %v", err)
	}
}
