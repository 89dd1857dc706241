package server

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"veche/server/identity"
	"veche/server/live/client"
	"veche/server/topic"
)

// dial opens a socket as someone; what ends it goes to ended.
func (w *town) dial(name string, ended chan<- error) error {
	w.Helper()
	c, err := client.Dial(w.Context(), w.url+"/live", "veche_session="+w.cookies[name], client.Options{Cut: func(err error) { ended <- err }})
	if err == nil {
		w.Cleanup(c.Close)
	}
	return err
}

// What the command line does to someone's account beside a running server closes
// that person's sockets within a second, and no one else's.
func TestAccountsBesideTheServer(t *testing.T) {
	dir := t.TempDir()
	w := openTown(t, dir, "other")
	a, done, err := OpenAccounts(t.Context(), Options{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := a.(desk); !ok {
		t.Fatalf("the accounts are %T, not those of the running server", a)
	}
	others := make(chan error, 10)
	if err := w.dial("other", others); err != nil {
		t.Fatal(err)
	}
	const sockets = 3
	for _, c := range []struct {
		name  string
		act   func(id string) error
		roles []topic.Role // afterwards
		spent bool         // a code given before works no more
	}{
		{"role", func(id string) error { return a.SetRoles(t.Context(), id, []topic.Role{topic.RoleAuditor}) }, []topic.Role{topic.RoleAuditor}, false},
		{"revoke", func(id string) error { return a.Revoke(t.Context(), id) }, nil, true},
		{"reset", func(id string) error { return a.ResetStep(t.Context(), id) }, []topic.Role{topic.RoleFacilitator}, false},
		{"sessions", func(id string) error { return w.server.People.EndAll(t.Context(), id) }, []topic.Role{topic.RoleFacilitator}, false},
	} {
		p := w.enter(c.name, topic.RoleFacilitator)
		ended := make(chan error, sockets)
		for range sockets {
			if err := w.dial(c.name, ended); err != nil {
				t.Fatal(err)
			}
		}
		code, err := a.NewCode(t.Context(), p.ID, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.act(p.ID); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		late := time.After(time.Second)
		for n := range sockets {
			select {
			case err := <-ended:
				if err == nil || !strings.Contains(err.Error(), "4001") {
					t.Errorf("%s: a socket ended with %v", c.name, err)
				}
			case <-late:
				t.Fatalf("%s: %d of %d sockets are open after a second", c.name, sockets-n, sockets)
			}
		}
		var status *client.StatusError
		if err := w.dial(c.name, ended); !errors.As(err, &status) || status.Status != http.StatusUnauthorized {
			t.Errorf("%s: the old session opens a socket: %v", c.name, err)
		}
		_, again, err := w.server.People.Redeem(t.Context(), code)
		if spent := errors.Is(err, identity.ErrCode); spent != c.spent {
			t.Errorf("%s: an older code: %v", c.name, err)
		}
		if c.spent {
			if again, err = w.server.People.Person(t.Context(), p.ID); err != nil {
				t.Fatal(err)
			}
		}
		if len(again.Roles) != len(c.roles) || len(c.roles) > 0 && again.Roles[0] != c.roles[0] {
			t.Errorf("%s: roles are %v, want %v", c.name, again.Roles, c.roles)
		}
	}
	select {
	case err := <-others:
		t.Errorf("another's socket ended: %v", err)
	default:
	}
	if err := a.Revoke(t.Context(), "nobody"); err == nil || err.Error() != identity.ErrNobody.Error() {
		t.Errorf("revoking nobody: %v", err)
	}
	if err := done(); err != nil {
		t.Error(err)
	}
}

// Where no server runs, also after one was killed and left its socket, the
// accounts are opened by oneself.
func TestAccountsWithoutAServer(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, deskFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		a, done, err := OpenAccounts(t.Context(), Options{Data: dir})
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := a.(*Server); !ok {
			t.Fatalf("the accounts are %T", a)
		}
		if _, _, err := a.AddUser(t.Context(), "Anna", nil, time.Hour); err != nil {
			t.Error(err)
		}
		if err := done(); err != nil {
			t.Error(err)
		}
	}
	openTown(t, dir)
	a, _, err := OpenAccounts(t.Context(), Options{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.NewCode(ctx, "x", time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
