package topic

// Schemas that are no longer written. Each decodes into its own frozen type and
// is brought up to the newest; the frozen types never change.

// settingsV1 are the settings before population, rules of the draw, rounds of
// tables and the flex of quotas.
type settingsV1 struct {
	ID, Title, Question, Briefing, Promise, Lang string
	Stages                                       []Stage
	Form                                         Form
	PanelSize                                    uint32
	Quotas                                       []quotaV1
	TableSize                                    uint32
	TableFeatures                                []string
}

type quotaV1 struct {
	Feature, Value string
	Min, Max       uint32
}

func (t *settingsV1) upcast() Settings {
	s := Settings{
		ID: t.ID, Title: t.Title, Question: t.Question, Briefing: t.Briefing, Promise: t.Promise, Lang: t.Lang, Stages: t.Stages, Form: t.Form,
		PanelSize: t.PanelSize, TableSize: t.TableSize, TableFeatures: t.TableFeatures,
	}
	for _, q := range t.Quotas {
		s.Quotas = append(s.Quotas, Quota{Feature: q.Feature, Value: q.Value, Min: q.Min, Max: q.Max})
	}
	return s
}

type topicCreatedV1 struct{ Settings settingsV1 }

func (*topicCreatedV1) kind() Kind                  { return KindTopicCreated }
func (*topicCreatedV1) apply(*State, *Event) uint64 { panic(notUpcast) }
func (b *topicCreatedV1) upcast() Body              { return &TopicCreated{Settings: b.Settings.upcast()} }

type settingsChangedV1 struct{ Settings settingsV1 }

func (*settingsChangedV1) kind() Kind                  { return KindSettingsChanged }
func (*settingsChangedV1) apply(*State, *Event) uint64 { panic(notUpcast) }
func (b *settingsChangedV1) upcast() Body              { return &SettingsChanged{Settings: b.Settings.upcast()} }

// drawnV1 is a draw that was not committed to beforehand.
type drawnV1 struct {
	InputSeq uint64
	Size     uint32
	Seed     string
	Root     Digest
	Result   Digest
	Seats    []uint64
	Reserves []uint64
}

func (*drawnV1) kind() Kind                  { return KindDrawn }
func (*drawnV1) apply(*State, *Event) uint64 { panic(notUpcast) }
func (b *drawnV1) upcast() Body {
	return &Drawn{InputSeq: b.InputSeq, Size: b.Size, Seed: b.Seed, Root: b.Root, Result: b.Result, Seats: b.Seats, Reserves: b.Reserves}
}

// tablesSeatedV1 is a seating of one round, without sessions and languages.
type tablesSeatedV1 struct {
	InputSeq uint64
	Seed     string
	Result   Digest
	Tables   uint32
	Seats    []uint32
}

func (*tablesSeatedV1) kind() Kind                  { return KindTablesSeated }
func (*tablesSeatedV1) apply(*State, *Event) uint64 { panic(notUpcast) }
func (b *tablesSeatedV1) upcast() Body {
	return &TablesSeated{InputSeq: b.InputSeq, Seed: b.Seed, Result: b.Result, Tables: b.Tables, Rounds: 1, Seats: b.Seats}
}

// settingsV2 are the settings before those of the debate.
type settingsV2 struct {
	ID, Title, Question, Briefing, Promise, Lang string
	Stages                                       []Stage
	Form                                         Form
	PanelSize                                    uint32
	Quotas                                       []Quota
	TableSize                                    uint32
	TableFeatures                                []string
	Population                                   Population
	Draw                                         DrawRules
	TableRounds                                  uint32
}

func (t *settingsV2) upcast() Settings {
	return Settings{
		ID: t.ID, Title: t.Title, Question: t.Question, Briefing: t.Briefing, Promise: t.Promise, Lang: t.Lang, Stages: t.Stages, Form: t.Form,
		PanelSize: t.PanelSize, Quotas: t.Quotas, TableSize: t.TableSize, TableFeatures: t.TableFeatures,
		Population: t.Population, Draw: t.Draw, TableRounds: t.TableRounds,
	}
}

type topicCreatedV2 struct{ Settings settingsV2 }

func (*topicCreatedV2) kind() Kind                  { return KindTopicCreated }
func (*topicCreatedV2) apply(*State, *Event) uint64 { panic(notUpcast) }
func (b *topicCreatedV2) upcast() Body              { return &TopicCreated{Settings: b.Settings.upcast()} }

type settingsChangedV2 struct{ Settings settingsV2 }

func (*settingsChangedV2) kind() Kind                  { return KindSettingsChanged }
func (*settingsChangedV2) apply(*State, *Event) uint64 { panic(notUpcast) }
func (b *settingsChangedV2) upcast() Body              { return &SettingsChanged{Settings: b.Settings.upcast()} }

// remarkPostedV1 is a remark whose length was not recorded.
type remarkPostedV1 struct {
	Room    uint32
	ReplyTo uint32
	Text    Digest
}

func (*remarkPostedV1) kind() Kind                  { return KindRemarkPosted }
func (*remarkPostedV1) apply(*State, *Event) uint64 { panic(notUpcast) }
func (b *remarkPostedV1) upcast() Body {
	return &RemarkPosted{Room: b.Room, ReplyTo: b.ReplyTo, Text: b.Text}
}

// votedV1 is a vote that does not say what was shown.
type votedV1 struct {
	Item  uint32
	Value VoteValue
}

func (*votedV1) kind() Kind                  { return KindVoted }
func (*votedV1) apply(*State, *Event) uint64 { panic(notUpcast) }
func (b *votedV1) upcast() Body              { return &Voted{Item: b.Item, Value: b.Value} }

// ideaSubmittedV1 is an idea that could not be proposed for a poll.
type ideaSubmittedV1 struct {
	Text   Digest
	Lang   string
	Origin uint32
}

func (*ideaSubmittedV1) kind() Kind                  { return KindIdeaSubmitted }
func (*ideaSubmittedV1) apply(*State, *Event) uint64 { panic(notUpcast) }
func (b *ideaSubmittedV1) upcast() Body {
	return &IdeaSubmitted{Text: b.Text, Lang: b.Lang, Origin: b.Origin}
}

const notUpcast = "topic: an event of an old version was applied"

// old holds the schemas that are no longer written, by kind and version.
var old = map[Kind]map[uint64]schema{
	KindTopicCreated:    {1: {1, fresh[topicCreatedV1], upcast}, 2: {2, fresh[topicCreatedV2], upcast}},
	KindSettingsChanged: {1: {1, fresh[settingsChangedV1], upcast}, 2: {2, fresh[settingsChangedV2], upcast}},
	KindRemarkPosted:    {1: {1, fresh[remarkPostedV1], upcast}},
	KindIdeaSubmitted:   {1: {1, fresh[ideaSubmittedV1], upcast}},
	KindDrawn:           {1: {1, fresh[drawnV1], upcast}},
	KindVoted:           {1: {1, fresh[votedV1], upcast}},
	KindTablesSeated:    {1: {1, fresh[tablesSeatedV1], upcast}},
}

func upcast(b Body) Body { return b.(interface{ upcast() Body }).upcast() }
