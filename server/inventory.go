package server

import (
	"slices"

	"veche/server/identity"
	"veche/server/journal"
	"veche/server/live/protocol"
	"veche/server/mail"
	"veche/server/privacy"
	"veche/server/subject"
	"veche/server/topic"
)

// Inventory lists every field that holds personal data, with its class.
func Inventory() ([]privacy.Field, error) {
	return privacy.Inventory(slices.Concat(identity.Kept(), privacy.Kept(), mail.Kept(), subject.Kept(), topic.Kept(), journal.Kept(), protocol.Frames())...)
}
