package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
)

// BundleSchema is the version of the bundle's layout.
const BundleSchema = 1

// Audience is whom a bundle is for.
type Audience string

// The audiences. A public bundle may be seen by anyone; one for the auditor
// holds the pool rows and every event.
const (
	Public  Audience = "public"
	Auditor Audience = "auditor"
)

// The files of every bundle. The manifest and its signature come last, since
// they name all others.
const (
	ReadmeFile     = "README.txt"
	LogFile        = "log/events.bin"
	KeyFile        = "checkpoints/key.txt"
	CheckpointFile = "checkpoints/checkpoint.note"
	VotesFile      = "votes/votes.csv"
	OpenVotesFile  = "votes/open.csv"  // of the open rating, where there was one
	PairsVotedFile = "votes/pairs.csv" // comparisons of near-ties, where there were any
	RankingFile    = "tally/ranking.csv"
	ManifestFile   = "manifest.json"
	SignatureFile  = "manifest.note"
)

// Files of results; runs are counted from 1.
func DrawFile(round int) string   { return fmt.Sprintf("draw/round-%d.json", round) }
func RollFile(round int) string   { return fmt.Sprintf("draw/round-%d-roll.bin", round) }
func CommitmentFile(n int) string { return fmt.Sprintf("draw/commitment-%d.json", n) }
func WitnessFile(n int) string    { return fmt.Sprintf("checkpoints/witness-%d.note", n) }
func TablesFile(n int) string     { return fmt.Sprintf("tables/seating-%d.json", n) }
func PairsFile(n int) string      { return fmt.Sprintf("tables/seating-%d-pairs.json", n) }
func ClustersFile(run int) string { return fmt.Sprintf("clusters/run-%d.json", run) }
func TallyFile(n int) string      { return fmt.Sprintf("tally/tally-%d.json", n) }

// Manifest says what is in a bundle.
type Manifest struct {
	Schema int      `json:"schema"`
	Code   string   `json:"code"` // version of the program that wrote it
	Topic  string   `json:"topic"`
	For    Audience `json:"for"`
	Events uint64   `json:"events"`
	Root   Hash     `json:"root"`
	Files  []File   `json:"files"` // in the order of the archive
}

// File is one file of a bundle.
type File struct {
	Name   string `json:"name"`
	Size   uint64 `json:"size"`
	Digest Hash   `json:"sha256"`
	// Packed is the digest of the compressed bytes: the last bits of a
	// compressed file say nothing and could be anything.
	Packed Hash `json:"packed_sha256"`
}

// Encode writes the manifest's one form.
func (m *Manifest) Encode() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(b, '\n'), nil
}

// fileName is what a file of a bundle may be called.
var fileName = regexp.MustCompile(`^(README\.txt|[a-z]+/[a-z0-9][a-z0-9.-]*)$`)

// ParseManifest reads what Encode writes, and nothing else.
func ParseManifest(b []byte) (*Manifest, error) {
	m := new(Manifest)
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(m); err != nil {
		return nil, fmt.Errorf("not a manifest: %w", err)
	}
	again, err := m.Encode()
	if err != nil {
		return nil, err
	}
	switch {
	case m.Schema != BundleSchema:
		return nil, fmt.Errorf("the bundle has schema %d, this version reads %d: use a newer veche", m.Schema, BundleSchema)
	case !bytes.Equal(again, b):
		return nil, errors.New("the manifest is not in its canonical form")
	case m.For != Public && m.For != Auditor:
		return nil, fmt.Errorf("the bundle is for %.40q, not for public or auditor", m.For)
	}
	seen := map[string]bool{}
	for _, f := range m.Files {
		if !fileName.MatchString(f.Name) || seen[f.Name] {
			return nil, fmt.Errorf("the manifest names %.80q twice, or it is no name for a file of a bundle", f.Name)
		}
		seen[f.Name] = true
	}
	return m, nil
}

// SignatureText is what is signed of a bundle: its audience, its topic and the
// digest of its manifest.
func SignatureText(m *Manifest, encoded []byte) string {
	return fmt.Sprintf("veche bundle for %s\n%s\n%s\n", m.For, m.Topic, digest(encoded))
}
