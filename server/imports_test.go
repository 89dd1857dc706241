package server

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// border says what a package may import directly: packages of Veche by their
// path below veche/, and others by the beginning of theirs. The standard library
// is open to all, but for what never names.
type border struct {
	packages string // a path, or path/... for all below it too
	own      []string
	others   []string
	why      string
}

const (
	fiberLib   = "github.com/gofiber/fiber/v2"
	fasthttp   = "github.com/valyala/fasthttp"
	websocket  = "github.com/gorilla/websocket"
	metricsLib = "github.com/prometheus/client_golang/prometheus"
	sqliteLib  = "modernc.org/sqlite"
	mongoLib   = "go.mongodb.org/"
	tlog       = "golang.org/x/mod/sumdb/tlog"
	bls12381   = "github.com/cloudflare/circl/ecc/bls12381"
)

// borders is the layering: who may know whom.
var borders = []border{
	{"selection/beacon", nil, []string{bls12381}, "checks a beacon's signature: the curve and nothing else"},
	{"selection/...", []string{"selection/..."}, []string{"gonum.org/v1/gonum", "github.com/tetratelabs/wazero", tlog, "golang.org/x/text"},
		"a pure library: anyone can check a draw with it"},
	{"nlp/...", []string{"nlp/..."}, []string{"gonum.org/v1/gonum", "github.com/jdkato/prose/v2", "github.com/blevesearch/snowballstem", "github.com/clipperhouse/uax29", "golang.org/x/text"},
		"a pure library: anyone can cluster with it"},
	{"server/tally", nil, []string{"gonum.org/v1/gonum"}, "pure: anyone can count again with it"},
	{"server/tally/sample", []string{"server/tally"}, nil, "made votes, for tests and measurements"},
	{"server/signal", []string{"nlp"}, []string{"gonum.org/v1/gonum"}, "pure: votes, texts and times in, advice out; anyone can look again with it"},
	{"server/double", nil, nil, "pure: people in, likely doubles out; it knows neither a topic nor where names are kept"},
	{"server/topic", []string{"selection", "nlp", "server/tally"}, nil, "the domain knows types of the pure libraries and nothing that does I/O"},
	{"server/analysis", []string{"server/topic", "selection", "selection/beacon", "nlp", "server/tally", "server/signal"}, []string{tlog}, "pure functions of a state: jobs run them, audits run them again"},
	{"server/analysis/rehearsal", []string{"server/analysis", "server/topic", "server/audit", "server/export", "selection"}, nil, "plays whole bundles without a server"},
	{"server/store", nil, nil, "an interface of bytes: it knows nothing of topics"},
	{"server/store/storetest", []string{"server/store"}, []string{"github.com/google/go-cmp"}, "the suite that every store passes"},
	{"server/store/storetest/served", []string{"server/store"}, nil, "a store of another process, for tests of several"},
	{"server/store/sqlite", []string{"server/store"}, []string{sqliteLib}, "one engine, one driver"},
	{"server/store/mongo", []string{"server/store"}, []string{mongoLib}, "one engine, one driver"},
	{"server/store/mongo/mongotest", nil, []string{mongoLib}, "a database for tests, made and dropped"},
	{"server/store/move", []string{"server/store"}, nil, "copies bytes from store to store"},
	{"server/journal", []string{"server/topic", "server/store", "server/bus"}, nil, "makes the domain durable; who calls it is not its business"},
	{"server/job", []string{"server/journal", "server/analysis", "server/export", "server/topic", "selection"}, nil, "runs analyses beside the sequencer and keeps their results"},
	{"server/intake", []string{"server/journal", "server/privacy", "server/tally", "server/topic", "selection"}, nil, "brings people and conversations in by commands"},
	{"server/similar", []string{"server/journal", "server/topic", "nlp"}, nil, "an index over committed ideas"},
	{"server/catalogue", []string{"server/journal", "server/topic", "server/analysis", "server/export", "nlp"}, nil, "what everyone may read, over committed states"},
	{"server/privacy", []string{"server/topic"}, []string{"github.com/tink-crypto/tink-go/v2", "golang.org/x/text"}, "identity sealed apart from everything: it declares what it needs of a store"},
	{"server/protection", []string{"server/privacy", "server/topic"}, nil, "counts and words: it holds nothing about anybody"},
	{"server/privacy/memory", nil, nil, "records for tests of what keeps them"},
	{"server/subject", []string{"server/journal", "server/privacy", "server/identity", "server/topic", "server/analysis", "server/audit"}, []string{"golang.org/x/mod/sumdb/note"}, "gathers and erases what is of one person: the one place that joins a person's names"},
	{"server/deletion", []string{"server/journal", "server/privacy", "server/identity", "server/subject", "server/topic", "server/audit"}, []string{"golang.org/x/mod/sumdb/note"}, "destroys whole topics: what others keep of one it is told"},
	{"server/identity", []string{"server/topic"}, []string{"github.com/coreos/go-oidc", "golang.org/x/oauth2", "github.com/go-webauthn", "github.com/pquerna/otp", "github.com/boombuler/barcode", "golang.org/x/text"}, "as privacy"},
	{"server/mail", []string{"server/topic"}, []string{"github.com/wneessen/go-mail"}, "as privacy"},
	{"server/mail/mailtest", nil, nil, "a mail server for tests"},
	{"server/export", []string{"server/topic", "server/analysis", "server/audit", "server/tally"}, []string{"github.com/xuri/excelize/v2"}, "writes files and bundles from states and results; audit defines a bundle's format"},
	{"server/audit", []string{"server/topic", "server/analysis", "selection", "selection/beacon", "nlp", "server/tally"}, []string{"golang.org/x/mod/sumdb"}, "what an outsider runs: no store, no server"},
	{"server/notary", []string{"server/audit", "server/topic"}, nil, "signs and proves what others keep: it declares what it needs of logs and records"},
	{"server/live", []string{"server/topic", "server/journal", "server/bus", "server/live/protocol", "server/limit", "server/mishap"}, []string{fiberLib, fasthttp, websocket, metricsLib}, "sockets and rooms; identity reaches it as a function value"},
	{"server/live/protocol", []string{"server/journal"}, nil, "the frames, for server and client"},
	{"server/live/client/...", []string{"server/live/client/...", "server/live/protocol", "server/journal"}, []string{websocket}, "a client that others could write from the protocol alone"},
	{"server/api", []string{"server/topic", "server/journal", "server/export", "server/audit", "server/notary", "server/job", "server/intake", "server/similar", "server/catalogue", "server/analysis", "server/signal", "server/double", "server/identity", "server/privacy", "server/protection", "server/subject", "server/deletion", "server/limit", "selection"}, []string{fiberLib}, "routes: they never touch a store or a socket"},
	{"server/limit", nil, nil, "counts and never holds whom"},
	{"server/mishap", nil, nil, "tells of a panic: any package may"},
	{"server/cluster", []string{"server/topic", "server/journal", "server/store", "server/bus"}, nil, "who the nodes are and what they ask of each other; it decides nothing about a topic"},
	{"server/bus", nil, nil, "batches from whom commits to whom shows, never the log"},
	{"server/bus/nats", []string{"server/bus"}, []string{"github.com/nats-io/nats.go"}, "batches from node to node, never the log"},
	{"server/bus/bustest", []string{"server/bus"}, nil, "the suite that every bus passes"},
	{"server/config", nil, []string{"github.com/BurntSushi/toml", "github.com/knadh/koanf"}, "settings of an installation"},
	{"server/demo", nil, nil, "a made city as data: it knows nothing of Veche"},
	{"server/backup", []string{"server/store", "server/store/sqlite", "server/journal", "server/topic", "server/audit"}, []string{"golang.org/x/crypto/argon2"}, "copies and puts back what the embedded store holds; people and keys are files to it"},
	{"server/doctor", []string{"server/backup", "server/store", "server/store/sqlite", "server/journal", "server/topic", "server/audit", "server/readiness"}, nil, "examines what the embedded store holds; what is sealed is opened for it"},
	{"server/readiness", nil, nil, "figures in, verdicts out; it measures the host and nothing of Veche"},
	{"server/play", []string{"server/demo", "server/export", "server/journal", "server/intake", "server/job", "server/analysis", "server/api", "server/identity", "server/privacy", "server/topic", "server/live/client", "server/live/protocol"}, nil, "plays the city through the same commands as people use"},
	{"server", []string{"server/...", "frontend"}, []string{fiberLib, metricsLib}, "the only place that wires"},
	{"frontend", nil, nil, "the built pages"},
	{"cmd/veche", []string{"selection/...", "nlp/...", "server", "server/tally/...", "server/signal", "server/double", "server/audit", "server/export", "server/config", "server/live/client/..."}, []string{"github.com/spf13/", "github.com/knadh/koanf", "github.com/BurntSushi/toml"}, "verbs over libraries and the server's functions"},
}

// never is what some packages must not reach, not even through others: a package
// with all below it, or, with a slash at the end, all below it only.
var never = []struct {
	packages []string
	reach    []string
	why      string
}{
	{[]string{"server/signal", "server/double"}, []string{"veche/server/", "veche/cmd/", "veche/frontend", fiberLib, fasthttp, websocket, sqliteLib, mongoLib, "database/sql", "net/http", "time/tzdata", "math/rand"},
		"it knows neither people nor a topic, and draws nothing by chance"},
	{[]string{"selection/...", "nlp/...", "server/tally"}, []string{"veche/server/", "veche/cmd/", "veche/frontend", fiberLib, fasthttp, websocket, sqliteLib, mongoLib, "database/sql", "net/http"},
		"pure libraries do no I/O of their own and know nothing of Veche"},
	{[]string{"server/tally"}, []string{"veche/selection", "veche/nlp"}, "it counts votes and nothing else"},
	{[]string{"server/topic"}, []string{"veche/server/store", "veche/server/journal", "veche/server/api", "veche/server/live", fiberLib, fasthttp, websocket, sqliteLib, mongoLib, "database/sql", "net/http", "time/tzdata", "math/rand"},
		"the domain is deterministic: no transport, no store, no chance"},
	{[]string{"server/analysis", "server/audit"}, []string{"veche/server/store", "veche/server/journal", "veche/server/api", "veche/server/live", fiberLib, fasthttp, websocket, sqliteLib, mongoLib, "database/sql"},
		"an outsider verifies without a server or a database"},
	{[]string{"server/journal", "server/job", "server/intake", "server/similar", "server/catalogue"}, []string{"veche/server/api", "veche/server/live", fiberLib, fasthttp, websocket, sqliteLib, mongoLib},
		"what makes things durable knows no transport and no engine"},
	{[]string{"server/privacy", "server/identity", "server/mail"}, []string{"veche/server/store", "veche/server/journal", "veche/server/api", fiberLib, fasthttp, sqliteLib, mongoLib},
		"identity lies apart: it joins nothing"},
	{[]string{"server/store/..."}, []string{"veche/server/api", "veche/server/live", fiberLib, fasthttp}, "a store knows no transport"},
	{[]string{"server/api"}, []string{"veche/server/store/", "veche/server/live", sqliteLib, mongoLib}, "routes ask the journal"},
	{[]string{"server/live"}, []string{"veche/server/store/", "veche/server/api", sqliteLib, mongoLib}, "rooms ask the journal"},
}

const module = "veche/"

// within says whether the package at path is one of pattern: a path, or path/...
func within(path, pattern string) bool {
	if base, ok := strings.CutSuffix(pattern, "/..."); ok {
		return path == base || strings.HasPrefix(path, base+"/")
	}
	return path == pattern
}

// listed runs go list over the whole module and answers a list for each
// package: its direct imports, or all it depends on.
func listed(t *testing.T, field string) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .`+field+` " "}}`, "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		packages[strings.TrimPrefix(fields[0], module)] = fields[1:]
	}
	if len(packages) < 20 {
		t.Fatalf("go list names only %d packages", len(packages))
	}
	return packages
}

func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && !strings.HasPrefix(path, module)
}

// Every package imports directly only what its border lets it.
func TestImports(t *testing.T) {
	for path, imports := range listed(t, "Imports") {
		at := slices.IndexFunc(borders, func(b border) bool { return within(path, b.packages) })
		if at < 0 {
			t.Errorf("%s stands in no border: say in this file what it may import, and why", path)
			continue
		}
		b := borders[at]
		for _, i := range imports {
			allowed := standard(i)
			if own, ok := strings.CutPrefix(i, module); ok {
				allowed = slices.ContainsFunc(b.own, func(p string) bool { return within(own, p) })
			} else if !allowed {
				allowed = slices.ContainsFunc(b.others, func(p string) bool { return strings.HasPrefix(i, p) })
			}
			if !allowed {
				t.Errorf("%s imports %s, which it may not: %s", path, i, b.why)
			}
		}
	}
}

// What must not be reached is not reached through others either.
func TestNeverReached(t *testing.T) {
	deps := listed(t, "Deps")
	for _, n := range never {
		found := false
		for path, all := range deps {
			if !slices.ContainsFunc(n.packages, func(p string) bool { return within(path, p) }) {
				continue
			}
			found = true
			for _, d := range all {
				for _, bad := range n.reach {
					if d == bad || strings.HasPrefix(d, strings.TrimSuffix(bad, "/")+"/") {
						t.Errorf("%s reaches %s: %s", path, d, n.why)
					}
				}
			}
		}
		if !found {
			t.Errorf("there is no package %v", n.packages)
		}
	}
}
