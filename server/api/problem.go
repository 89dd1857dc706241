package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"github.com/gofiber/fiber/v2"

	"veche/server/identity"
	"veche/server/journal"
	"veche/server/topic"
)

// problem is an RFC 9457 answer.
type problem struct {
	Type      string        `json:"type"`
	Title     string        `json:"title"`
	Status    int           `json:"status"`
	Detail    string        `json:"detail"`
	Code      string        `json:"code"`
	Errors    []topic.Place `json:"errors,omitempty"`
	Conflicts []topic.Place `json:"conflicts,omitempty"`
}

func (p *problem) Error() string { return p.Detail }

// kinds is the one table of problems: status and title of every code.
var kinds = []struct {
	Code   string `json:"code"`
	Status int    `json:"status"`
	Title  string `json:"title"`
}{
	{"malformed", 400, "The request can't be read"},
	{"unauthenticated", 401, "You are not signed in"},
	{"forbidden", 403, "You may not do this"},
	{"not-found", 404, "There is no such thing"},
	{"method-not-allowed", 405, "This address does not take that method"},
	{"other-person", 409, "Somebody else is signed in here"},
	{"wrong-stage", 409, "Not in this step"},
	{"conflict", 409, "It changed meanwhile"},
	{"already-applied", 409, "You have applied already"},
	{"seat-taken", 409, "This seat has been answered"},
	{"gone", 410, "This topic was deleted"},
	{"too-large", 413, "The request is too large"},
	{"unsupported-media", 415, "The content type is wrong"},
	{"misdirected", 421, "This is not the server you asked for"},
	{"invalid", 422, "Something in it is wrong"},
	{"infeasible", 422, "The quotas can't be met together"},
	{"contradiction", 422, "The wishes for tables contradict each other"},
	{"nobody-left", 422, "There is nobody left to draw"},
	{"upgrade-required", 426, "This address takes websockets"},
	{"rate-limited", 429, "Too many requests"},
	{"internal", 500, "Something went wrong on our side"},
	{"damaged", 500, "The data is damaged"},
	{"retry", 503, "Please send it again"},
	{"unwritable", 507, "Nothing can be stored at the moment"},
}

func refuse(code, detail string) *problem {
	for _, k := range kinds {
		if k.Code == code {
			return &problem{Type: "/problems/" + code, Title: k.Title, Status: k.Status, Code: code, Detail: detail}
		}
	}
	panic("api: no problem of code " + code)
}

// mostPlaces is how many places are told at once of where something is wrong:
// whoever mends so many sends it again.
const mostPlaces = 1000

// problemOf maps any error to a problem; what is not foreseen becomes
// "internal", is logged, and tells the client nothing.
func problemOf(err error, log *slog.Logger) *problem {
	var p *problem
	var fault *topic.Fault
	var fe *fiber.Error
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &fault):
		p = refuse(string(fault.Code), fault.Detail)
		places := fault.Places[:min(len(fault.Places), mostPlaces)]
		if fault.Code == topic.CodeInfeasible {
			p.Conflicts = places
		} else {
			p.Errors = places
		}
		return p
	case errors.Is(err, identity.ErrSession), errors.Is(err, identity.ErrCode), errors.Is(err, identity.ErrLetter):
		return refuse("unauthenticated", err.Error())
	case errors.Is(err, identity.ErrAddress), errors.Is(err, identity.ErrNumber), errors.Is(err, identity.ErrDigits), errors.Is(err, identity.ErrCity), errors.Is(err, identity.ErrStep), errors.Is(err, identity.ErrNoStep):
		return refuse("invalid", err.Error())
	case errors.Is(err, identity.ErrOwnReset):
		return refuse("forbidden", err.Error())
	case errors.Is(err, identity.ErrHasStep), errors.Is(err, identity.ErrJoined), errors.Is(err, identity.ErrJoinBoth), errors.Is(err, identity.ErrHasCity):
		return refuse("conflict", err.Error())
	case errors.Is(err, identity.ErrStepWait):
		return refuse("rate-limited", err.Error())
	case errors.Is(err, identity.ErrCitySays):
		log.Warn("the identity point did not confirm somebody", "error", err)
		return refuse("invalid", identity.ErrCitySays.Error())
	case errors.Is(err, identity.ErrCityAway):
		log.Error("the identity point does not answer", "error", err)
		return refuse("retry", identity.ErrCityAway.Error())
	case errors.Is(err, identity.ErrNobody), errors.Is(err, identity.ErrNoSignIn):
		return refuse("not-found", err.Error())
	case errors.Is(err, journal.ErrBusy):
		return refuse("retry", journal.ErrBusy.Error())
	case errors.Is(err, journal.ErrRetry), errors.Is(err, journal.ErrClosed), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return refuse("retry", journal.ErrRetry.Error())
	case errors.Is(err, journal.ErrFull):
		return refuse("unwritable", "nothing was stored: the server's disk is full; what is there can be read, and writing goes on by itself once there is room")
	case errors.Is(err, journal.ErrUnwritable):
		return refuse("unwritable", "nothing was stored: the server's disk can't be written; what is there can be read")
	case errors.Is(err, journal.ErrDamaged):
		log.Error("damaged data was asked for", "error", err)
		return refuse("damaged", "what you asked for is damaged on the server's disk and can't be read: tell its administrators, whom veche doctor tells where; all else can be read")
	case errors.As(err, &fe):
		switch fe.Code {
		case fiber.StatusNotFound:
			return refuse("not-found", "there is nothing at this address")
		case fiber.StatusMethodNotAllowed:
			return refuse("method-not-allowed", "this address does not take that method")
		case fiber.StatusRequestEntityTooLarge:
			return refuse("too-large", "the request is larger than the server takes")
		case fiber.StatusBadRequest:
			return refuse("malformed", "the request can't be read: its head or body breaks off, or is no HTTP")
		case fiber.StatusRequestTimeout, fiber.StatusRequestHeaderFieldsTooLarge:
			return refuse("malformed", "the request can't be read")
		case fiber.StatusUnauthorized:
			return refuse("unauthenticated", fe.Message)
		case fiber.StatusForbidden:
			return refuse("forbidden", fe.Message)
		case fiber.StatusMisdirectedRequest:
			return refuse("misdirected", fe.Message)
		case fiber.StatusUpgradeRequired:
			return refuse("upgrade-required", fe.Message)
		case fiber.StatusTooManyRequests:
			return refuse("rate-limited", fe.Message)
		case fiber.StatusServiceUnavailable:
			return refuse("retry", fe.Message)
		}
	}
	log.Error("request failed", "error", err)
	return refuse("internal", "something went wrong on our side; it was written down, please try again")
}

// RequestKey is the attribute of log lines that names the request, as
// X-Request-Id of its answer does.
const RequestKey = "request"

// ErrorHandler is Fiber's: every error of a route becomes a problem.
func ErrorHandler(secure bool, log *slog.Logger) fiber.ErrorHandler {
	return func(c *fiber.Ctx, err error) error {
		setHeaders(c, secure) // requests that can't be read come to no route
		drain(c)
		p := problemOf(err, log.With(RequestKey, c.GetRespHeader(fiber.HeaderXRequestID)))
		b, err := json.Marshal(p)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "application/problem+json; charset=utf-8")
		c.Set(fiber.HeaderCacheControl, "no-store")
		if len(c.Response().Header.Peek(fiber.HeaderRetryAfter)) > 0 {
			// whoever refused knows how long
		} else if p.Status == fiber.StatusTooManyRequests || p.Status == fiber.StatusServiceUnavailable {
			c.Set(fiber.HeaderRetryAfter, "1")
		}
		return c.Status(p.Status).Send(b)
	}
}
