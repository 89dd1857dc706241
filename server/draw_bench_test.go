package server

import (
	"context"
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"veche/server/analysis"
	"veche/server/demo"
	"veche/server/job"
	"veche/server/journal"
	"veche/server/topic"
)

// BenchmarkDrawJob commits to a draw of 10,000 from 1,200,000 people and draws,
// as jobs of a server on disk. It reports CPU seconds of each and the most memory
// that the process had resident.
//
//	go test ./server -run - -bench DrawJob -benchtime 1x
func BenchmarkDrawJob(b *testing.B) {
	for _, people := range []int{100_000, 1_200_000} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			for range b.N {
				drawJob(b, people, people/120)
			}
		})
	}
}

func drawJob(b *testing.B, people, seats int) {
	ctx := context.Background()
	s, err := Open(ctx, Options{Data: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	}()
	planner := topic.Who{Role: topic.RolePlanner, Pseudonym: topic.Pseudonym{1}}
	registrar := topic.Who{Role: topic.RoleRegistrar, Pseudonym: topic.Pseudonym{2}}
	settings := topic.Settings{ID: "city", Title: "The city", Question: "What?", Lang: "en", PanelSize: uint32(seats)}
	settings.Stages = []topic.Stage{{Kind: topic.StageApplications}, {Kind: topic.StageDraw}}
	features := demo.Features(demo.English)
	for _, f := range features {
		settings.Form.Features = append(settings.Form.Features, topic.Feature{Name: f.Name, Options: f.Options})
	}
	for _, q := range demo.Quotas(seats) {
		settings.Quotas = append(settings.Quotas, topic.Quota{Feature: features[q.Feature].Name, Value: features[q.Feature].Options[q.Value], Min: uint32(max(0, q.Min)), Max: uint32(q.Max)})
	}
	if _, err := s.Journal.Create(ctx, journal.Request{Who: planner, Command: topic.Create{Settings: settings}}); err != nil {
		b.Fatal(err)
	}
	do := func(who topic.Who, c topic.Command, texts ...journal.Text) journal.Ack {
		ack, err := s.Journal.Submit(ctx, "city", journal.Request{Who: who, Command: c, Texts: texts})
		if err != nil {
			b.Fatal(err)
		}
		return ack
	}
	do(planner, topic.OpenStage{Index: 0})
	number := uint32(0)
	made := demo.People([32]byte{1}, people)
	for start := 0; start < people; start += topic.ImportChunk {
		cmd := topic.ImportPeople{Import: number}
		var texts []journal.Text
		for i := start; i < min(start+topic.ImportChunk, people); i++ {
			answers := map[string]string{}
			for f := range features {
				answers[features[f].Name] = made[i].Value(f, demo.English)
			}
			row, err := settings.Form.NewRow(answers, nil, nil, nil, fmt.Sprintf("%d Long Street", i*4/5))
			if err != nil {
				b.Fatal(err)
			}
			text := journal.NewText(string(row.Bytes()))
			texts = append(texts, text)
			cmd.People = append(cmd.People, topic.ImportedRow{Pseudonym: topic.Pseudonym{byte(i), byte(i >> 8), byte(i >> 16), 1}, Row: text.Digest()})
		}
		number = uint32(do(registrar, cmd, texts...).Answer)
	}
	made = nil
	do(registrar, topic.CompleteImport{Import: number})
	do(planner, topic.OpenStage{Index: 1})
	runtime.GC()
	before := resident(b)
	start := cpu(b)
	if _, err := s.Jobs.CommitDraw(ctx, job.Task{Topic: "city", Who: planner}, analysis.BeaconWish{Kind: topic.BeaconPublic, Source: "dice"}); err != nil {
		b.Fatal(err)
	}
	committed := cpu(b)
	if _, err := s.Jobs.Draw(ctx, job.Task{Topic: "city", Who: planner}, "4 8 15 16", ""); err != nil {
		b.Fatal(err)
	}
	drawn := cpu(b)
	if _, err := s.Jobs.Receipt(ctx, "city", 7, 1); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric((committed - start).Seconds(), "CPU-s-commit")
	b.ReportMetric((drawn - committed).Seconds(), "CPU-s-draw")
	b.ReportMetric((cpu(b) - drawn).Seconds(), "CPU-s-receipt")
	b.ReportMetric(float64(before), "MiB-most-before")
	b.ReportMetric(float64(resident(b)), "MiB-most")
}

// cpu is what the process has used so far, resident the most MiB that it had.
func cpu(b *testing.B) time.Duration {
	u := usage(b)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func resident(b *testing.B) int64 { return usage(b).Maxrss / 1024 }

func usage(b *testing.B) syscall.Rusage {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u
}
