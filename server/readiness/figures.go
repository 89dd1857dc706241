package readiness

import "math"

// Unknown is a figure that could not be measured.
var Unknown = math.NaN()

// Figures are what a rehearsal found. A float that is [Unknown] was not
// measured. Times are milliseconds unless a field says otherwise.
type Figures struct {
	Topic   Topic
	Host    Host
	Server  Server
	Play    Play
	Restart Restart
}

// Topic is how far the real topic is.
type Topic struct {
	Draw         bool // people are drawn
	Panel        int  // seats that the settings want
	Accepted     int  // seats accepted, or people without a draw
	Seated       int  // of them, at a table
	TableSize    int
	Tables       int // rehearsed
	Steps        int // of the agenda of a table
	Minutes      float64
	For, Against int // argument cards
	Briefed      bool
	Facilitators int // people with that role
	Moderators   int
}

// Host is the machine.
type Host struct {
	Cores            int
	Memory           float64 // bytes, in all
	DiskFree         float64 // bytes, where the data lies
	SyncP50          float64 // of a write that is forced to disk
	SyncP99          float64
	Backlog          float64 // connections that may wait to be accepted
	ClockDisciplined float64 // 1 while a time service keeps the clock, 0 if none does
	Others           float64 // processors that all other processes took meanwhile
	ClockStep        float64 // the most that the clock jumped during the rehearsal
}

// Server is what the server's process took.
type Server struct {
	Descriptors float64 // how many it may open
	IdleSocket  float64 // bytes of resident memory a socket of someone who listens
	Peak        float64 // bytes of resident memory, the most
	CPU         float64 // processors in use while people debated, on average
	Grown       float64 // bytes that the debate wrote to disk
	Seconds     float64 // over which Grown and CPU were measured
	CrowdCPU    float64 // processors that the simulated people took
}

// Play is what the simulated people met.
type Play struct {
	People, NoShows, Expected, Joined int // Expected: those who came; Joined: those who got in
	ConnectP50, ConnectP99            float64
	Said, Refused                     int
	AckP50, AckP99                    float64
	ReceiptP50, ReceiptP99            float64
	Receipts                          int64
	StallQuietP99, StallP99           float64 // receipts of the healthy before and while some stalled
	Stalled                           int
	Cuts, Back                        int // connections cut, and back again
	BackP99                           float64
	Missed                            int64 // remarks that someone at the table never got
	Lost, Doubled                     int   // acknowledged and not in the log; in it twice
	StepP99                           float64
	Steps                             int // that the facilitator opened
	Turns                             int
	TurnTables                        int // tables where somebody had the floor
	Late, LateJoined                  int
	WallP99                           float64
	Asked, Flagged, Reacted, Reports  int
	Problems                          map[string]int // refusals by code
}

// Restart is how people came back after the server was started anew.
type Restart struct {
	People int     // who were in
	Back   int     // who came back
	P99    float64 // until 99 % of them were back; Unknown if they were not
}
