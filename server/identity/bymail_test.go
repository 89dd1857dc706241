package identity

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"veche/server/privacy/memory"
)

// office is a directory at a time of its own.
type office struct {
	*Directory
	now     time.Time
	records *memory.Records
}

func openOffice() *office {
	o := &office{now: time.Date(2030, 5, 1, 12, 0, 0, 0, time.UTC), records: memory.New()}
	o.Directory = NewDirectory(o.records, memory.Unsealed{}, func() time.Time { return o.now })
	return o
}

func (o *office) ask(t *testing.T, address string) (Letter, string) {
	t.Helper()
	l, browser, err := o.AskByMail(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return l, browser
}

// wrongDigits are others than those of the letter.
func wrongDigits(l Letter) string {
	if l.Digits == "000000" {
		return "000001"
	}
	return "000000"
}

func TestSignInByMail(t *testing.T) {
	o := openOffice()
	l, browser := o.ask(t, " Anna@Mail.Example ")
	if l.Address != "anna@mail.example" || len(l.Digits) != 6 {
		t.Fatalf("%+v", l)
	}
	token, p, err := o.RedeemLink(t.Context(), l.Link)
	if err != nil || p.Assurance != AssuranceMail {
		t.Fatalf("%+v, %v", p, err)
	}
	if got, err := o.Resolve(t.Context(), Cookie(p, token)); err != nil || got.ID != p.ID || got.Key != p.Key {
		t.Errorf("signed in as %+v: %v", got, err)
	}
	if _, _, err := o.RedeemLink(t.Context(), l.Link); !errors.Is(err, ErrCode) {
		t.Errorf("the link worked again: %v", err)
	}
	if _, _, err := o.RedeemDigits(t.Context(), browser, l.Digits); !errors.Is(err, ErrDigits) {
		t.Errorf("the digits worked after the link: %v", err)
	}
	l, browser = o.ask(t, "anna@mail.example")
	_, again, err := o.RedeemDigits(t.Context(), browser, l.Digits[:3]+" "+l.Digits[3:])
	if err != nil || again.ID != p.ID {
		t.Errorf("came back as %+v: %v", again, err)
	}
	if _, _, err := o.RedeemLink(t.Context(), l.Link); !errors.Is(err, ErrCode) {
		t.Errorf("the link worked after the digits: %v", err)
	}
}

func TestSignInByMailIsRefused(t *testing.T) {
	o := openOffice()
	l, browser := o.ask(t, "anna@mail.example")
	other, otherBrowser := o.ask(t, "boris@mail.example")
	id, _, _ := strings.Cut(l.Link, ".")
	_, otherSecret, _ := strings.Cut(otherBrowser, ".")
	for _, c := range []struct{ name, browser, digits string }{
		{"another browser", otherBrowser, l.Digits + "x"},
		{"no browser", "", l.Digits},
		{"another browser's secret", id + "." + otherSecret, l.Digits},
		{"the link's public half", id + ".", l.Digits},
		{"a path", "../" + browser, l.Digits},
	} {
		if _, _, err := o.RedeemDigits(t.Context(), c.browser, c.digits); !errors.Is(err, ErrDigits) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for _, word := range []string{"", ".", id, id + ".", id + "." + strings.Repeat("A", 26), strings.Replace(l.Link, id, strings.SplitN(other.Link, ".", 2)[0], 1), l.Link + "A"} {
		if _, _, err := o.RedeemLink(t.Context(), word); !errors.Is(err, ErrCode) {
			t.Errorf("link %q: %v", word, err)
		}
	}
	o.now = o.now.Add(MailLife + time.Second)
	if _, _, err := o.RedeemLink(t.Context(), l.Link); !errors.Is(err, ErrCode) {
		t.Errorf("an expired link: %v", err)
	}
	if err := o.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := o.records.Each(t.Context(), kindByMail, "", func(id string, _ []byte) error {
		t.Errorf("%s was not swept", id)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// Of many guesses at once only a few are compared, and the link goes on working.
func TestDigitsEndAfterAFew(t *testing.T) {
	o := openOffice()
	l, browser := o.ask(t, "anna@mail.example")
	var wait sync.WaitGroup
	for range 40 {
		wait.Go(func() {
			if _, _, err := o.RedeemDigits(t.Context(), browser, wrongDigits(l)); !errors.Is(err, ErrDigits) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if _, _, err := o.RedeemDigits(t.Context(), browser, l.Digits); !errors.Is(err, ErrDigits) {
		t.Errorf("the right digits after many wrong ones: %v", err)
	}
	if _, _, err := o.RedeemLink(t.Context(), l.Link); err != nil {
		t.Errorf("the link: %v", err)
	}
}

// A link works once, however many press the button at the same moment.
func TestLinkWorksOnce(t *testing.T) {
	o := openOffice()
	l, _ := o.ask(t, "anna@mail.example")
	var in atomic.Int32
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			switch _, _, err := o.RedeemLink(t.Context(), l.Link); {
			case err == nil:
				in.Add(1)
			case !errors.Is(err, ErrCode):
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if in.Load() != 1 {
		t.Errorf("it worked %d times", in.Load())
	}
}

func FuzzMailAddress(f *testing.F) {
	for _, s := range []string{"anna@mail.example", "Анна@почта.рф", "a@b", "a b@c.d", "\"x y\"@c.d", "Anna <a@b.c>", "a@[1.2.3.4]", "a@b.c\r\nBcc: x@y.z", "a@b.c,d@e.f", "@b.c", "a@.c", "a@b.", strings.Repeat("a", 300) + "@b.c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := MailAddress(text)
		if err != nil {
			return
		}
		if strings.ContainsAny(a, "\r\n <>,;\"\x00") || strings.Count(a, "@") != 1 || len(a) > 300 {
			t.Errorf("%q was read as %q", text, a)
		}
		if b, err := MailAddress(a); err != nil || a != b {
			t.Errorf("%q was read as %q, and that as %q, %v", text, a, b, err)
		}
	})
}

func TestSignInByPhone(t *testing.T) {
	o := openOffice()
	ask := func(number string) (Letter, string) {
		t.Helper()
		l, browser, err := o.AskByPhone(t.Context(), number)
		if err != nil {
			t.Fatal(err)
		}
		return l, browser
	}
	l, browser := ask("+7 (495) 123-45-67")
	if l.Address != "+74951234567" || l.Link != "" || len(l.Digits) != 6 {
		t.Fatalf("%+v", l)
	}
	_, p, err := o.RedeemDigits(t.Context(), browser, l.Digits)
	if err != nil || p.Assurance != AssuranceMail {
		t.Fatalf("%+v, %v", p, err)
	}
	l, browser = ask("+74951234567")
	if _, again, err := o.RedeemDigits(t.Context(), browser, l.Digits); err != nil || again.ID != p.ID || again.Key != p.Key {
		t.Errorf("came back as %+v: %v", again, err)
	}
	l, browser = ask("+74951234568")
	if _, other, err := o.RedeemDigits(t.Context(), browser, l.Digits); err != nil || other.Key == p.Key {
		t.Errorf("another number is %+v: %v", other, err)
	}
}

func FuzzPhoneNumber(f *testing.F) {
	for _, s := range []string{"+7 (495) 123-45-67", "+44 20 7946 0000", "84951234567", "+0123456789", "+12", "+1234567890123456", "+７４９５１２３４５６７", "++74951234567", "+7495123456\n7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		number, err := PhoneNumber(text)
		if err != nil {
			return
		}
		if len(number) < 9 || len(number) > 16 || number[0] != '+' || strings.Trim(number[1:], "0123456789") != "" {
			t.Errorf("%q was read as %q", text, number)
		}
		if again, err := PhoneNumber(number); err != nil || again != number {
			t.Errorf("%q was read as %q, and that as %q, %v", text, number, again, err)
		}
	})
}
