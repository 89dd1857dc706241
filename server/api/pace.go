package api

import (
	"math"
	"path"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/identity"
	"veche/server/limit"
	"veche/server/topic"
)

// paced are the actions whose requests are of a class that their method does not
// tell.
var paced = map[topic.Action]limit.Class{
	topic.ActionSay: limit.Texts, topic.ActionAsk: limit.Texts, topic.ActionSubmitIdea: limit.Texts, topic.ActionRenewIdea: limit.Texts,
	topic.ActionProposeOption: limit.Texts, topic.ActionAddOption: limit.Texts, topic.ActionReport: limit.Texts, topic.ActionFlag: limit.Texts,
	topic.ActionAppeal: limit.Texts, topic.ActionReportTrouble: limit.Texts, topic.ActionInviteCoauthor: limit.Texts, topic.ActionAskDisclosure: limit.Texts,
	topic.ActionImport: limit.Uploads, topic.ActionImportPeople: limit.Uploads, topic.ActionReadFigures: limit.Uploads,
	topic.ActionFindSimilar: limit.Searches, topic.ActionSignIn: limit.SignIns,
}

// files are what addresses of files end in.
var files = []string{".csv", ".xlsx", ".json", ".html", ".zip", "file"}

// class is what kind of thing requests of the route do.
func (rt *route) class() limit.Class {
	switch read := rt.method == fiber.MethodGet; {
	case read && rt.path == "/search":
		return limit.Searches
	case read && slices.Contains(files, path.Ext(rt.path)), read && path.Base(rt.path) == "file":
		return limit.Exports
	case read:
		return limit.Reads
	}
	for _, action := range rt.does {
		if class, ok := paced[action]; ok {
			return class
		}
	}
	return limit.Writes
}

// pace holds who asks to their pace.
func (a *API) pace(c *fiber.Ctx, class limit.Class, p identity.Person) error {
	wait, by := a.Guard.Take(class, p.ID, a.Open.Network(c))
	if wait == 0 {
		return nil
	}
	if by == limit.Person {
		return later(c, wait, "you are doing this faster than the server takes it from one person")
	}
	if a.warnings.Take("") == 0 {
		a.Log.Warn("one network asks so often that it is slowed: if a proxy of yours stands there, name it in trusted_proxies", "what", class.String())
	}
	return later(c, wait, "too many requests come from your network at once")
}

// later refuses with how long to wait.
func later(c *fiber.Ctx, wait time.Duration, why string) error {
	seconds := strconv.Itoa(int(min(math.Ceil(wait.Seconds()), 24*60*60)))
	c.Set(fiber.HeaderRetryAfter, seconds)
	return refuse("rate-limited", why+": wait "+seconds+" s")
}
