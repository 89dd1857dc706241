package topic

import (
	"fmt"
	"slices"
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
		for i := range len(roleNames) + 1 {
			role := Role(i)
			if i == len(roleNames) {
				role = RoleVisitor
			}
			if rule.Reads() && role == RoleSystem {
				continue
			}
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

// Who sees what of whom, by duty: identities are the registrar's alone, who sees
// no votes; moderators see ideas and how people behave; planners no identities;
// auditors and administrators do nothing, but that an administrator can be the second
// person who approves that a registrar learns who wrote something, and asks, or is the
// second person who agrees, that a topic is deleted; and administrators see nothing of
// a topic that the public does not: what they look after are accounts.
func TestDutiesAreSeparate(t *testing.T) {
	everyone := ShownPublic | ShownOwn
	may := map[Role]Shown{
		RoleVisitor: everyone, RoleCitizen: everyone, RoleBallot: 0, RoleSystem: 0,
		RoleFacilitator:   everyone | ShownIdeas | ShownConduct,
		RoleModerator:     everyone | ShownIdeas | ShownConduct,
		RolePlanner:       everyone | ShownIdeas | ShownConduct | ShownPeople | ShownVotes,
		RoleRegistrar:     everyone | ShownPeople | ShownIdentity | ShownOnce | ShownWatch,
		RoleAdministrator: everyone | ShownWatch | ShownAccounts,
		RoleAuditor:       everyone | ShownIdeas | ShownConduct | ShownVotes | ShownWatch,
		RoleAnalyst:       everyone | ShownConduct,
	}
	weighty := []Action{ActionDecideDisclosure, ActionAskDeletion, ActionDecideDeletion}
	for _, rule := range Policy {
		for _, role := range rule.Roles {
			if seen := rule.Shows &^ may[role]; seen != 0 {
				t.Errorf("%s: a %s sees data of the kinds %#b, which are not theirs", rule.Action, role, seen)
			}
			if watches := role == RoleAuditor || role == RoleAdministrator && !slices.Contains(weighty, rule.Action); watches && !rule.Reads() {
				t.Errorf("%s: a %s does it", rule.Action, role)
			}
		}
		if rule.Reads() && len(rule.Stages) > 0 {
			t.Errorf("%s only looks, and depends on the step", rule.Action)
		}
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
