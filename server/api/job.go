package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/job"
	"veche/server/topic"
)

// task reads what a job is asked with and who asks.
func (a *API) task(c *fiber.Ctx, action topic.Action) (job.Task, error) {
	var in struct {
		ClientID string `json:"client_id"`
		Seed     string `json:"seed"`
		Clusters int    `json:"clusters"`
	}
	if err := readJSON(c, &in); err != nil {
		return job.Task{}, err
	}
	if len(in.Seed) > 500 {
		return job.Task{}, refuse("invalid", "the seed is longer than 500 bytes")
	}
	if in.Clusters < 0 || in.Clusters > 2000 {
		return job.Task{}, refuse("invalid", "the number of clusters is 0 (choose) to 2000")
	}
	t, err := a.taskOf(c, action, in.ClientID)
	t.Seed, t.Clusters = in.Seed, in.Clusters
	return t, err
}

// taskOf is a task of the signed-in person under the client's own id.
func (a *API) taskOf(c *fiber.Ctx, action topic.Action, clientID string) (job.Task, error) {
	if err := checkClientID(clientID); err != nil {
		return job.Task{}, err
	}
	view, err := a.view(c)
	if err != nil {
		return job.Task{}, err
	}
	who, err := a.as(c, c.Params("topic"), action)
	if err != nil {
		return job.Task{}, err
	}
	view.Read(func(s *topic.State, _ uint64) { err = s.Permit(who.Role, action) })
	return job.Task{Topic: c.Params("topic"), Who: who, ClientID: clientID}, err
}
