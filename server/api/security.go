package api

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// csp lets the page load what the server itself serves and nothing else.
const csp = "default-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// Headers sets the security headers of every answer.
func Headers(secure bool) fiber.Handler {
	return func(c *fiber.Ctx) error {
		setHeaders(c, secure)
		return c.Next()
	}
}

func setHeaders(c *fiber.Ctx, secure bool) {
	c.Set(fiber.HeaderContentSecurityPolicy, csp)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set(fiber.HeaderXFrameOptions, "DENY")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	if secure {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000; includeSubDomains")
	}
}

// SameOrigin refuses unsafe requests that another site's page made, and those
// whose content type a form could send.
func SameOrigin(origins func(host string) []string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		switch c.Method() {
		case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
			return c.Next()
		}
		if origin := c.Get(fiber.HeaderOrigin); origin != "" && !Allowed(origin, origins(c.Get(fiber.HeaderHost))) {
			return refuse("forbidden", "the request came from another site's page")
		}
		if site := c.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
			return refuse("forbidden", "the request came from another site's page")
		}
		// What is packed could be a thousand times as much as was sent.
		if packed := c.Get(fiber.HeaderContentEncoding); packed != "" && !strings.EqualFold(packed, "identity") {
			return refuse("unsupported-media", "send the body as it is, without Content-Encoding")
		}
		media, _, _ := strings.Cut(c.Get(fiber.HeaderContentType), ";")
		switch strings.ToLower(strings.TrimSpace(media)) {
		case "application/json", "text/csv":
		case "":
			if c.Method() != fiber.MethodDelete {
				return refuse("unsupported-media", "send application/json")
			}
		default:
			return refuse("unsupported-media", "send application/json, or text/csv where a file is asked for")
		}
		return c.Next()
	}
}

// Allowed says whether an Origin header names one of the origins.
func Allowed(origin string, origins []string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return false
	}
	for _, o := range origins {
		if strings.EqualFold(o, u.Scheme+"://"+u.Host) {
			return true
		}
	}
	return false
}
