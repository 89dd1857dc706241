package rehearsal

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"

	"veche/server/audit"
	"veche/server/export"
	"veche/server/topic"
)

// ReadEvents reads the log.
func (p *Play) ReadEvents(_ context.Context, f func(uint64, []byte) error) error {
	for i, e := range p.Events {
		if err := f(uint64(i+1), e); err != nil {
			return err
		}
	}
	return nil
}

// ReadTexts answers the texts that are there.
func (p *Play) ReadTexts(_ context.Context, digests []topic.Digest) (map[topic.Digest]export.Text, error) {
	out := map[topic.Digest]export.Text{}
	for _, d := range digests {
		if t, ok := p.Texts[d]; ok {
			out[d] = export.Text(t)
		}
	}
	return out, nil
}

// ReadBlob answers a result.
func (p *Play) ReadBlob(_ context.Context, d topic.Digest) ([]byte, error) {
	b, ok := p.Blobs[d]
	if !ok {
		return nil, fmt.Errorf("there is no result %s", d)
	}
	return b, nil
}

// Signer signs with a key that is the same every time.
func (p *Play) Signer() *audit.Signer {
	s, err := audit.NewSigner("rehearsal.example", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)))
	if err != nil {
		p.tb.Fatal(err)
	}
	return s
}

// Bundle is the topic's bundle for an audience.
func (p *Play) Bundle(audience audit.Audience) []byte {
	p.tb.Helper()
	var out bytes.Buffer
	b := export.Bundle{Topic: p.State.Settings.ID, For: audience, Code: "rehearsal", Signer: p.Signer(), Cosigned: p.Cosigned, Events: p, Texts: p, Blobs: p}
	if err := b.Write(context.Background(), &out); err != nil {
		p.tb.Fatal(err)
	}
	return out.Bytes()
}
