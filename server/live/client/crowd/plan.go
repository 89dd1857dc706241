package crowd

import "veche/server/live/client/load"

// Plan is a debate to be played.
type Plan struct {
	URL         string   `json:"url"` // of the server, http://host:port
	Topic       string   `json:"topic"`
	People      []Seated `json:"people"`
	Facilitator string   `json:"facilitator"` // a cookie
	Tables      uint32   `json:"tables"`      // 1 to Tables are rooms; 0: all are in the main hall
	Agenda      []Step   `json:"agenda"`      // of a table
	Seconds     float64  `json:"seconds"`     // of debate, once people are in
	Speed       float64  `json:"speed"`       // how much faster the agenda goes; 0: it fits Seconds
	Rate        float64  `json:"rate"`        // remarks a minute of a person at a table
	Texts       []string `json:"texts"`       // what people say
	Spread      bool     `json:"spread"`      // people come from addresses of 127.0.0.0/8
	Seed        uint64   `json:"seed"`
}

// Seated is a person: a session cookie, the table, and the number at it.
type Seated struct {
	Cookie string `json:"cookie"`
	Table  uint32 `json:"table"`
	Number uint64 `json:"number"`
}

// Step is a step of the agenda.
type Step struct {
	Kind    string  `json:"kind"`
	Minutes float64 `json:"minutes"`
	Turns   bool    `json:"turns"`
}

// Shares of the people who are not like the others.
const (
	noShows   = 0.03
	late      = 0.05
	stalled   = 0.02
	cutSecond = 0.005 // are cut off in each second
)

// Result is what the people met. Times are milliseconds.
type Result struct {
	NoShows    int        `json:"no_shows"`
	Expected   int        `json:"expected"` // those who came at the beginning
	Joined     int        `json:"joined"`
	Connect    load.Times `json:"connect"` // from dialling to being in the rooms
	Said       int        `json:"said"`    // acknowledged
	Refused    int        `json:"refused"` // remarks, but for those that came too late for a turn
	Failed     int        `json:"failed"`  // never answered
	Ack        load.Times `json:"ack"`
	Receipts   int64      `json:"receipts"`
	Receipt    load.Times `json:"receipt"` // of everybody who reads
	BeforeP99  float64    `json:"before_p99"`
	StalledP99 float64    `json:"stalled_p99"` // receipts while some stalled
	Stalled    int        `json:"stalled"`
	Cuts       int        `json:"cuts"`
	Back       int        `json:"back"`
	Return     load.Times `json:"return"` // from a cut until they are in again
	Missed     int64      `json:"missed"` // remarks of tables that somebody there never got
	Step       load.Times `json:"step"`   // from opening a step until people have it
	Steps      int        `json:"steps"`
	Speed      float64    `json:"speed"`
	Turns      int        `json:"turns"`
	TurnTables int        `json:"turn_tables"` // where somebody had the floor
	TurnSteps  bool       `json:"turn_steps"`  // a step with turns was long enough for some
	Late       int        `json:"late"`
	LateJoined int        `json:"late_joined"`
	Wall       load.Times `json:"wall"`
	Walls      int        `json:"walls"`
	Moved      int        `json:"moved"` // people who were put at another table meanwhile
	Asked      int        `json:"asked"`
	Flagged    int        `json:"flagged"`
	Reacted    int        `json:"reacted"`
	Reports    int        `json:"reports"`
	ClockSkew  float64    `json:"clock_skew"` // the most that the server's clock differed from the people's

	RestartPeople int     `json:"restart_people"`
	RestartBack   int     `json:"restart_back"`
	RestartP99    float64 `json:"restart_p99"` // until 99 % were in again, −1 if they were not

	Problems map[string]int `json:"problems"` // refusals by code
	Acked    [][2]uint32    `json:"acked"`    // number of the text, remark
}

// Moment is a line from the people to whoever directs the rehearsal: everyone is
// in ("in"), the server is to be started anew ("restart"), or it is over ("end").
type Moment struct {
	Moment string  `json:"moment"`
	In     int     `json:"in"` // how many are
	Result *Result `json:"result,omitempty"`
}
