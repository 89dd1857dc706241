package privacy

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// RegisterFile is the register of erasures, in the directory of the keys.
const RegisterFile = "erased.jsonl"

// Erased is one entry of the register: a person whose key was destroyed, a text of
// a topic, or a topic that was deleted as a whole. Of a person it has no name and no
// words; their id is random, and leads to nobody once their records are gone.
type Erased struct {
	Time   time.Time `json:"time" class:"erasure"`
	Person string    `json:"person,omitempty" class:"erasure"`
	Texts  bool      `json:"texts,omitempty"` // what the person wrote went too; else it stayed, without an author
	Topic  string    `json:"topic,omitempty" class:"erasure"`
	Text   string    `json:"text,omitempty" class:"erasure"`   // digest of the text, in hexadecimal
	Reason string    `json:"reason,omitempty" class:"erasure"` // why the text was erased
	// Deleted is what is told of a topic that was deleted, a signed note.
	Deleted string `json:"deleted,omitempty" class:"erasure"`
}

// check says whether it names one thing, and which that can be.
func (e Erased) check() error {
	named := 0
	for _, x := range []string{e.Person, e.Text, e.Deleted} {
		if x != "" {
			named++
		}
	}
	if named != 1 || e.Topic == "" && e.Person == "" {
		return errors.New("privacy: an entry of the register names a person, a text or a topic")
	}
	return nil
}

func (e Erased) key() string { return e.Person + "\x00" + e.Topic + "\x00" + e.Text }

// Register says what was erased, so that a restored backup erases it again. It
// lies beside the keys and not in the data, since data that is restored would
// bring an older one. A restore must keep the register that is there and [Merge]
// the one of the backup into it, never put the other in its place.
type Register struct {
	path string

	mu   sync.Mutex
	list []Erased
	at   map[string]int // in list, by key
}

// OpenRegister reads the register in the directory of the keys; where there is
// none it is empty. An entry that was cut off by a crash was never acknowledged
// and does not count.
func OpenRegister(dir string) (*Register, error) {
	r := &Register{path: filepath.Join(dir, RegisterFile), at: map[string]int{}}
	f, err := os.Open(r.path)
	if errors.Is(err, os.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return nil, fmt.Errorf("privacy: the register of erasures: %w", err)
	}
	defer f.Close()
	entries, err := readErased(f)
	if err != nil {
		return nil, fmt.Errorf("privacy: %s: %w: restore it from the newest backup of the keys, or erased people may come back", r.path, err)
	}
	for _, e := range entries {
		r.note(e)
	}
	return r, nil
}

// readErased reads entries, a line each.
func readErased(from io.Reader) ([]Erased, error) {
	b, err := io.ReadAll(from)
	if err != nil {
		return nil, err
	}
	if end := bytes.LastIndexByte(b, '\n'); end >= 0 {
		b = b[:end+1]
	} else {
		b = nil
	}
	var list []Erased
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(nil, len(b)+1) // a line is what it is
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue // between an entry that was cut off and the next
		}
		var e Erased
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil || e.check() != nil {
			if cutOff(lines.Bytes()) {
				continue
			}
			return nil, fmt.Errorf("line %d is no entry of the register", n)
		}
		list = append(list, e)
	}
	return list, lines.Err()
}

// cutOff says that a line is the beginning of an entry and no more: a crash cut it
// off, and [Register.Add] began a new line behind it.
func cutOff(line []byte) bool {
	const begin = `{"time":"`
	return !bytes.HasSuffix(line, []byte("}")) && bytes.HasPrefix([]byte(begin), line[:min(len(line), len(begin))])
}

func (r *Register) note(e Erased) bool {
	if at, ok := r.at[e.key()]; ok {
		if !e.Texts || r.list[at].Texts {
			return false
		}
		r.list[at].Texts = true // erased again, with the texts
		return true
	}
	r.at[e.key()] = len(r.list)
	r.list = append(r.list, e)
	return true
}

// Add enters what is about to be erased: once it returns nil the entry survives
// the death of the machine. What stands there already is not entered again.
func (r *Register) Add(entries ...Erased) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b []byte
	var fresh []Erased
	for _, e := range entries {
		if err := e.check(); err != nil {
			return err
		}
		if at, ok := r.at[e.key()]; ok && (!e.Texts || r.list[at].Texts) {
			continue
		}
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		fresh, b = append(fresh, e), append(append(b, line...), '\n')
	}
	if len(fresh) == 0 {
		return nil
	}
	if err := r.write(b); err != nil {
		return fmt.Errorf("privacy: nothing was erased, since the register of erasures can't be written: %w", err)
	}
	for _, e := range fresh {
		r.note(e)
	}
	return nil
}

func (r *Register) write(b []byte) (err error) {
	f, err := os.OpenFile(r.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if size := info.Size(); size > 0 {
		last := []byte{0}
		if _, err := f.ReadAt(last, size-1); err != nil {
			return err
		}
		if last[0] != '\n' { // an entry was cut off: begin a new line behind it
			b = append([]byte{'\n'}, b...)
		}
	}
	if _, err := f.Write(b); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return syncDir(filepath.Dir(r.path))
}

// Erased says that a person was erased.
func (r *Register) Erased(person string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.at[Erased{Person: person}.key()]
	return ok
}

// Len is how many entries there are.
func (r *Register) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.list)
}

// Replay calls f with every entry, in the order entered, so that data which was
// restored forgets it again. f must not mind what is gone already.
func (r *Register) Replay(ctx context.Context, f func(context.Context, Erased) error) error {
	r.mu.Lock()
	list := slices.Clone(r.list)
	r.mu.Unlock()
	for _, e := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// Merge enters what another register holds, that of a backup, and answers how
// many entries were new.
func (r *Register) Merge(from io.Reader) (int, error) {
	list, err := readErased(from)
	if err != nil {
		return 0, fmt.Errorf("privacy: the other register of erasures: %w", err)
	}
	before := r.Len()
	err = r.Add(list...)
	return r.Len() - before, err
}
