package mail

import (
	"fmt"
	"html/template"
	"strings"
	"time"
)

// noticeLife is how long a notice is tried: older it would only alarm.
const noticeLife = 3 * 24 * time.Hour

// StepReset tells somebody that their second step was taken away and that they were
// signed out. site is the address of the installation, for people to see. Nobody
// knows which language they read: it is said in each.
func StepReset(to, site string, now time.Time) Message {
	var paragraphs []string
	for _, format := range []string{
		"Your second step of signing in at %s was reset, and you were signed out everywhere. At your next sign-in you set up another.",
		"If you did not ask for this, tell those who run it at once.",
		"Ваш второй шаг входа на %s сброшен, и вы вышли отовсюду. При следующем входе настройте новый.",
		"Если вы об этом не просили, сразу сообщите организаторам.",
	} {
		if strings.Contains(format, "%s") {
			format = fmt.Sprintf(format, site)
		}
		paragraphs = append(paragraphs, format)
	}
	const subject = "Your second step was reset · Второй шаг сброшен"
	var html strings.Builder
	if err := noticePage.Execute(&html, map[string]any{"subject": subject, "paragraphs": paragraphs}); err != nil {
		panic("mail: the page of a notice: " + err.Error()) // of constant parts and texts
	}
	return Message{To: to, Subject: subject, Text: strings.Join(paragraphs, "\n\n") + "\n", HTML: html.String(), Lang: "en", Expires: now.Add(noticeLife)}
}

var noticePage = template.Must(template.New("").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.subject}}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1b1b1f;background:#ffffff">
<div style="max-width:32em;margin:0 auto">
{{range .paragraphs}}<p>{{.}}</p>
{{end}}</div></body></html>
`))
