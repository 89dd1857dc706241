package server

import (
	"context"
	"io"
	"runtime/debug"

	"veche/server/audit"
	"veche/server/export"
	"veche/server/journal"
	"veche/server/store"
	"veche/server/topic"
)

// signerName names the installation's key in checkpoints.
const signerName = "veche"

// WriteBundle writes a topic's bundle for an audience, public or auditor.
func (s *Server) WriteBundle(ctx context.Context, topicID, audience string, w io.Writer) error {
	if _, err := s.Journal.View(ctx, topicID); err != nil {
		return err
	}
	signer, succession := s.signing()
	handovers := make([]string, len(succession))
	for i := range succession {
		handovers[i] = succession[i].Note
	}
	cosigned, err := s.notary.Cosigned(ctx, topicID)
	if err != nil {
		return err
	}
	source := bundleSource{topic: topicID, journal: s.Journal, blobs: s.store}
	b := export.Bundle{Topic: topicID, For: audit.Audience(audience), Code: codeVersion(), Signer: signer, Handovers: handovers, Cosigned: cosigned, Events: source, Texts: source, Blobs: source}
	return b.Write(ctx, w)
}

// codeVersion names the program: the commit it was built from where that is
// known, else its module's version.
func codeVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, x := range info.Settings {
		if x.Key == "vcs.revision" {
			return x.Value
		}
	}
	return info.Main.Version
}

// bundleSource reads what a bundle is made of.
type bundleSource struct {
	topic   string
	journal *journal.Journal
	blobs   store.Blobs
}

func (b bundleSource) ReadEvents(ctx context.Context, f func(seq uint64, event []byte) error) error {
	return b.journal.ReadBytes(ctx, b.topic, f)
}

func (b bundleSource) ReadTexts(ctx context.Context, digests []topic.Digest) (map[topic.Digest]export.Text, error) {
	texts, err := b.journal.Texts(ctx, b.topic, digests)
	if err != nil {
		return nil, err
	}
	out := make(map[topic.Digest]export.Text, len(texts))
	for d, t := range texts {
		out[d] = export.Text{Salt: t.Salt, Body: t.Body}
	}
	return out, nil
}

func (b bundleSource) ReadBlob(ctx context.Context, digest topic.Digest) ([]byte, error) {
	r, err := b.blobs.GetBlob(ctx, digest.String())
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
