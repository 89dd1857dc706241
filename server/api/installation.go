package api

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"
)

// Installation is how an installation is, for whoever looks after it: no secret, and
// nothing about a person. Times are milliseconds since 1970, 0 for never or unknown;
// sizes are bytes.
type Installation struct {
	Made     int64  `json:"made"`
	Since    int64  `json:"since"` // when this server was started
	Site     string `json:"site" class:"none"`
	Release  string `json:"release" class:"none"`
	Go       string `json:"go" class:"none"`
	Platform string `json:"platform" class:"none"`

	Troubles  []InstallationTrouble `json:"troubles"`
	Disk      *InstallationDisk     `json:"disk"`       // nil where it can't be told
	ClockKept *bool                 `json:"clock_kept"` // by a time service; nil where it can't be told
	Backup    *InstallationBackup   `json:"backup"`     // nil where another program makes them
	Sockets   int                   `json:"sockets"`
	Topics    int                   `json:"topics"`
	// CanExamine says that the server can examine its data itself.
	CanExamine  bool         `json:"can_examine"`
	Examination *Examination `json:"examination"` // the last since the server started

	Keys      []InstallationKey     `json:"keys"`
	Retention InstallationRetention `json:"retention"`
	Mail      *InstallationMail     `json:"mail"` // nil where none is sent
	Witnesses []InstallationWitness `json:"witnesses"`
	Settings  []InstallationSetting `json:"settings"`
}

// InstallationTrouble is what is wrong now: see /healthz.
type InstallationTrouble struct {
	Code   string `json:"code" class:"none"` // full, unwritable, damaged, unconfirmed
	Topics int    `json:"topics"`
	Since  int64  `json:"since"`
}

// InstallationDisk is the disk of the data.
type InstallationDisk struct {
	Free int64 `json:"free"`
	Data int64 `json:"data"` // what the database takes, 0 where it is elsewhere
}

// InstallationBackup is when veche backup last wrote the data and the keys.
type InstallationBackup struct {
	Data int64 `json:"data"`
	Keys int64 `json:"keys"`
}

// InstallationKey is a key, without telling it.
type InstallationKey struct {
	Kind   string `json:"kind" class:"none"`  // seal, checkpoint, lookup
	Name   string `json:"name" class:"none"`  // as veche keys list tells it
	State  string `json:"state" class:"none"` // used, older, handed, lost
	Made   int64  `json:"made"`
	People int    `json:"people"`              // whose keys it has wrapped
	Advice string `json:"advice" class:"none"` // rotate, finish, retire or ""
}

// InstallationRetention is how long what is kept of people is kept, and what was done
// about it.
type InstallationRetention struct {
	Classes []RetentionClass `json:"classes"`
	Every   int64            `json:"every"` // milliseconds between two looks
	Last    int64            `json:"last"`  // when it was last looked
	Failed  bool             `json:"failed"`
	Done    []RetentionDone  `json:"done"` // the newest first
}

// RetentionClass is one class of data.
type RetentionClass struct {
	Class string `json:"class" class:"none"` // left, pool, panel, contacts, letters, sign-ins
	For   int64  `json:"for"`                // milliseconds; 0 for no time
	Ends  bool   `json:"ends"`               // by itself; false keeps it until somebody erases it
	Due   int    `json:"due"`                // rows that go at the next look
	Rows  int    `json:"rows"`               // that go at a time that is known
	Next  int64  `json:"next"`               // when the first of them
}

// RetentionDone is what was destroyed in one topic because its time had come.
type RetentionDone struct {
	Topic string `json:"topic" class:"none"`
	Class string `json:"class" class:"none"`
	Rows  int    `json:"rows"`
	Time  int64  `json:"time"`
}

// InstallationMail is the queue of the mail.
type InstallationMail struct {
	Waiting int   `json:"waiting"`
	Sent    int64 `json:"sent"`   // when the last was taken, since the server started
	Failed  int64 `json:"failed"` // when the last attempt failed, since the server started
}

// InstallationWitness is one who signs the record too.
type InstallationWitness struct {
	Name   string `json:"name" class:"none"`
	Topics int    `json:"topics"` // whose record it has signed
	Behind int    `json:"behind"` // topics whose newest checkpoint it has not signed
	Last   int64  `json:"last"`
}

// InstallationSetting is a setting in force.
type InstallationSetting struct {
	Key   string `json:"key" class:"none"`
	Value string `json:"value" class:"none"`
	Set   bool   `json:"set"` // by the installation; false for the default
}

// Examination is what the server found of its data, as veche doctor does.
type Examination struct {
	Time     int64                `json:"time"`
	Sound    int                  `json:"sound"` // what was found in order
	Findings []ExaminationFinding `json:"findings"`
}

// ExaminationFinding is what is to be looked at, in the words of veche doctor.
type ExaminationFinding struct {
	Fault bool   `json:"fault"`
	Area  string `json:"area" class:"none"`
	Topic string `json:"topic" class:"none"` // "" where it is of none
	What  string `json:"what" class:"none"`  // "" where it may name somebody
	Do    string `json:"do" class:"none"`
}

// Keeper tells how the installation is.
type Keeper interface {
	Installation(ctx context.Context) (*Installation, error)
	// Examine examines the data: it may take minutes, and only one goes on at a time.
	Examine(ctx context.Context) (*Examination, error)
}

// NotExamined is why an examination can't be done now.
type NotExamined string

// Error is the reason.
func (n NotExamined) Error() string { return string(n) }

func (a *API) getInstallation(c *fiber.Ctx) error {
	x, err := a.Keeper.Installation(c.UserContext())
	if err != nil {
		return err
	}
	return c.JSON(x)
}

func (a *API) getExamination(c *fiber.Ctx) error {
	x, err := a.Keeper.Examine(c.UserContext())
	if why, ok := errors.AsType[NotExamined](err); ok {
		return refuse("conflict", string(why))
	}
	if err != nil {
		return err
	}
	return c.JSON(x)
}
