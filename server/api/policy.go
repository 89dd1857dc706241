package api

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"veche/server/identity"
	"veche/server/topic"
)

// Served is a route as the policy sees it: the actions of topic.Policy that it
// serves, any of which lets a person in.
type Served struct {
	Method, Path string
	Actions      []topic.Action
}

// Routes are all routes that [Mount] makes under a router, in its order.
func Routes() []Served {
	list := make([]Served, 0, len(openRoutes)+len(routes))
	for _, rt := range openRoutes {
		list = append(list, Served{fiber.MethodGet, "/open/v1" + strings.TrimSuffix(rt.path, "/"), does{topic.ActionLook}})
	}
	for _, rt := range routes {
		list = append(list, Served{rt.method, rt.path, rt.does})
	}
	return list
}

// check panics where a route is served that the policy does not know: no server
// starts with it, and no test passes.
func (rt *route) check() {
	if len(rt.does) == 0 {
		panic(fmt.Sprintf("api: %s %s names no action of topic.Policy", rt.method, rt.path))
	}
	for _, action := range rt.does {
		if topic.RuleOf(action) == nil {
			panic(fmt.Sprintf("api: %s %s serves %q, for which topic.Policy has no rule", rt.method, rt.path, action))
		}
	}
}

// admit answers nil if a rule of the route's actions names a role of the person.
func (rt *route) admit(p identity.Person) error {
	var roles []string
	for _, action := range rt.does {
		rule := topic.RuleOf(action)
		if rule.Lets(p.ID != "", p.Roles) {
			return nil
		}
		for _, r := range rule.Roles {
			if !slices.Contains(roles, r.String()) {
				roles = append(roles, r.String())
			}
		}
	}
	if p.ID == "" {
		return identity.ErrSession
	}
	return refuse("forbidden", "this needs the role "+strings.Join(roles, " or "))
}

// inStage says of a request that was refused for what is in it, in a step in which
// nothing of the kind is done, that this is why. What a topic did before it would
// not do now is answered again to who sends it again, so the handler is heard first.
func (a *API) inStage(c *fiber.Ctx, rt route, err error) error {
	if err == nil || c.Params("topic") == "" {
		return err
	}
	var p *problem
	var fault *topic.Fault
	switch {
	case errors.As(err, &p) && p.Status < 500 && p.Status != fiber.StatusForbidden && p.Status != fiber.StatusTooManyRequests:
	case errors.As(err, &fault) && fault.Code != topic.CodeForbidden:
	default:
		return err
	}
	view, missing := a.view(c)
	if missing != nil {
		return err
	}
	var outside error
	who := person(c)
	view.Read(func(s *topic.State, _ uint64) {
		for _, action := range rt.does {
			rule := topic.RuleOf(action)
			if !rule.Lets(who.ID != "", who.Roles) {
				continue
			}
			if outside = s.InStage(rule); outside == nil {
				return
			}
		}
	})
	if outside != nil {
		return outside
	}
	return err
}

// serves refuses an action that the route of the request does not serve: a handler
// that submits another would let in whom its rule keeps out.
func serves(c *fiber.Ctx, action topic.Action) error {
	if served, ok := c.Locals(doesKey).(does); ok && !slices.Contains(served, action) {
		return fmt.Errorf("api: %s %s does %q, which its line in the table of routes does not name", c.Method(), c.Route().Path, action)
	}
	return nil
}
