package similar

import "veche/nlp"

// Personal is a stretch of a text that may tell who its author is or where they
// live.
type Personal struct {
	Kind string `json:"kind"` // email, phone, card, document, address
	From int    `json:"from"` // UTF-16 code units, as browsers count
	To   int    `json:"to"`
	Mask string `json:"mask"` // what may stand there instead
}

// FindPersonal points out what an author may not want to publish, in order and
// without overlaps. lang is that of the text. It asks no topic and keeps nothing.
func FindPersonal(text, lang string) []Personal {
	found := nlp.FindPersonal(text)
	places := make([][2]int, len(found))
	for i, p := range found {
		places[i] = [2]int{p.Start, p.End}
	}
	list := make([]Personal, len(found))
	for i, place := range units(text, places) {
		list[i] = Personal{Kind: found[i].Kind, From: place[0], To: place[1], Mask: found[i].Mask(lang)}
	}
	return list
}
