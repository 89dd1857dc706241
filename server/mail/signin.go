package mail

import (
	"fmt"
	"html/template"
	"strings"
	"time"
)

// SignIn is the message with a sign-in link and its digits. site is the address
// of the installation, for people to see; life how long link and digits work.
func SignIn(to, lang, site, link, digits string, life time.Duration, now time.Time) Message {
	w, known := signInWords[lang]
	if !known {
		lang, w = "en", signInWords["en"]
	}
	minutes := int(life.Minutes())
	spaced := digits[:3] + " " + digits[3:]
	v := map[string]any{
		"lang": lang, "subject": w.subject, "hello": fmt.Sprintf(w.hello, site), "button": w.button, "link": link,
		"or": w.or, "digits": spaced, "life": fmt.Sprintf(w.life, minutes), "not": w.not,
	}
	var html strings.Builder
	if err := signInPage.Execute(&html, v); err != nil {
		panic("mail: the page of a message: " + err.Error()) // of constant parts and texts
	}
	text := strings.Join([]string{v["hello"].(string), link, w.or + "\n\n    " + spaced, v["life"].(string), w.not}, "\n\n") + "\n"
	return Message{To: to, Subject: w.subject, Text: text, HTML: html.String(), Lang: lang, Expires: now.Add(life)}
}

// The digits stand in no subject: a locked phone shows subjects to everyone near.
var signInWords = map[string]struct{ subject, hello, button, or, life, not string }{
	"en": {
		"Your sign-in link",
		"Somebody, most likely you, wants to sign in at %s. Open this link and press the button there:",
		"Sign in",
		"Or type these digits where you asked to sign in:",
		"Link and digits work once, for %d minutes. Nobody from the city will ever ask you for them.",
		"If it was not you, do nothing: without this message nobody can sign in.",
	},
	"ru": {
		"Ссылка для входа",
		"Кто-то, скорее всего вы, хочет войти на %s. Откройте ссылку и нажмите там кнопку:",
		"Войти",
		"Или введите эти цифры там, где вы просили о входе:",
		"Ссылка и цифры действуют один раз, %d минут. Никто из города никогда не попросит их у вас.",
		"Если это были не вы, ничего не делайте: без этого письма войти нельзя.",
	},
}

// No picture, nothing from elsewhere: opening the message tells nobody.
var signInPage = template.Must(template.New("").Parse(`<!doctype html>
<html lang="{{.lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.subject}}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1b1b1f;background:#ffffff">
<div style="max-width:32em;margin:0 auto">
<p>{{.hello}}</p>
<p><a href="{{.link}}" style="display:inline-block;padding:12px 24px;border-radius:8px;background:#1f4e79;color:#ffffff;font-weight:bold;text-decoration:none">{{.button}}</a></p>
<p>{{.or}}</p>
<p style="font:bold 28px/1.4 monospace;letter-spacing:2px">{{.digits}}</p>
<p>{{.life}}</p>
<p style="color:#55555f">{{.not}}</p>
</div></body></html>
`))
