package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"veche/selection"
	"veche/server/analysis"
	"veche/server/topic"
)

func (a *API) getPool(c *fiber.Ctx) error {
	if _, err := a.view(c); err != nil {
		return err
	}
	pool, err := a.Jobs.Pool(c.UserContext(), c.Params("topic"))
	if err != nil {
		return err
	}
	return c.JSON(pool)
}

// checkDraw tells whether the next round can be drawn, and with which chances.
func (a *API) checkDraw(c *fiber.Ctx) error {
	var in struct{}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	check, err := a.Jobs.CheckDraw(c.UserContext(), c.Params("topic"))
	if err != nil {
		return err
	}
	return c.JSON(check)
}

type commitmentView struct {
	Number int        `json:"number"`
	Seq    uint64     `json:"seq"`
	Time   int64      `json:"time"`
	Round  uint32     `json:"round"`
	Root   string     `json:"root"`
	Digest string     `json:"digest"` // of the whole commitment: what to publish
	Rules  string     `json:"policy_digest"`
	Code   string     `json:"code"`
	Policy any        `json:"policy"`
	Beacon beaconView `json:"beacon"`
	Status string     `json:"status"`
	Reason string     `json:"reason"`
	Ended  int64      `json:"ended"`
	Drawn  int        `json:"drawn_round"` // 0 where it was not drawn from
	Left   int        `json:"withdrawn"`   // people who withdrew while it was open
}

type beaconView struct {
	Kind     string `json:"kind"`
	Chain    string `json:"chain"`
	Round    uint64 `json:"round"`
	Source   string `json:"source"`
	Expected int64  `json:"expected"`
	// Of a drawn round:
	Value     string `json:"value,omitempty"`
	Signature string `json:"signature,omitempty"` // checked, not checked or none
}

func beaconOf(b topic.Beacon) beaconView {
	v := beaconView{Kind: b.Kind, Chain: b.Chain, Round: b.Round, Source: b.Source, Expected: b.Expected}
	if b.Kind == topic.BeaconPhrase {
		v.Source = "" // the phrase itself, told once it was used
	}
	return v
}

type drawRound struct {
	Round      int               `json:"round"`
	Seq        uint64            `json:"seq"`
	Time       int64             `json:"time"`
	Seed       string            `json:"seed"`
	Seats      uint32            `json:"seats"`
	Filled     uint32            `json:"filled"`
	Pool       string            `json:"pool_root"`
	Commitment uint32            `json:"commitment"`
	Beacon     beaconView        `json:"beacon"`
	Report     *selection.Report `json:"report"`           // null of a round that an earlier version drew
	Mean       float64           `json:"mean_probability"` // seats to draw over people who could be drawn
	Curve      [][2]float64      `json:"curve"`
	Limits     []string          `json:"limits"`
	result     topic.Digest
}

func (a *API) getDraw(c *fiber.Ctx) error {
	commitments, err := a.commitments(c)
	if err != nil {
		return err
	}
	rounds, err := a.rounds(c)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"commitments": commitments, "rounds": rounds})
}

func (a *API) commitments(c *fiber.Ctx) ([]commitmentView, error) {
	view, err := a.view(c)
	if err != nil {
		return nil, err
	}
	list := []commitmentView{}
	var results []topic.Digest
	view.Read(func(s *topic.State, _ uint64) {
		for i, x := range s.Commitments {
			v := commitmentView{
				Number: i + 1, Seq: x.Seq, Time: x.Time, Round: x.DrawCommitted.Round, Root: x.Root.String(), Rules: x.Policy.String(),
				Beacon: beaconOf(x.Beacon), Status: x.Status.String(), Reason: x.Reason, Ended: x.Ended, Left: len(x.Withdrawn),
			}
			v.Drawn = 1 + slices.IndexFunc(s.Rounds, func(r topic.Round) bool { return r.Commitment == uint32(i+1) })
			list, results = append(list, v), append(results, x.Result)
		}
	})
	for i := range list {
		kept, err := a.Jobs.Commitment(c.UserContext(), results[i])
		if err != nil {
			return nil, err
		}
		list[i].Code, list[i].Policy, list[i].Digest = kept.Program.String(), kept.Policy, kept.Digest().String()
	}
	return list, nil
}

// getCommitment is commitment.json, for anyone to keep and compare. The phrase
// that a commitment promises is shown once it was used, as everywhere.
func (a *API) getCommitment(c *fiber.Ctx) error {
	n, err := number(c, "commitment")
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	var result topic.Digest
	secret := false
	view.Read(func(s *topic.State, _ uint64) {
		if n != 0 && int(n) <= len(s.Commitments) {
			x := &s.Commitments[n-1]
			result, secret = x.Result, x.Status == topic.CommitmentOpen && x.Beacon.Kind == topic.BeaconPhrase && x.Beacon.Source != ""
		}
	})
	if secret {
		return topic.NewFault(topic.CodeConflict, "commitment %d holds the phrase that it will be drawn with: the file can be saved once that was used; keep its digest until then", n)
	}
	if result.IsZero() {
		return topic.NewFault(topic.CodeNotFound, "there is no commitment %d", n)
	}
	kept, err := a.Jobs.Commitment(c.UserContext(), result)
	if err != nil {
		return err
	}
	return a.download(c, fmt.Sprintf("commitment-%s-%d.json", c.Params("topic"), n), kept)
}

func (a *API) rounds(c *fiber.Ctx) ([]drawRound, error) {
	view, err := a.view(c)
	if err != nil {
		return nil, err
	}
	rounds := []drawRound{}
	view.Read(func(s *topic.State, _ uint64) {
		for i := range s.Rounds {
			r := &s.Rounds[i]
			v := drawRound{
				Round: i + 1, Seq: r.Seq, Time: r.Time, Seed: r.Seed, Seats: r.Seats, Filled: r.Seats, Pool: r.Root.String(), Commitment: r.Commitment,
				Beacon: beaconView{Kind: topic.BeaconPhrase}, Curve: [][2]float64{}, Limits: []string{}, result: r.Result,
			}
			if r.Commitment != 0 {
				v.Beacon = beaconOf(s.Commitments[r.Commitment-1].Beacon)
			}
			v.Beacon.Value, v.Beacon.Signature = r.Seed, "none"
			if v.Beacon.Kind == topic.BeaconDrand {
				v.Beacon.Signature = map[bool]string{true: "checked", false: "not checked"}[r.Checked]
			}
			rounds = append(rounds, v)
		}
	})
	for i := range rounds {
		r := &rounds[i]
		if r.Commitment == 0 {
			continue
		}
		result, err := a.Jobs.DrawResult(c.UserContext(), r.result)
		if err != nil {
			return nil, err
		}
		r.Mean = analysis.MeanProbability(&result.Report)
		r.Report, r.Curve, r.Limits = &result.Report, analysis.Curve(result.Proof.Curve), result.Proof.Limits
	}
	return rounds, nil
}

// commitDraw fixes the next round, all but its randomness.
func (a *API) commitDraw(c *fiber.Ctx) error {
	var in struct {
		ClientID string              `json:"client_id"`
		Beacon   analysis.BeaconWish `json:"beacon"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	task, err := a.taskOf(c, topic.ActionDraw, in.ClientID)
	if err != nil {
		return err
	}
	ack, err := a.Jobs.CommitDraw(c.UserContext(), task, in.Beacon)
	if err != nil {
		return err
	}
	list, err := a.commitments(c)
	if err != nil {
		return err
	}
	return one(c.Status(fiber.StatusCreated), list, ack.Answer)
}

func (a *API) abortDraw(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		Reason   string `json:"reason"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.AbortDraw{Reason: in.Reason})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack})
}

// draw runs a round of the lottery, from the commitment that is open or, where
// none is, with a phrase at once: the first fills the panel, a later one the
// seats that were declined.
func (a *API) draw(c *fiber.Ctx) error {
	var in struct {
		ClientID  string `json:"client_id"`
		Seed      string `json:"seed"`
		Beacon    string `json:"beacon"`
		Signature string `json:"signature"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if len(in.Seed) > 500 {
		return refuse("invalid", "the seed is longer than 500 bytes")
	}
	task, err := a.taskOf(c, topic.ActionDraw, in.ClientID)
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	open := false
	view.Read(func(s *topic.State, _ uint64) { open = s.Committed() != 0 })
	if !open && in.Beacon != "" {
		return topic.NewFault(topic.CodeConflict, "no commitment is open, so there is no beacon to draw with: commit to the draw first, or draw at once with a seed")
	}
	task.Seed = in.Seed
	ack, err := a.Jobs.Draw(c.UserContext(), task, in.Beacon, in.Signature)
	if err != nil {
		return err
	}
	rounds, err := a.rounds(c)
	if err != nil {
		return err
	}
	return one(c, rounds, ack.Answer)
}

// one answers a commitment or a round that was just made. Both fall under one
// action: a client id that comes again for the other names none of these.
func one[V any](c *fiber.Ctx, list []V, number uint64) error {
	if number == 0 || number > uint64(len(list)) {
		return topic.NewFault(topic.CodeConflict, "this client_id did something else before: send a fresh one")
	}
	return c.JSON(list[number-1])
}

// result answers the round of the request with its result.
func (a *API) result(c *fiber.Ctx) (drawRound, *analysis.DrawResult, error) {
	n, err := number(c, "round")
	if err != nil {
		return drawRound{}, nil, err
	}
	rounds, err := a.rounds(c)
	if err != nil {
		return drawRound{}, nil, err
	}
	if n == 0 || int(n) > len(rounds) {
		return drawRound{}, nil, topic.NewFault(topic.CodeNotFound, "there is no draw %d", n)
	}
	r := rounds[n-1]
	if r.Commitment == 0 {
		return r, nil, topic.NewFault(topic.CodeNotFound, "draw %d was made by an earlier version and has no report of this kind", n)
	}
	result, err := a.Jobs.DrawResult(c.UserContext(), r.result)
	return r, result, err
}

// getDrawReport is the printable page of a round.
func (a *API) getDrawReport(c *fiber.Ctx) error {
	r, result, err := a.result(c)
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	id := c.Params("topic")
	page := selection.ReportPage{Report: result.Report, Proof: &result.Proof, Check: "veche verify " + proofName(id, r.Round), Receipt: "veche verify " + receiptName(id, r.Round)}
	for round := range r.Round { // a receipt tells of the rounds before too
		page.Receipt += " --proof " + proofName(id, round+1)
	}
	view.Read(func(s *topic.State, _ uint64) { page.Lang, page.Title = s.Settings.Lang, s.Settings.Title })
	if lang := c.Query("lang"); lang != "" {
		page.Lang = lang
	}
	if !slices.Contains(selection.PageLanguages, page.Lang) {
		page.Lang = ""
	}
	var b bytes.Buffer
	if err := selection.WriteReportHTML(&b, page); err != nil {
		return err
	}
	// The page's own style, and no other, may be used.
	if _, rest, ok := strings.Cut(b.String(), "<style>"); ok {
		style, _, _ := strings.Cut(rest, "</style>")
		sum := sha256.Sum256([]byte(style))
		c.Set(fiber.HeaderContentSecurityPolicy, strings.Replace(csp, "style-src 'self'", "style-src 'self' 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'", 1))
	}
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	return c.Send(b.Bytes())
}

// proofName and receiptName are the files of a round as they are saved.
func proofName(topic string, round int) string { return fmt.Sprintf("proof-%s-%d.json", topic, round) }
func receiptName(topic string, round int) string {
	return fmt.Sprintf("receipt-%s-%d.json", topic, round)
}

// getProof is proof.json of a round.
func (a *API) getProof(c *fiber.Ctx) error {
	r, result, err := a.result(c)
	if err != nil {
		return err
	}
	return a.download(c, proofName(c.Params("topic"), r.Round), result.Proof)
}

// getReceipt is the asker's own receipt of a round.
func (a *API) getReceipt(c *fiber.Ctx) error {
	r, _, err := a.result(c)
	if err != nil {
		return err
	}
	view, w, err := a.visit(c)
	if err != nil {
		return err
	}
	var application uint64
	view.Read(func(s *topic.State, _ uint64) { application = w.application(s) })
	if application == 0 {
		return topic.NewFault(topic.CodeNotFound, "there is no application of yours in this topic, so there is no receipt")
	}
	leave, err := a.searches.enter(c.UserContext(), searchWait)
	if err != nil {
		return err
	}
	defer leave()
	receipt, err := a.Jobs.Receipt(c.UserContext(), c.Params("topic"), application, r.Round)
	if err != nil {
		return err
	}
	return a.download(c, receiptName(c.Params("topic"), r.Round), receipt)
}

// download answers a value as a file of JSON.
func (a *API) download(c *fiber.Ctx, name string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf("attachment; filename=%q", name))
	return c.Send(append(b, '\n'))
}
