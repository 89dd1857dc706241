package server

import (
	"fmt"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"veche/server/api"
	"veche/server/topic"
)

// besides are the routes beside the interface's, with the actions of topic.Policy
// that they serve.
var besides = []api.Served{
	{Method: http.MethodGet, Path: "/healthz", Actions: []topic.Action{topic.ActionLook}},
	{Method: http.MethodGet, Path: "/readyz", Actions: []topic.Action{topic.ActionLook}},
	{Method: http.MethodGet, Path: "/live", Actions: []topic.Action{topic.ActionJoin}},
	{Method: http.MethodGet, Path: "/id/*", Actions: []topic.Action{topic.ActionLook}},
	{Method: http.MethodGet, Path: "/catalog.jsonld", Actions: []topic.Action{topic.ActionLook}},
	{Method: http.MethodGet, Path: "/topics/:topic/catalog.jsonld", Actions: []topic.Action{topic.ActionLook}},
	{Method: http.MethodGet, Path: "/*", Actions: []topic.Action{topic.ActionLook}},
}

// served are all routes of a server with their actions, by method and path.
func served() map[string][]topic.Action {
	all := map[string][]topic.Action{}
	for _, rt := range besides {
		all[rt.Method+" "+rt.Path] = rt.Actions
	}
	for _, rt := range api.Routes() {
		all[rt.Method+" /api"+rt.Path] = rt.Actions
	}
	return all
}

// mustBeServed panics at a route that stands under no policy, so that no server
// starts with one.
func mustBeServed(app *fiber.App) {
	all := served()
	for _, rt := range app.GetRoutes(true) {
		if rt.Method == http.MethodHead {
			continue // as GET
		}
		actions := all[rt.Method+" "+rt.Path]
		if len(actions) == 0 {
			panic(fmt.Sprintf("server: %s %s stands under no policy", rt.Method, rt.Path))
		}
		for _, a := range actions {
			if topic.RuleOf(a) == nil {
				panic(fmt.Sprintf("server: %s %s serves %q, for which topic.Policy has no rule", rt.Method, rt.Path, a))
			}
		}
	}
}
