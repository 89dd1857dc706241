package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/intake"
	"veche/server/topic"
)

// uploadTime is how long the upload of a file may take.
const uploadTime = 10 * time.Minute

// tooManyPeople refuses a file by what its head says, and in words.
func tooManyPeople(c *fiber.Ctx) error {
	err := tooLarge(c, intake.MaxPeopleBytes)
	var p *problem
	if errors.As(err, &p) {
		p.Detail = "the file is larger than 400 MiB; an import takes at most 2,000,000 people in one file: leave columns out that the form does not ask for, or split it"
	}
	return err
}

func (a *API) importPeople(c *fiber.Ctx) error {
	if _, err := a.view(c); err != nil {
		return err
	}
	who, err := a.as(c, c.Params("topic"), topic.ActionImportPeople)
	if err != nil {
		return err
	}
	if c.Request().Header.ContentLength() > intake.MaxPeopleBytes {
		return tooManyPeople(c)
	}
	conn := c.Context().Conn()
	// A large file takes longer than a request may.
	if err := conn.SetReadDeadline(time.Now().Add(uploadTime)); err != nil {
		return err
	}
	var body io.Reader
	if stream := bodyStream(c); stream != nil {
		body = http.MaxBytesReader(nil, io.NopCloser(stream), intake.MaxPeopleBytes)
	} else {
		body = bytes.NewReader(c.Request().Body())
	}
	// Whoever leaves the page has given the import up.
	ctx, leave := context.WithCancel(c.UserContext())
	defer leave()
	go watch(ctx, conn, leave)
	n, err := a.Intake.People(ctx, c.Params("topic"), who, body)
	if err != nil {
		var faults *intake.FileError
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &faults):
			return faults.Fault()
		case errors.As(err, &large):
			return tooManyPeople(c)
		}
		return err
	}
	return c.JSON(fiber.Map{"imported": n})
}

// watchEvery is how soon it is noticed that a client has gone.
const watchEvery = 250 * time.Millisecond

type importView struct {
	Import uint32 `json:"import"`
	People uint32 `json:"people"`
	Time   int64  `json:"time"`
	Status string `json:"status"` // complete, running, broken-off or withdrawn
}

// listImports lists a topic's imports, and how far one is that runs.
func (a *API) listImports(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	running := a.Intake.Running(c.Params("topic"))
	list := []importView{}
	view.Read(func(s *topic.State, _ uint64) {
		for i, x := range s.Imports {
			v := importView{Import: uint32(i + 1), People: x.People, Time: x.Time, Status: "broken-off"}
			switch {
			case x.Withdrawn:
				v.Status = "withdrawn"
			case x.Complete:
				v.Status = "complete"
			case running != nil && i == len(s.Imports)-1:
				v.Status = "running"
			}
			list = append(list, v)
		}
	})
	return c.JSON(fiber.Map{"imports": list, "running": running, "limits": fiber.Map{"rows": intake.MaxPeopleRows, "bytes": intake.MaxPeopleBytes}})
}

// withdrawImport takes an import back.
func (a *API) withdrawImport(c *fiber.Ctx) error {
	n, err := number(c, "import")
	if err != nil {
		return err
	}
	id := c.Params("topic")
	view, err := a.view(c)
	if err != nil {
		return err
	}
	complete := false
	view.Read(func(s *topic.State, _ uint64) {
		complete = n != 0 && int(n) <= len(s.Imports) && s.Imports[n-1].Complete
	})
	if p := a.Intake.Running(id); p != nil && !complete {
		return topic.NewFault(topic.CodeConflict, "an import is running (%s): wait until it is done, or leave the page that sends it", p)
	}
	who, err := a.as(c, id, topic.ActionImportPeople)
	if err != nil {
		return err
	}
	if err := a.Intake.Withdraw(c.UserContext(), id, who, c.Query("client_id"), n); err != nil {
		return err
	}
	return c.JSON(fiber.Map{"import": n, "status": "withdrawn"})
}
