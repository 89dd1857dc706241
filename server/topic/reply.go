package topic

import "fmt"

// ReplyFor is what moderators give a reason for: what becomes of a case of the
// queue, or a step on the board.
type ReplyFor uint8

// What a reason is given for.
const (
	ReplyKept ReplyFor = iota + 1
	ReplyRemoved
	ReplyMerge
	ReplySplit
	ReplyMove
	ReplyRename
	ReplySummarise
	ReplyOffTopic
	ReplyTwoIdeas
	ReplyHideIdeas
	ReplyHide
	ReplyLock
	ReplyLeaveOut
	ReplyBack // what takes a step back: showing again, unlocking, putting back, undoing
)

var replyNames = [...]string{"", "kept", "removed", "merge", "split", "move", "rename", "summarise", "off-topic", "two-ideas", "hide-idea", "hide", "lock", "leave-out", "back"}

// String is its name in the interface.
func (f ReplyFor) String() string { return nameOf(replyNames[:], int(f)) }

// MarshalText writes its name.
func (f ReplyFor) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads its name.
func (f *ReplyFor) UnmarshalText(b []byte) error {
	n, err := parseName("step that a reason is given for", replyNames[:], b)
	*f = ReplyFor(n)
	return err
}

// ReplyFor is what the reason of the operation is given for.
func (o *Operation) ReplyFor() ReplyFor {
	switch o.Kind {
	case OperationMerge:
		return ReplyMerge
	case OperationSplit:
		return ReplySplit
	case OperationMove:
		return ReplyMove
	case OperationRename:
		return ReplyRename
	case OperationSummarise:
		return ReplySummarise
	case OperationHideIdeas:
		return ReplyHideIdeas
	case OperationHide:
		return ReplyHide
	case OperationLock:
		return ReplyLock
	case OperationLeaveOut:
		return ReplyLeaveOut
	case OperationMark:
		switch o.Mark {
		case MarkedOffTopic:
			return ReplyOffTopic
		case MarkedTwoIdeas:
			return ReplyTwoIdeas
		}
	}
	return ReplyBack
}

// Reply is a reason that moderators give often, in one language. It is official
// and stands in the log.
type Reply struct {
	For  ReplyFor
	Lang string `class:"none"` // such as en
	Text string `class:"none"`
}

// defaultReplies are the reasons offered in a language for what nothing was saved
// for.
var defaultReplies = [...]struct {
	of     ReplyFor
	en, ru []string
}{
	{ReplyKept, []string{"Sharp in tone, and about the matter", "An opinion, not an insult", "A misunderstanding: it was settled at the table", "Belongs to the question"},
		[]string{"Резко по тону, но по делу", "Это мнение, а не оскорбление", "Недоразумение: за столом уже разобрались", "Относится к вопросу"}},
	{ReplyRemoved, []string{"Insults somebody", "Threatens somebody", "Stirs up hatred against a group", "Tells personal data", "Advertising or spam", "Not about the question", "Against the law"},
		[]string{"Кого-то оскорбляет", "Кому-то угрожает", "Разжигает вражду", "Раскрывает личные данные", "Реклама или спам", "Не об этом вопросе", "Нарушает закон"}},
	{ReplyMerge, []string{"They say the same", "One is a part of the other"}, []string{"Говорят об одном и том же", "Одно — часть другого"}},
	{ReplySplit, []string{"They are about different things", "They ask for opposite things"}, []string{"Говорят о разном", "Просят о противоположном"}},
	{ReplyMove, []string{"Fits better there", "They say the same"}, []string{"Здесь больше подходит", "Говорят об одном и том же"}},
	{ReplyRename, []string{"The name is clearer", "The name is more neutral"}, []string{"Название понятнее", "Название нейтральнее"}},
	{ReplySummarise, []string{"Says shortly what the ideas have in common", "Names what most of them ask for"},
		[]string{"Коротко говорит, что общего у идей", "Называет то, о чём просит большинство"}},
	{ReplyOffTopic, []string{"Not about this question", "The city cannot decide it"}, []string{"Не об этом вопросе", "Город не может этого решить"}},
	{ReplyTwoIdeas, []string{"It asks for two different things"}, []string{"Здесь просят о двух разных вещах"}},
	{ReplyHideIdeas, []string{"Not about this question", "Contains personal data", "Insults somebody"}, []string{"Не об этом вопросе", "Есть личные данные", "Кого-то оскорбляет"}},
	{ReplyHide, []string{"Not about this question", "Insults somebody"}, []string{"Не об этом вопросе", "Кого-то оскорбляет"}},
	{ReplyLock, []string{"The group is finished"}, []string{"Группа готова"}},
	{ReplyLeaveOut, []string{"Too few ideas say so", "Another statement covers it", "The city cannot decide it", "Not about this question"},
		[]string{"Об этом говорит слишком мало идей", "Это охвачено другим утверждением", "Город не может этого решить", "Не об этом вопросе"}},
	{ReplyBack, []string{"It was a mistake", "It needs more work"}, []string{"Это была ошибка", "Над ней нужно ещё поработать"}},
}

// DefaultReplies are the reasons that are offered where moderators saved none, in
// English and in Russian.
func DefaultReplies() []Reply {
	var list []Reply
	for _, d := range defaultReplies {
		for _, text := range d.en {
			list = append(list, Reply{d.of, "en", text})
		}
		for _, text := range d.ru {
			list = append(list, Reply{d.of, "ru", text})
		}
	}
	return list
}

// RepliesSaved replaces the saved replies.
type RepliesSaved struct{ Replies []Reply }

func (*RepliesSaved) kind() Kind { return KindRepliesSaved }

func (b *RepliesSaved) apply(s *State, _ *Event) uint64 {
	s.Replies = b.Replies
	return uint64(len(b.Replies))
}

// MaxReplies is how many replies a topic has in all, MaxRepliesFor how many in one
// language for one thing: a list is read before one chooses from it.
const (
	MaxReplies    = 300
	MaxRepliesFor = 12
)

// SaveReplies replaces the saved replies. Where none are saved for something in a
// language, [DefaultReplies] are offered.
type SaveReplies struct{ Replies []Reply }

// Action names the policy's rule.
func (SaveReplies) Action() Action { return ActionSaveReplies }

func (c SaveReplies) decide(_ *State, in *Input) error {
	if len(c.Replies) > MaxReplies {
		return faultf(CodeInvalid, "%d reasons are more than anyone finds their way in: keep %d", len(c.Replies), MaxReplies)
	}
	seen := map[Reply]bool{}
	listed := map[Reply]int{} // by what for and language
	var texts []wording
	for i, r := range c.Replies {
		if r.For < ReplyKept || r.For > ReplyBack {
			return faultf(CodeInvalid, "reason %d is for nothing that moderators do", i+1)
		}
		if len(r.Lang) < 2 || len(r.Lang) > 3 {
			return faultf(CodeInvalid, "reason %d is in %q, which is no language code such as en or ru", i+1, clip(r.Lang))
		}
		if seen[r] {
			return faultf(CodeInvalid, "reason %d stands twice", i+1)
		}
		seen[r] = true
		list := Reply{For: r.For, Lang: r.Lang}
		if listed[list]++; listed[list] > MaxRepliesFor {
			return faultf(CodeInvalid, "%s has more than %d reasons in %s: take one away first", r.For, MaxRepliesFor, r.Lang)
		}
		texts = append(texts, wording{fmt.Sprintf("replies[%d].text", i), r.Text, true, MaxReason})
	}
	if err := wordings(texts); err != nil {
		return err
	}
	in.emit(&RepliesSaved{c.Replies})
	return nil
}
