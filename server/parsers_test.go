package server

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// decoders are the calls with which bytes from outside become values. A function
// that makes one is a parser.
var decoders = []string{
	"json.Unmarshal", "json.NewDecoder", "csv.NewReader", "zip.NewReader", "zip.OpenReader", "gzip.NewReader", "flate.NewReader", "zlib.NewReader",
	"toml.Decode", "toml.Unmarshal", "yaml.Unmarshal", "xml.Unmarshal", "xml.NewDecoder", "gob.NewDecoder", "excelize.OpenReader", "excelize.OpenFile",
	"hex.Decode", "hex.DecodeString", "binary.Uvarint", "binary.Varint", "binary.ReadUvarint", "binary.Read",
	"note.Open", "note.NewVerifier", "note.NewSigner", "tlog.ParseHash", "url.Parse", "url.ParseQuery", "netip.ParseAddr", "netip.ParseAddrPort", "netip.ParsePrefix",
	"time.Parse", "pem.Decode", "x509.ParseCertificate", "mail.ParseAddress", "mail.ReadMessage", "multipart.NewReader", "html.Parse", "bufio.NewScanner", "strconv.ParseUint", "strconv.ParseInt", "strconv.ParseFloat", "strconv.Atoi", "base64.RawURLEncoding.DecodeString",
	"base64.StdEncoding.DecodeString", "base64.URLEncoding.DecodeString", "base64.RawStdEncoding.DecodeString",
}

// fuzzed names the fuzz test of each parser, by its folder and function: a test of
// its own package, or "folder Test" where it is reached from another. What begins
// with "-" says instead why bytes from outside never come there. A name that ends
// in "*" stands for all functions that begin so.
var fuzzed = map[string]string{
	"cmd/veche benchDraw": tool, "cmd/veche boardBench.*": tool, "cmd/veche drawPools.folders": tool, "cmd/veche launch": tool, "cmd/veche liveServer.answer": tool,
	"cmd/veche newBenchLiveServerCommand": tool, "cmd/veche newCrowdCommand": tool, "cmd/veche pollBench.mine": tool, "cmd/veche shareQuotas": tool,
	"cmd/veche ceremony.promisedRound": "FuzzGivenFiles", "cmd/veche mailing.codeKey": "FuzzGivenFiles", "cmd/veche mailing.commit": "FuzzGivenFiles",
	"cmd/veche parseTime": "FuzzGivenFiles", "cmd/veche readChances": "FuzzGivenFiles", "cmd/veche readMailing": "FuzzGivenFiles", "cmd/veche readMailingProof": "FuzzGivenFiles",
	"cmd/veche seating.bounds": "FuzzGivenFiles", "cmd/veche sniff": "FuzzGivenFiles", "cmd/veche verifying.receipts": "FuzzGivenFiles",
	"cmd/veche readPassphrase":        own,
	"cmd/veche readSortitionSettings": "FuzzSortitionSettings",

	"nlp Unpack": "FuzzReadIdeas", "nlp newTabbed": "FuzzReadIdeas", "nlp readLines": "FuzzReadIdeas", "nlp readTable": "FuzzReadIdeas", "nlp scalar": "FuzzReadIdeas",
	"nlp ReadMap": "FuzzReadMap", "nlp ReadPrevious": "FuzzReadPrevious", "nlp/labelled *": "-labelled texts of this repository, for tests",
	"nlp/model2vec parseTokenizer": "FuzzOpen", "nlp/model2vec readTensor": "FuzzOpen",

	"selection Digest.UnmarshalText": "FuzzReadProof", "selection Salt.UnmarshalText": "FuzzReadReceipt", "selection Proof.MatchesReport": "FuzzReadProof", "selection readJSON": "FuzzReadProof",
	"selection NewTable": "FuzzTable", "selection ParseStrata": "FuzzParseStrata", "selection Strata.*": "FuzzParseStrata", "selection ReadQuotas": "FuzzReadQuotas", "selection plainNumber": "FuzzReadQuotas",
	"selection ReadTables": "FuzzReadTables", "selection ReadTotals": "FuzzReadTotals", "selection ReadWeights": "FuzzReadLists", "selection applicants.add": "FuzzReadTurnout",
	"selection parseDecimal":             "FuzzReadPopulation",
	"selection/beacon Hex.UnmarshalText": "FuzzReadChain", "selection/beacon Promise.Check": "FuzzReadRound", "selection/beacon decode": "FuzzReadRound", "selection/beacon mustHex": "-constants of the program",

	"server ReadBench": tool, "server performance.*": tool, "server Server.*": own, "server desk.ask": own, "server readBackedUp": own, "server Server.serveErrand": "FuzzErrand", "server publicOrigin": "server/config FuzzFile",
	"server/analysis BeaconValue": "FuzzBeaconValue", "server/analysis Removals.Stratify": "server/topic FuzzParts", "server/analysis Strata": "server/topic FuzzParts", "server/analysis number": own, "server/analysis parseAs": "FuzzResults",
	"server/api API.*": "server FuzzRoutes", "server/api Allowed": "FuzzRequest", "server/api cursor": "FuzzRequest", "server/api ideaNumbers": "FuzzRequest", "server/api keyOf": "FuzzRequest", "server/api number": "server FuzzRoutes",
	"server/api ofReceipt": "server FuzzRoutes", "server/api openQuery": "FuzzRequest", "server/api query": "FuzzRequest", "server/api readJSON": "FuzzRequest",
	"server/audit Archive.CheckFiles": "FuzzBundle", "server/audit Hash.UnmarshalText": "FuzzManifest", "server/audit Line.Body": "FuzzLines", "server/audit NewSigner": own, "server/audit OpenZip": "FuzzBundle",
	"server/audit OpenText": "FuzzSignedText", "server/audit ParseKey": "FuzzSignedText", "server/audit ParseBallotReceipt": "FuzzBallotReceipt", "server/audit ParseCheckpoint": "FuzzCheckpoint", "server/audit ParseManifest": "FuzzManifest",
	"server/audit Cosigner.Cosign": "FuzzCosigned", "server/audit OpenCosigned": "FuzzCosigned", "server/audit ParseSeed": "FuzzCosigned", "server/audit openKept": "FuzzCosigned", "server/audit OpenHandover": "FuzzHandover",
	"server/audit ParseEventReceipt": "FuzzEventReceipt", "server/audit readEntries": "FuzzLog",
	"server/cluster wire.*": "FuzzRequest", "server/cluster Node.*": own, "server/store/storetest/served *": "-a store for tests",
	"server/bus/nats reader.*": "FuzzDecode", "server/bus/nats redact": "server/config FuzzFile",
	"cmd/veche visit.ask": "server/audit FuzzCosigned", "cmd/veche witnessing.run": "server/audit FuzzWitness",
	"server/notary *": own, "server/store/move *": own, "server/subject *": own,
	"server/audit ReadLines": "FuzzLines", "server/audit Votes.line": "FuzzVotes", "server/audit Votes.pairLine": "FuzzReadPairs", "server/audit ballotLine": "FuzzBundle", "server/audit newLines": "FuzzLines",
	"server/audit parseBallot": "FuzzVotes", "server/audit parseDay": "FuzzVotes",
	"server/store/mongo *": own, "server/store/mongo/mongotest *": tool, "server/backup *": "FuzzUnpack", "server/catalogue Catalogue.hits": own, "server/similar *": own,
	"server/config *": "FuzzFile", "server/deletion Read": "FuzzNotice", "server/demo *": "-files of this repository, built in",
	"server/export Row.UnmarshalJSON": "FuzzRow", "server/export identifier.*": "FuzzRow",
	"server/identity MailAddress": "FuzzMailAddress", "server/identity Directory.*": "FuzzCredentials",
	"server/intake ParseDay": "FuzzReadPapers", "server/intake openSheet": "FuzzReadPeople",
	"server/journal *":     own,
	"server/live parseHop": "FuzzClientAddress", "server/live/protocol *": "FuzzDecode",
	"server/live/client *": tool, "server/live/client/crowd *": tool, "server/live/client/swarm *": "FuzzReadAnswer", "server/readiness *": tool,
	"server/privacy Vault.*": own, "server/privacy readErased": own, "server/privacy parseSeal": own, "server/privacy parseSign": own, "server/mail Queue.*": own, "server/mail/mailtest *": tool,
	"server/tally Conversation.*": "FuzzReadPolis", "server/tally polisFolder.*": "FuzzReadPolis", "server/tally natural": "FuzzReadVotes", "server/tally openTable": "FuzzReadVotes", "server/tally Ranking.UnmarshalBinary": "FuzzRanking",
	"server/topic ParseDigest": "FuzzParts", "server/topic ParseRow": "FuzzParts", "server/topic Weight.UnmarshalJSON": "FuzzParts", "server/topic readUvarint": "FuzzDecodeEvent",
}

const (
	tool = "-a measuring tool reads its own server"
	own  = "-reads back what this program wrote or made"
)

// Every function that reads bytes from outside has a fuzz test; scripts/fuzz runs
// them all.
func TestEveryParserIsFuzzed(t *testing.T) {
	tests := fuzzTests(t)
	used := map[string]bool{}
	for _, parser := range parserFunctions(t) {
		dir, name, _ := strings.Cut(parser, " ")
		keys := []string{parser, dir + " *"}
		if on, _, ok := strings.Cut(name, "."); ok {
			keys = append(keys, dir+" "+on+".*")
		}
		target := ""
		for _, key := range keys {
			if fuzzed[key] != "" && target == "" {
				target, used[key] = fuzzed[key], true
			}
		}
		switch {
		case target == "":
			t.Errorf("%s reads bytes and no fuzz test is named for it here: write one and name it", parser)
		case target[0] == '-':
		default:
			if in, test, ok := strings.Cut(target, " "); ok {
				dir, target = in, test
			}
			if !slices.Contains(tests, dir+" "+target) {
				t.Errorf("%s: there is no %s in %s", parser, target, dir)
			}
		}
	}
	for key := range fuzzed {
		if !used[key] {
			t.Errorf("%s is no parser any more", key)
		}
	}
	t.Logf("%d fuzz tests", len(tests))
}

var fuzzTest = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(f \*testing\.F\)`)

// fuzzTests lists "folder Test" of all fuzz tests; one without seeds fails.
func fuzzTests(t *testing.T) (found []string) {
	for _, top := range []string{"cmd", "nlp", "selection", "server"} {
		err := filepath.WalkDir(filepath.Join("..", top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range fuzzTest.FindAllStringSubmatchIndex(string(text), -1) {
				name := string(text[m[2]:m[3]])
				found = append(found, strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../")+" "+name)
				kept, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "testdata", "fuzz", name, "*"))
				body, _, _ := strings.Cut(string(text[m[0]:]), "\n}")
				if len(kept) == 0 && !strings.Contains(body, "f.Add(") && !strings.Contains(body, "seeds(f") {
					t.Errorf("%s: %s has no seeds", path, name)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

func parserFunctions(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, top := range []string{"cmd", "nlp", "selection", "server"} {
		err := filepath.WalkDir(filepath.Join("..", top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
			if err != nil {
				return err
			}
			dir := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../")
			for _, decl := range file.Decls {
				f, ok := decl.(*ast.FuncDecl)
				if !ok || f.Body == nil {
					continue
				}
				if !slices.ContainsFunc(decoders, func(call string) bool { return calls(f.Body, call) }) {
					continue
				}
				name := f.Name.Name
				if f.Recv != nil {
					name = receiver(f.Recv.List[0].Type) + "." + name
				}
				found = append(found, dir+" "+name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func receiver(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.StarExpr:
		return receiver(x.X)
	case *ast.IndexExpr:
		return receiver(x.X)
	case *ast.Ident:
		return x.Name
	}
	return "?"
}

// calls says whether a body names pkg.Func or pkg.Value.Func.
func calls(body ast.Node, call string) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && dotted(s) == call {
			found = true
		}
		return !found
	})
	return found
}

func dotted(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.SelectorExpr:
		return dotted(x.X) + "." + x.Sel.Name
	case *ast.Ident:
		return x.Name
	}
	return "?"
}
