package deletion

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"veche/server/audit"
)

// Notice is what is told of a topic that was deleted.
type Notice struct {
	Topic  string `json:"topic"`
	Title  string `json:"title"`
	Lang   string `json:"lang"` // of the title
	Reason string `json:"reason"`

	Asked     time.Time `json:"asked"`
	Agreed    time.Time `json:"agreed"`
	AgreedBy  string    `json:"agreed_by"` // role of the second person
	Destroyed time.Time `json:"destroyed"`

	// The log as it was: so many events under the root of their tree. Who kept the
	// public bundle, a receipt or a checkpoint can hold it against these.
	Origin string `json:"origin"`
	Events uint64 `json:"events"`
	Root   string `json:"root"`
}

// sign answers the notice as a note that is signed with the installation's key.
func (n *Notice) sign(signer note.Signer) (string, error) {
	text, err := json.MarshalIndent(n, "", " ")
	if err != nil {
		return "", err
	}
	signed, err := audit.SignText("This topic was deleted.\n"+string(text)+"\n", signer)
	return string(signed), err
}

// Read reads a notice that [Notice] was signed as. With a key its signature is
// checked.
func Read(signed string, key note.Verifier) (Notice, error) {
	text, _, _ := strings.Cut(signed, "\n\n")
	if key != nil {
		var err error
		if text, err = audit.OpenText([]byte(signed), key); err != nil {
			return Notice{}, err
		}
	}
	_, body, ok := strings.Cut(text, "\n")
	var n Notice
	if !ok || json.Unmarshal([]byte(body), &n) != nil || n.Topic == "" {
		return Notice{}, errors.New("this is no notice of a topic that was deleted")
	}
	return n, nil
}

// checkpoint says how the log was.
func (n *Notice) checkpoint(c audit.Checkpoint) {
	n.Origin, n.Events = c.Origin, c.Size
	n.Root = strings.Split(c.Text(), "\n")[2] // in base64, as there
}
