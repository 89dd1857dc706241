package protocol

// Frames answers a value of every frame that goes over a socket, from clients
// and to them: the inventory of personal data reads their tags.
func Frames() []any {
	return []any{Join{}, Say{}, Do{}, Leave{}, Ping{}, Joined{}, Reset{}, Events{}, RemarkEvent{}, RemovedEvent{}, Ack{}, Refused{}, Beat{}, Presence{}, Stage{}, Board{}}
}
