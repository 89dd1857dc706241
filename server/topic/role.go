package topic

// Role is what a person is in the installation or in a topic.
type Role uint8

// The roles. Ballot is no person's role: it is the actor of a vote, so that a
// vote carries nothing of the person's other doings.
const (
	RoleSystem Role = iota
	RoleCitizen
	RoleParticipant
	RoleFacilitator
	RoleModerator
	RolePlanner
	RoleRegistrar
	RoleAdministrator
	RoleAuditor
	RoleBallot
	RoleAnalyst // looks into behaviour signals; came after the others, and numbers are for good
)

// RoleVisitor is nobody: who is not signed in. It stands in the policy alone and
// in no event.
const RoleVisitor Role = 255

var roleNames = [...]string{"system", "citizen", "participant", "facilitator", "moderator", "planner", "registrar", "administrator", "auditor", "ballot", "analyst"}

func (r Role) known() bool { return int(r) < len(roleNames) }

// String is the role's name.
func (r Role) String() string {
	switch {
	case r.known():
		return roleNames[r]
	case r == RoleVisitor:
		return "visitor"
	}
	return "unknown"
}

// ParseRole reads the name of a role that a person can be given.
func ParseRole(name string) (Role, error) {
	for i, n := range roleNames {
		if n == name && Role(i).Staff() {
			return Role(i), nil
		}
	}
	return 0, faultf(CodeInvalid, "%q is no role that can be given: facilitator, moderator, planner, registrar, administrator, auditor or analyst", clip(name))
}

// Staff says that the role is given by an administrator, not by taking part.
func (r Role) Staff() bool { return r >= RoleFacilitator && r <= RoleAuditor || r == RoleAnalyst }

// MarshalText writes the role's name.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads any role's name.
func (r *Role) UnmarshalText(b []byte) error {
	for i, n := range roleNames {
		if n == string(b) {
			*r = Role(i)
			return nil
		}
	}
	return faultf(CodeInvalid, "%q is no role", clip(string(b)))
}
