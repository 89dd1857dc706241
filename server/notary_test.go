package server

import (
	"crypto/ed25519"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"veche/server/audit"
)

// witness is an auditor's key, the same in every test.
func witness(tb testing.TB) *audit.Cosigner {
	tb.Helper()
	w, err := audit.NewCosigner("auditor.example", ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

// cosigned signs a checkpoint that was answered, as a body to send.
func cosigned(w *town, a answer) string {
	w.Helper()
	key, err := audit.ParseKey(a.field("key").(string))
	if err != nil {
		w.Fatal(err)
	}
	both, err := witness(w).Cosign([]byte(a.field("checkpoint").(string)), key, time.Unix(1_800_000_000, 0))
	if err != nil {
		w.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"note": string(both)})
	if err != nil {
		w.Fatal(err)
	}
	return string(body)
}

// A receipt leads to its place in the record with what everyone may read, and the
// witness's signature is there after a new start.
func TestReceiptsLeadToTheRecord(t *testing.T) {
	dir := t.TempDir()
	o := Options{Data: dir, Witnesses: []string{witness(t).PublicKey()}}
	w := openTownWith(t, o, "anna", "boris")
	w.must(201, "POST", "/api/topics", "planner", `{"client_id":"t",`+topicBody[1:])
	w.must(200, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"s","stage":0}`)
	for _, who := range []string{"boris", "anna"} {
		w.must(201, "POST", "/api/topics/bank/application", who, `{"client_id":"`+who+`","answers":{"age":"young"},"interests":[],"sessions":["evening"],"languages":["en"],"consent":"1"}`)
	}
	const record = "/api/open/v1/topics/bank/record"
	signed := w.must(200, "GET", record, "", "")
	receipt, err := audit.ParseEventReceipt([]byte(w.must(200, "GET", "/api/topics/bank/application/receipt", "anna", "").body))
	if err != nil {
		t.Fatal(err)
	}
	key, err := audit.ParseKey(signed.field("key").(string))
	if err != nil {
		t.Fatal(err)
	}
	point, err := audit.OpenCheckpoint([]byte(signed.field("checkpoint").(string)), key)
	if err != nil {
		t.Fatal(err)
	}
	var group audit.Group
	if err := json.Unmarshal([]byte(w.must(200, "GET", record+"/groups/1", "", "").body), &group); err != nil {
		t.Fatal(err)
	}
	if err := group.Check(point); err != nil || !group.Holds(receipt.Seq, receipt.Leaf) || group.Holds(receipt.Seq+1, receipt.Leaf) {
		t.Errorf("the application is not found in the record: %v", err)
	}
	body := cosigned(w, signed)
	if a := w.send("POST", "/api/topics/bank/record/cosignatures", "", strings.Replace(body, "veche/bank", "veche/lake", 1)); a.status != 422 {
		t.Errorf("another topic's checkpoint: %d %s", a.status, a.body)
	}
	w.must(200, "POST", "/api/topics/bank/record/cosignatures", "", body)
	again := w.must(200, "GET", record, "", "")
	list := listOf(again.field("cosigned"))
	if len(list) != 1 {
		t.Fatalf("cosigned are %v", list)
	}
	got, err := audit.OpenCosigned([]byte(list[0].(string)), key, witness(t).Witness)
	if err != nil || got.Checkpoint != point {
		t.Errorf("%+v, %v", got, err)
	}
}
