package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"veche/server/live/client/crowd"
	"veche/server/readiness"
)

// Rehearsal is a debate with simulated people on the host that will carry it.
type Rehearsal struct {
	Data   string // of the real installation, which is only read
	Topic  string
	People int // 0: as many as the topic has or expects
	Within time.Duration
	Speed  float64 // of the agenda; 0: it fits
	Rate   float64 // remarks a minute of a person at a table
	Listen string
	// Server and Crowd are the two other processes: this program as a server of a
	// data directory, and as the people. Both end with their standard input.
	Server   func(ctx context.Context, data, listen string, liftAddresses bool) *exec.Cmd
	Crowd    func(ctx context.Context) *exec.Cmd
	Progress func(format string, args ...any)
	Log      io.Writer // what the rehearsal's server has to say
}

// ErrStopped says that a rehearsal was interrupted. Nothing of it is left.
var ErrStopped = errors.New("the rehearsal was stopped before its end, and its copy removed")

// Rehearse runs the rehearsal and answers its report. It ends within r.Within,
// or fails.
func (r *Rehearsal) Rehearse(ctx context.Context) (report *readiness.Report, err error) {
	begun := time.Now()
	asked := ctx
	ctx, stop := context.WithDeadline(ctx, begun.Add(r.Within))
	defer stop()
	from, err := readRehearsed(ctx, r.Data, r.Topic, r.People)
	if err != nil {
		return nil, err
	}
	if err := free(r.Listen); err != nil {
		return nil, err
	}
	if swept, err := SweepRehearsals(r.Data); err != nil {
		return nil, err
	} else if swept > 0 {
		r.Progress("removed what %d rehearsals left that were killed", swept)
	}
	place, err := takeRehearsalPlace(r.Data)
	if err != nil {
		return nil, err
	}
	left := false
	defer func() {
		if !left {
			_, removed := place.leave(false)
			err = errors.Join(err, removed)
		}
	}()
	p := &performance{Rehearsal: r, real: from, place: place, data: filepath.Join(place.dir, "data"), begun: begun, clock: readiness.NewClock()}
	p.figures.Topic = from.facts
	if p.figures.Host, err = readiness.MeasureHost(place.dir); err != nil {
		return nil, fmt.Errorf("measuring the disk: %w", err)
	}
	for _, part := range []func(context.Context) error{p.prepare, p.play, p.check} {
		if err := part(ctx); err != nil && asked.Err() != nil {
			return nil, ErrStopped
		} else if err != nil && ctx.Err() != nil {
			return nil, fmt.Errorf("the rehearsal did not come to its end within %v: give it more --minutes, or fewer --people: %w", r.Within, err)
		} else if err != nil {
			return nil, err
		}
	}
	if p.lost+p.doubled > 0 || p.result.Missed > 0 {
		left = true
		kept, err := place.leave(true)
		if err != nil {
			return nil, err
		}
		p.notes = append(p.notes, "The rehearsal's data is kept in "+kept+": delete it once it was looked at.")
	}
	return p.report(), nil
}

// free says whether a server can listen at an address.
func free(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("can't listen on %s: %w: choose another --listen", address, err)
	}
	return l.Close()
}

// performance is a rehearsal under way.
type performance struct {
	*Rehearsal
	real    rehearsed
	place   *rehearsalPlace
	data    string
	begun   time.Time
	clock   *readiness.Clock
	plan    crowd.Plan
	figures readiness.Figures
	result  crowd.Result
	lost    int
	doubled int
	notes   []string

	process    *exec.Cmd // of the server
	running    bool      // it was started and nobody waited for it
	ended      chan error
	url        string
	cpu        float64 // seconds of processor time of servers that have ended
	measured   time.Time
	atBegin    readiness.Process // of the server, when people were in
	crowdBegin readiness.Process
	busy       float64 // seconds, of the machine, then
	written    float64 // bytes on disk when people were in
}

// prepare makes the copy and its people.
func (p *performance) prepare(ctx context.Context) error {
	// The set-up, the storm, the last remarks and the check take their time, too.
	p.plan = crowd.Plan{Topic: rehearsalTopic, Tables: uint32(p.real.tables), Speed: p.Speed, Rate: p.Rate, Seconds: 0.6 * p.Within.Seconds(), Texts: rehearsalTexts, Seed: 1}
	for _, step := range p.real.settings.Debate.Agenda {
		p.plan.Agenda = append(p.plan.Agenda, crowd.Step{Kind: step.Kind.String(), Minutes: float64(step.Minutes), Turns: step.Turns})
	}
	if p.plan.Speed <= 0 {
		p.plan.Speed = max(1, 60*p.real.facts.Minutes/p.plan.Seconds)
	}
	if most := boundSteps(p.plan.Agenda, p.plan.Speed); most < p.plan.Speed {
		p.notes = append(p.notes, fmt.Sprintf("The agenda went %.3g× faster and not %.3g×, so that each step lasted %.0f s at least.", most, p.plan.Speed, leastStep))
		p.plan.Speed = most
	}
	p.Progress("making a copy with %d simulated people at %d tables", p.real.people, p.real.tables)
	s, err := Open(ctx, Options{Data: p.data})
	if err != nil {
		return err
	}
	p.plan.People, p.plan.Facilitator, err = s.stageRehearsal(ctx, &p.real, p.plan.Speed)
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	// What the set-up took longer than foreseen is taken off the play.
	p.plan.Seconds = min(p.plan.Seconds, 0.75*(p.Within-time.Since(p.begun)).Seconds())
	return nil
}

// leastStep is how many seconds a step is played at least: in less, nobody says
// anything in it.
const leastStep = 3.0

// boundSteps answers the speed at which no step is shorter than leastStep, at
// most speed, and gives steps without a clock that long.
func boundSteps(agenda []crowd.Step, speed float64) float64 {
	for _, s := range agenda {
		if s.Minutes > 0 {
			speed = min(speed, 60*s.Minutes/leastStep)
		}
	}
	for i := range agenda {
		if agenda[i].Minutes <= 0 {
			agenda[i].Minutes = leastStep / 60 * speed
		}
	}
	return speed
}

// rehearsalTexts are what simulated people say: of the length of what people
// write.
var rehearsalTexts = []string{
	"I live near the bridge, and what takes me longest every day is waiting for the tram when it rains.",
	"Could you say how often that happens? With us it is once a week, and always on a Monday.",
	"I see it otherwise. My mother is eighty and needs the car to get to the clinic, there is no stop nearby.",
	"Agreed.",
	"What would it cost, and who would look after it later? A bench is put up in a day and stands broken for ten years.",
	"Мне кажется, начинать надо с тротуаров: зимой по ним не пройти ни с коляской, ни с палочкой.",
	"А кто-нибудь спрашивал водителей? Им ведь тоже неудобно, когда люди идут по дороге.",
	"Let us write that down as an idea: one kerb between the rails and the cars, and bays for those who deliver.",
}

// serve starts the server's process and waits until it answers.
func (p *performance) serve(ctx context.Context, listen string) error {
	spread := p.spread(listen)
	p.process = p.Server(ctx, p.data, listen, !spread)
	p.process.Cancel = func() error { return p.process.Process.Signal(syscall.SIGTERM) }
	p.process.WaitDelay = 15 * time.Second
	voice := &startVoice{log: p.Log}
	p.process.Stderr = voice
	p.place.bind(p.process)
	if _, err := p.process.StdinPipe(); err != nil { // it ends when this process does; Wait closes it
		return err
	}
	out, err := p.process.StdoutPipe()
	if err != nil {
		return err
	}
	if err := p.process.Start(); err != nil {
		return err
	}
	p.running = true
	p.ended = make(chan error, 1)
	lines := bufio.NewScanner(out)
	p.url = ""
	for p.url == "" && lines.Scan() {
		_, p.url, _ = strings.Cut(lines.Text(), "running at ")
	}
	process, ended := p.process, p.ended
	go func() {
		_, copied := io.Copy(io.Discard, out)
		ended <- errors.Join(process.Wait(), copied)
	}()
	if p.url == "" {
		p.running = false
		return fmt.Errorf("the server of the rehearsal did not start: %w: %s", <-p.ended, strings.TrimSpace(voice.held.String()))
	}
	return voice.release()
}

// startVoice holds back what a server says until it has started: one that does
// not start says it in its error, once.
type startVoice struct {
	mu       sync.Mutex
	held     bytes.Buffer
	log      io.Writer
	released bool
}

// Write implements [io.Writer].
func (v *startVoice) Write(b []byte) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.released {
		return v.log.Write(b)
	}
	return v.held.Write(b)
}

func (v *startVoice) release() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.released = true
	_, err := v.held.WriteTo(v.log)
	return err
}

// spread says whether people can come from several addresses of this machine.
func (p *performance) spread(listen string) bool {
	return runtime.GOOS == "linux" && Loopback(listen)
}

// halt ends the server's process as an operator does.
func (p *performance) halt() error {
	p.running = false
	took := readiness.NewProcess(p.process.Process.Pid)
	p.cpu += took.CPU
	p.peak(took)
	if err := p.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := <-p.ended; err != nil {
		return fmt.Errorf("the server of the rehearsal did not end well: %w", err)
	}
	return nil
}

func (p *performance) peak(took readiness.Process) {
	if !(p.figures.Server.Peak >= took.Peak) { // the first is not measured
		p.figures.Server.Peak = took.Peak
	}
}

// play has the people debate.
func (p *performance) play(ctx context.Context) (err error) {
	if err := p.serve(ctx, p.Listen); err != nil {
		return err
	}
	defer func() {
		if p.running {
			err = errors.Join(err, p.halt())
		}
	}()
	p.plan.URL, p.plan.Spread = p.url, p.spread(p.Listen)
	if !p.plan.Spread {
		p.notes = append(p.notes, "The limit of sockets from one address was lifted: all simulated people come from this machine.")
	}
	idle := readiness.NewProcess(p.process.Process.Pid)
	p.figures.Server.Descriptors = idle.Descriptors

	child := p.Crowd(ctx)
	child.Stderr = p.Log
	p.place.bind(child)
	in, err := child.StdinPipe()
	if err != nil {
		return err
	}
	out, err := child.StdoutPipe()
	if err != nil {
		return err
	}
	p.Progress("%d people come in", p.real.people)
	if err := child.Start(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close(), child.Wait()) }()
	if err := json.NewEncoder(in).Encode(p.plan); err != nil {
		return err
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var m crowd.Moment
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			return fmt.Errorf("the simulated people say %q: %w", clipLine(lines.Text(), 80), err)
		}
		switch m.Moment {
		case "in":
			p.peopleIn(m.In, idle, child.Process.Pid)
		case "restart":
			p.use(child.Process.Pid)
			p.Progress("the server is started anew while people debate")
			if err := p.restart(ctx); err != nil {
				return err
			}
		case "end":
			p.result = *m.Result
			p.figures.Host.ClockStep = p.clock.Look()
			return p.halt()
		}
		if _, err := io.WriteString(in, "go\n"); err != nil {
			return err
		}
	}
	return errors.Join(errors.New("the simulated people ended without a result"), lines.Err())
}

// peopleIn measures what sockets take of which nobody says anything.
func (p *performance) peopleIn(in int, idle readiness.Process, crowdPID int) {
	time.Sleep(2 * time.Second) // what came of the handshakes is collected
	full := readiness.NewProcess(p.process.Process.Pid)
	p.figures.Server.IdleSocket = (full.Resident - idle.Resident) / float64(max(1, in))
	p.Progress("%d people are in; they debate for %.0f s, %s", in, p.plan.Seconds, readiness.Pace(len(p.plan.Agenda), p.plan.Speed))
	p.measured, p.atBegin, p.busy, p.written = time.Now(), full, readiness.Busy(), size(p.data)
	p.crowdBegin = readiness.NewProcess(crowdPID)
}

// use measures how many processors the server, the people and all others took
// since people were in.
func (p *performance) use(crowdPID int) {
	f := &p.figures.Server
	f.Seconds, f.Grown = time.Since(p.measured).Seconds(), size(p.data)-p.written
	f.CPU = (readiness.NewProcess(p.process.Process.Pid).CPU - p.atBegin.CPU) / f.Seconds
	f.CrowdCPU = (readiness.NewProcess(crowdPID).CPU - p.crowdBegin.CPU) / f.Seconds
	p.figures.Host.Others = max(0, (readiness.Busy()-p.busy)/f.Seconds-f.CPU-f.CrowdCPU)
}

// restart ends the server and starts another at the same address.
func (p *performance) restart(ctx context.Context) error {
	_, port, err := net.SplitHostPort(strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(p.Listen)
	if err != nil {
		return err
	}
	if err := p.halt(); err != nil {
		return err
	}
	return p.serve(ctx, net.JoinHostPort(host, port))
}

// size is how many bytes a directory holds.
func size(dir string) float64 {
	total := int64(0)
	err := filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	if err != nil {
		return readiness.Unknown
	}
	return float64(total)
}

// check reads what the rehearsal left in the log.
func (p *performance) check(ctx context.Context) (err error) {
	p.Progress("reading the log of the rehearsal")
	p.lost, p.doubled, err = checkRehearsal(ctx, p.data, p.result.Acked)
	return err
}

// report judges what was found.
func (p *performance) report() *readiness.Report {
	f, r := &p.figures, &p.result
	if f.Server.Peak == 0 {
		f.Server.Peak = readiness.Unknown
	}
	f.Play = readiness.Play{
		People: p.real.people, NoShows: r.NoShows, Expected: r.Expected, Joined: r.Joined, ConnectP50: r.Connect.P50, ConnectP99: r.Connect.P99,
		Said: r.Said, Refused: r.Refused + r.Failed, AckP50: unknownIf(r.Said == 0, r.Ack.P50), AckP99: unknownIf(r.Said == 0, r.Ack.P99),
		ReceiptP50: unknownIf(r.Receipts == 0, r.Receipt.P50), ReceiptP99: unknownIf(r.Receipts == 0, r.Receipt.P99), Receipts: r.Receipts,
		StallQuietP99: r.BeforeP99, StallP99: r.StalledP99, Stalled: r.Stalled, Cuts: r.Cuts, Back: r.Back, BackP99: r.Return.P99, Missed: r.Missed, Lost: p.lost, Doubled: p.doubled,
		StepP99: unknownIf(r.Steps == 0, r.Step.P99), Steps: r.Steps, Turns: r.Turns, TurnTables: r.TurnTables, Late: r.Late, LateJoined: r.LateJoined,
		WallP99: unknownIf(r.Walls == 0, r.Wall.P99), Asked: r.Asked, Flagged: r.Flagged, Reacted: r.Reacted, Reports: r.Reports, Problems: r.Problems,
	}
	if !r.TurnSteps {
		f.Play.TurnTables = -1 // no step had turns for long enough
	}
	f.Restart = readiness.Restart{People: r.RestartPeople, Back: r.RestartBack, P99: r.RestartP99}
	if r.RestartP99 < 0 {
		f.Restart.P99 = p.Within.Seconds() * 1000
	}
	if r.Steps < len(p.plan.Agenda) && p.real.tables > 0 {
		p.notes = append(p.notes, fmt.Sprintf("Of the agenda's %d steps %d were played: give more --minutes, or no --speed, so that it fits.", len(p.plan.Agenda), r.Steps))
	}
	if r.Moved > 0 {
		p.notes = append(p.notes, fmt.Sprintf("%d people were put at other tables, because theirs had become too small; there they only listened.", r.Moved))
	}
	p.notes = append(p.notes, "The simulated people ran on this machine and took a part of it; the network between people and machine was not rehearsed.")
	report := &readiness.Report{
		Title: fmt.Sprintf("Rehearsal of %s (%s)", p.real.settings.Title, p.Topic), Machine: machine(f.Host.Memory),
		People: p.real.people, Tables: p.real.tables, Steps: len(p.plan.Agenda), Speed: p.plan.Speed, Seconds: time.Since(p.begun).Seconds(), Notes: p.notes,
	}
	report.Conclude(*f)
	return report
}

func unknownIf(nothing bool, v float64) float64 {
	if nothing {
		return readiness.Unknown
	}
	return v
}

func machine(memory float64) string {
	text := fmt.Sprintf("%s/%s, %d CPUs", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	if memory > 0 {
		text += fmt.Sprintf(", %.0f GiB", memory/(1<<30))
	}
	return text
}
