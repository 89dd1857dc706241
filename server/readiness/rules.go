package readiness

import "math"

// rule is a row of the list: what is measured and what it is held against.
type rule struct {
	area, name, unit string
	most             bool // a small value is good
	value            func(f *Figures) float64
	bounds           func(f *Figures) (good, stop float64)
	applies          func(f *Figures) bool // nil: always
	advice           string
}

const (
	kib = 1 << 10
	gib = 1 << 30
)

// never is the bound of what is to be looked at at most.
func never(most bool) float64 {
	if most {
		return math.Inf(1)
	}
	return math.Inf(-1)
}

// fixed are bounds that hang on nothing.
func fixed(good, stop float64) func(*Figures) (float64, float64) {
	return func(*Figures) (float64, float64) { return good, stop }
}

// none demands that there is nothing of what is counted.
var none = fixed(0, 0)

func count[T int | int64](x func(f *Figures) T) func(f *Figures) float64 {
	return func(f *Figures) float64 { return float64(x(f)) }
}

// share is part of whole in percent, of nothing Unknown.
func share(part, whole int) float64 {
	if whole == 0 {
		return Unknown
	}
	return 100 * float64(part) / float64(whole)
}

// Descriptors is how many files a server needs to open for a number of people:
// a socket each, those of people who come back before the old one is noticed,
// and its own.
func Descriptors(people int) int { return people + people/4 + 200 }

// DiskFor is how many bytes must be free for a debate of the agenda's length:
// what the rehearsal wrote, for as long as the agenda takes, three times, for
// copies and the days between rounds; and a GiB.
func (f *Figures) DiskFor() float64 {
	seconds := max(f.Topic.Minutes, 60) * 60
	if f.Server.Seconds <= 0 || math.IsNaN(f.Server.Grown) {
		return gib
	}
	return gib + 3*f.Server.Grown/f.Server.Seconds*seconds
}

// seated is how many people have a place where they will debate: at a table, or
// in the hall if the topic has no tables.
func seated(f *Figures) int {
	if f.Topic.TableSize == 0 {
		return f.Topic.Accepted
	}
	return f.Topic.Seated
}

func hasAgenda(f *Figures) bool { return f.Topic.Steps > 0 }

// manyStalled says that the waits of those beside the stalled say something: the
// p99 of a few hundred receipts is one bad moment of the machine.
func manyStalled(f *Figures) bool { return f.Play.Stalled > 0 && f.Play.Receipts >= 20_000 }

// rules are all checks in the order of the list.
var rules = []rule{
	{
		area: "topic", name: "steps of the agenda", value: count(func(f *Figures) int { return f.Topic.Steps }), bounds: fixed(1, never(false)),
		advice: "Tables without an agenda have no clock and no turns: write one under Plan, Debate.",
	},
	{
		area: "topic", name: "people who are seated", value: count(seated), bounds: fixed(1, 1),
		applies: func(f *Figures) bool { return f.Topic.Draw },
		advice:  "Nobody is seated: draw and seat first.",
	},
	{
		area: "topic", name: "argument cards for and against", value: func(f *Figures) float64 { return float64(min(f.Topic.For, f.Topic.Against)) }, bounds: fixed(1, never(false)),
		advice: "Give people the best arguments of each side before they talk: add cards under Plan, Debate.",
	},
	{
		area: "topic", name: "seats accepted", unit: "%", value: func(f *Figures) float64 { return share(f.Topic.Accepted, f.Topic.Panel) }, bounds: fixed(95, never(false)),
		applies: func(f *Figures) bool { return f.Topic.Panel > 0 },
		advice:  "Fill the declined seats from the reserves, and ask those who have not answered.",
	},
	{
		area: "topic", name: "accepted people at a table", unit: "%", value: func(f *Figures) float64 { return share(f.Topic.Seated, f.Topic.Accepted) }, bounds: fixed(99, never(false)),
		applies: func(f *Figures) bool { return f.Topic.Accepted > 0 && f.Topic.TableSize > 0 },
		advice:  "Seat the tables under Plan, Tables, before the debate opens.",
	},
	{
		area: "topic", name: "facilitators", value: count(func(f *Figures) int { return f.Topic.Facilitators }),
		bounds: func(f *Figures) (float64, float64) {
			return float64(NewStaffing(f.Topic.Tables).Facilitators), never(false)
		},
		applies: func(f *Figures) bool { return f.Topic.Tables > 0 },
		advice:  "Add facilitators (veche user add --name NAME --role facilitator) and give each about 50 tables on the wall.",
	},
	{
		area: "topic", name: "moderators", value: count(func(f *Figures) int { return f.Topic.Moderators }), bounds: fixed(1, never(false)),
		advice: "Somebody must answer reports while a facilitator is busy: veche user add --name NAME --role moderator.",
	},

	{
		area: "host", name: "files that the server may open", value: func(f *Figures) float64 { return f.Server.Descriptors },
		bounds: func(f *Figures) (float64, float64) {
			return float64(Descriptors(f.Play.People)), float64(f.Play.People + 200)
		},
		advice: "Raise the limit of open files: LimitNOFILE=65536 in the unit, or ulimit -n 65536.",
	},
	{
		area: "host", name: "connections that may wait", value: func(f *Figures) float64 { return f.Host.Backlog }, bounds: fixed(1024, never(false)),
		advice: "sysctl -w net.core.somaxconn=4096: people who all come in one minute are turned away otherwise.",
	},
	{
		area: "host", name: "write to disk, p99", unit: "ms", most: true, value: func(f *Figures) float64 { return f.Host.SyncP99 }, bounds: fixed(50, 500),
		advice: "Every message waits for the disk: put the data on a local SSD, and stop what else writes to it.",
	},
	{
		area: "host", name: "disk free", unit: "GiB", value: func(f *Figures) float64 { return f.Host.DiskFree / gib },
		bounds: func(f *Figures) (float64, float64) { return f.DiskFor() / gib, f.DiskFor() / gib / 3 },
		advice: "Make room where the data lies, or move it: a full disk stops the debate.",
	},
	{
		area: "host", name: "processors that others took, of the machine's", unit: "%", most: true, value: func(f *Figures) float64 { return 100 * f.Host.Others / float64(f.Host.Cores) }, bounds: fixed(15, never(true)),
		advice: "Something else runs here, and every wait below is longer for it: stop it, or move it, and rehearse again.",
	},
	{
		area: "host", name: "clock kept by a time service", unit: YesNo, value: func(f *Figures) float64 { return f.Host.ClockDisciplined }, bounds: fixed(1, never(false)),
		advice: "Run chrony or systemd-timesyncd: steps and turns end by this clock.",
	},
	{
		area: "host", name: "clock jumped by", unit: "ms", most: true, value: func(f *Figures) float64 { return f.Host.ClockStep }, bounds: fixed(200, 5000),
		advice: "Something set the clock meanwhile: let one time service keep it, slewing and not stepping.",
	},

	{
		area: "server", name: "memory of an idle socket", unit: "KiB", most: true, value: func(f *Figures) float64 { return f.Server.IdleSocket / kib }, bounds: fixed(32, never(true)),
		applies: func(f *Figures) bool { return f.Play.Expected >= 500 }, // below, the process's own ups and downs are larger
		advice:  "More than this version takes elsewhere: look at the server's metrics for what else it holds.",
	},
	{
		area: "server", name: "memory at most, of the machine's", unit: "%", most: true, value: func(f *Figures) float64 { return 100 * f.Server.Peak / f.Host.Memory }, bounds: fixed(50, 80),
		advice: "Use a machine with more memory, and stop what else runs on it.",
	},
	{
		area: "server", name: "processors in use, of the machine's", unit: "%", most: true, value: func(f *Figures) float64 { return 100 * f.Server.CPU / float64(f.Host.Cores) }, bounds: fixed(60, 95),
		advice: "Use a machine with more or faster processors; a lower hall rate saves the most.",
	},
	{
		area: "server", name: "processors the simulated people took", unit: "%", most: true, value: func(f *Figures) float64 { return 100 * f.Server.CrowdCPU / float64(f.Host.Cores) }, bounds: fixed(50, never(true)),
		advice: "The simulated people slowed the server down, so waits are told longer than they will be: believe those that are go.",
	},

	{
		area: "room", name: "people who got in", unit: "%", value: func(f *Figures) float64 { return share(f.Play.Joined, f.Play.Expected) }, bounds: fixed(99.9, 99),
		advice: "Look at the refusals below and at the limits of sockets: limits.sockets, limits.sockets_per_address.",
	},
	{
		area: "room", name: "getting in, p99", unit: "ms", most: true, value: func(f *Figures) float64 { return f.Play.ConnectP99 }, bounds: fixed(3000, 15_000),
		advice: "Open the doors a quarter of an hour early, so that not all come in the same minute.",
	},
	{
		area: "room", name: "message until it is kept, p99", unit: "ms", most: true, value: func(f *Figures) float64 { return f.Play.AckP99 }, bounds: fixed(300, 2000),
		advice: "The disk or the processors are too slow for so many who speak: see the lines of the host.",
	},
	{
		area: "room", name: "message until others have it, p99", unit: "ms", most: true, value: func(f *Figures) float64 { return f.Play.ReceiptP99 }, bounds: fixed(500, 3000),
		advice: "The processors are too slow for so many who listen: lower the hall rate, or use a larger machine.",
	},
	{
		area: "room", name: "new step until all tables have it, p99", unit: "ms", most: true, value: func(f *Figures) float64 { return f.Play.StepP99 }, bounds: fixed(1000, 5000),
		applies: hasAgenda,
		advice:  "Open steps for a part of the tables at a time (Rooms from … to … on the wall).",
	},
	{
		area: "room", name: "tables where people took turns", unit: "%", value: func(f *Figures) float64 { return share(f.Play.TurnTables, f.Topic.Tables) }, bounds: fixed(90, 50),
		applies: func(f *Figures) bool { return f.Topic.Tables > 0 && f.Play.TurnTables >= 0 },
		advice:  "The queue of speakers did not move: look at the server's log.",
	},
	{
		area: "room", name: "the wall of tables, p99", unit: "ms", most: true, value: func(f *Figures) float64 { return f.Play.WallP99 }, bounds: fixed(1000, 10_000),
		applies: func(f *Figures) bool { return f.Topic.Tables > 0 },
		advice:  "Facilitators wait too long for the wall: give each a part of the tables.",
	},
	{
		area: "room", name: "messages lost", most: true, value: count(func(f *Figures) int { return f.Play.Lost }), bounds: none,
		advice: "Do not open the debate. Keep the rehearsal's data and the server's log, and report it.",
	},
	{
		area: "room", name: "messages that stand twice", most: true, value: count(func(f *Figures) int { return f.Play.Doubled }), bounds: none,
		advice: "Do not open the debate. Keep the rehearsal's data and the server's log, and report it.",
	},
	{
		area: "room", name: "messages that somebody at the table never got", most: true, value: count(func(f *Figures) int64 { return f.Play.Missed }), bounds: none,
		advice: "Do not open the debate. Keep the rehearsal's data and the server's log, and report it.",
	},
	{
		area: "room", name: "messages refused or not answered", unit: "%", most: true, value: func(f *Figures) float64 { return share(f.Play.Refused, f.Play.Said+f.Play.Refused) }, bounds: fixed(2, 20),
		advice: "People who keep to the rules are refused: see the refusals below, and the limits of messages and remarks.",
	},
	{
		area: "room", name: "latecomers who got in", unit: "%", value: func(f *Figures) float64 { return share(f.Play.LateJoined, f.Play.Late) }, bounds: fixed(99, 90),
		applies: func(f *Figures) bool { return f.Play.Late > 0 },
		advice:  "Look at the limits of sockets and at the server's log.",
	},
	{
		area: "room", name: "waits with 2 % stalled, of those without", unit: "%", most: true, value: func(f *Figures) float64 {
			if f.Play.StallQuietP99 <= 0 {
				return Unknown
			}
			return 100 * f.Play.StallP99 / f.Play.StallQuietP99
		}, bounds: fixed(150, never(true)), applies: manyStalled,
		advice: "People on bad networks slow the others down, or the machine was busy with something else: rehearse again.",
	},
	{
		area: "room", name: "people back after a cut", unit: "%", value: func(f *Figures) float64 { return share(f.Play.Back, f.Play.Cuts) }, bounds: fixed(99, 90),
		applies: func(f *Figures) bool { return f.Play.Cuts > 0 },
		advice:  "Look at the limits of sockets: a cut socket counts until the server notices.",
	},

	{
		area: "restart", name: "99 % back after a restart", unit: "s", most: true, value: func(f *Figures) float64 { return f.Restart.P99 / 1000 }, bounds: fixed(15, 60),
		advice: "Do not restart during the debate unless you must, and tell people that they will be back by themselves.",
	},
	{
		area: "restart", name: "people back after a restart", unit: "%", value: func(f *Figures) float64 { return share(f.Restart.Back, f.Restart.People) }, bounds: fixed(99, 90),
		advice: "Do not restart during the debate, and look at the server's log for who was refused.",
	},
}
