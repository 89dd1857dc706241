package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"veche/server/api"
	"veche/server/doctor"
	"veche/server/identity"
	"veche/server/privacy"
	"veche/server/readiness"
	"veche/server/store/sqlite"
	"veche/server/subject"
)

// keptRun is one look at what has been kept long enough.
type keptRun struct {
	at     time.Time
	failed bool
}

// milli is a time as the API tells it, 0 for the zero time.
func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Installation implements [api.Keeper].
func (s *Server) Installation(ctx context.Context) (*api.Installation, error) {
	topics, err := s.Journal.Topics(ctx)
	if err != nil {
		return nil, err
	}
	x := &api.Installation{
		Made: milli(s.options.Clock()), Since: milli(s.began), Site: s.known(), Release: codeVersion(), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Troubles: []api.InstallationTrouble{}, Sockets: s.hub.Sockets(), Topics: len(topics),
		CanExamine: s.local(), Examination: s.examined.Load(), Witnesses: []api.InstallationWitness{}, Settings: []api.InstallationSetting{},
	}
	for _, t := range s.troubles() {
		x.Troubles = append(x.Troubles, api.InstallationTrouble{Code: t.Code, Topics: t.Topics, Since: milli(t.Since)})
	}
	x.Disk = s.disk()
	if kept := readiness.ClockDisciplined(); kept == 0 || kept == 1 {
		yes := kept == 1
		x.ClockKept = &yes
	}
	if s.local() {
		made, err := readBackedUp(s.options.Data)
		if err != nil {
			s.options.Log.Warn("nobody can tell when the last backup was made", "error", err)
		}
		x.Backup = &api.InstallationBackup{Data: milli(made.Data), Keys: milli(made.Keys)}
	}
	if x.Keys, err = s.keysShown(ctx); err != nil {
		return nil, err
	}
	if x.Retention, err = s.retention(ctx); err != nil {
		return nil, err
	}
	if s.mail != nil {
		q := s.mail.State()
		x.Mail = &api.InstallationMail{Waiting: q.Waiting, Sent: milli(q.Sent), Failed: milli(q.Failed)}
	}
	watching, err := s.notary.Watching(ctx, topics)
	if err != nil {
		return nil, err
	}
	for _, w := range watching {
		x.Witnesses = append(x.Witnesses, api.InstallationWitness{Name: w.Witness.Name(), Topics: w.Topics, Behind: w.Behind, Last: milli(w.Last)})
	}
	for _, o := range s.options.Settings {
		x.Settings = append(x.Settings, api.InstallationSetting{Key: o.Key, Value: o.Value, Set: o.Set})
	}
	return x, nil
}

// local says that the database lies in the data directory.
func (s *Server) local() bool {
	return s.options.shared == nil && !OfMongoDB(s.options.Store)
}

func (s *Server) disk() *api.InstallationDisk {
	free := readiness.DiskFree(s.options.Data)
	if free != free { // not a number: unknown
		return nil
	}
	d := &api.InstallationDisk{Free: int64(free)}
	if s.local() {
		for _, path := range sqlite.Files(s.options.Data) {
			if info, err := os.Stat(path); err == nil {
				d.Data += info.Size()
			}
		}
	}
	return d
}

// keyAge is how old a key may become before it is time for another.
const keyAge = 365 * 24 * time.Hour

func (s *Server) keysShown(ctx context.Context) ([]api.InstallationKey, error) {
	keys, err := s.Keys(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]api.InstallationKey, len(keys))
	for i, k := range keys {
		v := api.InstallationKey{Kind: k.Kind, Name: k.Name, State: "older", Made: milli(k.Made), People: k.People}
		switch {
		case k.InUse:
			v.State = "used"
			if !k.Made.IsZero() && s.options.Clock().Sub(k.Made) >= keyAge && (k.Kind == privacy.KeySeal || k.Kind == privacy.KeyCheckpoint) {
				v.Advice = "rotate"
			}
		case k.Kind == privacy.KeySeal && k.People > 0:
			v.Advice = "finish"
		case k.Kind == privacy.KeySeal:
			v.Advice = "retire"
		case k.Handed:
			v.State = "handed"
		case !k.Until.IsZero():
			v.State = "lost"
		}
		list[i] = v
	}
	return list, nil
}

// mostDone is how many of the newest notes of what was destroyed are shown.
const mostDone = 20

func (s *Server) retention(ctx context.Context) (r api.InstallationRetention, err error) {
	times := s.times()
	r.Classes = []api.RetentionClass{
		{Class: subject.ClassLeft, Ends: true},
		{Class: subject.ClassPool, For: times.Pool.Milliseconds(), Ends: times.Pool > 0},
		{Class: subject.ClassPanel, For: times.Panel.Milliseconds(), Ends: times.Panel > 0},
		{Class: subject.ClassContacts, Ends: true},
		{Class: "letters", For: identity.MailLife.Milliseconds(), Ends: true},
		{Class: "sign-ins", For: identity.SessionLife.Milliseconds(), Ends: true},
	}
	r.Every, r.Done = keepEvery.Milliseconds(), []api.RetentionDone{}
	at := func(class string) *api.RetentionClass {
		for i := range r.Classes {
			if r.Classes[i].Class == class {
				return &r.Classes[i]
			}
		}
		return &api.RetentionClass{}
	}
	due, err := s.Due(ctx)
	if err != nil {
		return r, err
	}
	for _, x := range due {
		at(x.Class).Due += x.Rows
	}
	coming, err := s.Subjects.Coming(ctx, times)
	if err != nil {
		return r, err
	}
	for _, x := range coming {
		c := at(x.Class)
		c.Rows, c.Next = x.Rows, milli(x.Next)
	}
	if last := s.kept.Load(); last != nil {
		r.Last, r.Failed = milli(last.at), last.failed
	}
	done, err := s.Subjects.Kept(ctx)
	if err != nil {
		return r, err
	}
	for _, x := range done[:min(len(done), mostDone)] {
		r.Done = append(r.Done, api.RetentionDone{Topic: x.Topic, Class: x.Class, Rows: x.Rows, Time: milli(x.Done)})
	}
	return r, nil
}

// examineTime is how long an examination that somebody waits for may take.
const examineTime = 100 * time.Second

// Examine implements [api.Keeper].
func (s *Server) Examine(ctx context.Context) (*api.Examination, error) {
	if !s.local() {
		return nil, api.NotExamined("the data is not in this server's directory: the database's own tools examine it")
	}
	if !s.examining.TryLock() {
		return nil, api.NotExamined("the data is being examined already: look again in a moment")
	}
	defer s.examining.Unlock()
	ctx, cancel := context.WithTimeout(ctx, examineTime)
	defer cancel()
	r, err := examine(ctx, s.options.Data, nil)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, api.NotExamined("there is too much data to examine it while somebody waits: run veche doctor beside the server")
	}
	if err != nil {
		return nil, err
	}
	x := &api.Examination{Time: milli(s.options.Clock()), Sound: r.Count(doctor.Sound), Findings: []api.ExaminationFinding{}}
	for _, f := range r.Findings {
		if f.Level == doctor.Sound {
			continue
		}
		v := api.ExaminationFinding{Fault: f.Level == doctor.Fault, Area: f.Area, Do: f.Do}
		if f.Area == "topic" {
			v.Topic = f.Where
		}
		if f.Level != doctor.Fault || f.Area == "place" || f.Area == "text" {
			v.What = f.What // a fault's may hold the id of a record
		}
		x.Findings = append(x.Findings, v)
	}
	s.examined.Store(x)
	return x, nil
}

// backedUpFile tells in the data directory when it was last backed up.
const backedUpFile = "backed-up.json"

// backedUp is when backups of an installation were last made, zero for never.
type backedUp struct {
	Data time.Time `json:"data,omitzero"`
	Keys time.Time `json:"keys,omitzero"`
}

func readBackedUp(data string) (b backedUp, err error) {
	text, err := os.ReadFile(filepath.Join(data, backedUpFile))
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &b)
	}
	if err != nil {
		return b, fmt.Errorf("the note of the last backup, %s, can't be read; the next backup writes it anew: %w", backedUpFile, err)
	}
	return b, nil
}

// noteBackup notes that backups were made now: of the data, the keys or both.
func noteBackup(o BackupOrder, now time.Time) error {
	b, err := readBackedUp(o.Data)
	if err != nil {
		b = backedUp{} // written anew
	}
	if o.Out != "" {
		b.Data = now.UTC().Truncate(time.Second)
	}
	if o.Keys != "" {
		b.Keys = now.UTC().Truncate(time.Second)
	}
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	path := filepath.Join(o.Data, backedUpFile)
	part := path + ".part"
	if err := os.WriteFile(part, text, 0o600); err != nil {
		return err
	}
	return os.Rename(part, path)
}
