package selection

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
)

const (
	policyDomain = "veche/selection/policy/v1\n"
	listDomain   = "veche/selection/list/v1\n"
)

// Digest is a SHA-256 that reads and writes as hex in JSON.
type Digest [32]byte

// String is hex.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText writes hex.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads hex.
func (d *Digest) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != 32 {
		return fmt.Errorf("%.80q is not a SHA-256 in hex", text)
	}
	copy(d[:], raw)
	return nil
}

// digestOf is the SHA-256 of a value's canonical JSON behind a domain.
func digestOf(domain string, v any) Digest {
	body, err := json.Marshal(v)
	if err != nil { // only texts and numbers
		panic(err)
	}
	return sha256.Sum256(append([]byte(domain), body...))
}

// Policy is what is settled before the beacon is known: everything about a draw
// but the people and the randomness.
type Policy struct {
	Quotas    Quotas    `json:"quotas"`
	Size      int       `json:"size"`
	Objective Objective `json:"objective"`
	ByType    bool      `json:"by_type,omitempty"`
	Reserves  int       `json:"reserves"`
	Panels    int       `json:"panels,omitempty"`
	Replays   int       `json:"replays,omitempty"`
	Fit       []string  `json:"fit_features,omitempty"`
	Seated    []List    `json:"seated"`   // who has a seat already
	Excluded  []List    `json:"excluded"` // who cannot be drawn
}

// List is a group of people in a policy: why, how many, and a digest of who.
type List struct {
	Reason string `json:"reason"`
	People int    `json:"people"`
	Digest Digest `json:"digest"`
}

// Taken is how many seats are filled already.
func (p *Policy) Taken() int {
	n := 0
	for _, l := range p.Seated {
		n += l.People
	}
	return n
}

// Digest is the SHA-256 of the policy's canonical JSON behind its domain.
func (p Policy) Digest() Digest { return digestOf(policyDomain, p) }

// Policy extracts the policy of a problem over the roll of its pool. Lists of
// people enter as digests over their leaves, each with its owner's salt: who
// holds neither pool nor key can try nobody out.
func (p *Problem) Policy(roll *Roll) Policy {
	o, _ := ParseObjective(string(p.Objective))
	return Policy{Quotas: p.Quotas, Size: p.Size, Objective: o, ByType: p.ByType, Reserves: p.Reserves,
		Panels: p.Panels, Replays: p.Replays, Fit: p.FitFeatures,
		Seated: roll.listed(p.Fixed), Excluded: roll.listed(p.Excluded)}
}

func (r *Roll) listed(groups []Group) []List {
	out := []List{}
	for _, g := range groups {
		out = append(out, List{Reason: g.Reason, People: len(g.People), Digest: r.listDigest(g.People)})
	}
	return out
}

// listDigest is over the root, then number and salt of each leaf on the list in
// ascending order.
func (r *Roll) listDigest(people []int) Digest {
	leaves := r.leaves(people)
	slices.Sort(leaves)
	root := r.Root()
	h := sha256.New()
	h.Write([]byte(listDomain))
	h.Write(root[:])
	for _, leaf := range slices.Compact(leaves) {
		salt := r.Salt(r.Person(leaf))
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(leaf)))
		h.Write(salt[:])
	}
	return Digest(h.Sum(nil))
}

// differences names what in the policy is not as in another, in words.
func (p *Policy) differences(other *Policy) []string {
	var out []string
	number := func(what string, a, b int) {
		if a != b {
			out = append(out, fmt.Sprintf("%s: %d was committed, now %d", what, a, b))
		}
	}
	number("seats", p.Size, other.Size)
	number("reserves", p.Reserves, other.Reserves)
	number("panels", p.Panels, other.Panels)
	number("replays", p.Replays, other.Replays)
	if p.Objective != other.Objective {
		out = append(out, fmt.Sprintf("objective: %s was committed, now %s", p.Objective, other.Objective))
	}
	if p.ByType != other.ByType {
		out = append(out, fmt.Sprintf("by type: %v was committed, now %v", p.ByType, other.ByType))
	}
	if !slices.Equal(p.Fit, other.Fit) {
		out = append(out, fmt.Sprintf("features of interest: %q was committed, now %q", p.Fit, other.Fit))
	}
	number("quotas", len(p.Quotas), len(other.Quotas))
	for i := range min(len(p.Quotas), len(other.Quotas)) {
		if a, b := p.Quotas[i], other.Quotas[i]; a != b {
			out = append(out, fmt.Sprintf("quota %d: %s %s %d–%d was committed, now %s %s %d–%d", i+1, a.Feature, a.Value, a.Min, a.Max, b.Feature, b.Value, b.Min, b.Max))
		}
	}
	for _, one := range []struct {
		what string
		a, b []List
	}{{"seated before", p.Seated, other.Seated}, {"left out", p.Excluded, other.Excluded}} {
		number("lists of people "+one.what, len(one.a), len(one.b))
		for i := range min(len(one.a), len(one.b)) {
			if a, b := one.a[i], one.b[i]; a != b {
				out = append(out, fmt.Sprintf("people %s: %d with the reason %q were committed, now %d with the reason %q (digests %.8s… and %.8s…)",
					one.what, a.People, a.Reason, b.People, b.Reason, a.Digest, b.Digest))
			}
		}
	}
	return out
}
