package live

import (
	"errors"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"veche/server/live/protocol"
)

// metrics count what goes through a hub. Labels have few values: nothing in
// them is of a person, a topic or a room.
type metrics struct {
	pass       prometheus.Histogram
	ack        *prometheus.HistogramVec // what
	frames     prometheus.Counter
	bytes      prometheus.Counter
	deliveries prometheus.Counter
	skipped    prometheus.Counter
	ended      *prometheus.CounterVec // code
	turned     *prometheus.CounterVec // status
	refused    *prometheus.CounterVec // code
}

func newMetrics() *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	counters := func(name, help, label string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{label})
	}
	return &metrics{
		pass: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "veche_pass_seconds", Help: "How long sending to all who are in a room takes; above the tick a room speaks more seldom.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 2, 16),
		}),
		ack: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "veche_ack_seconds", Help: "From a socket's message to its acknowledgement, durable.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 16),
		}, []string{"what"}),
		frames:     counter("veche_frames_total", "Frames made for rooms."),
		bytes:      counter("veche_frame_bytes_total", "Bytes of frames made for rooms, before compression, each counted once."),
		deliveries: counter("veche_deliveries_total", "Frames of rooms handed to sockets."),
		skipped:    counter("veche_remarks_skipped_total", "Remarks of a main hall over its rate, which are read as pages and did not go live."),
		ended:      counters("veche_sockets_ended_total", "Sockets that ended, by the server's close code; 4008 did not read in time, 0 the peer or the network ended it.", "code"),
		turned:     counters("veche_handshakes_refused_total", "Requests for a socket that were refused, by HTTP status.", "status"),
		refused:    counters("veche_messages_refused_total", "Messages of sockets that were refused, by problem code.", "code"),
	}
}

// acked takes the time of a message that was acknowledged.
func (m *metrics) acked(what string, began time.Time) {
	m.ack.WithLabelValues(what).Observe(time.Since(began).Seconds())
}

// sent takes what a fan has sent to some of its members, in that time; frame is
// nil where there was nothing to send.
func (m *metrics) sent(f *frame, members, of int, took time.Duration) {
	if f == nil {
		return
	}
	m.pass.Observe(took.Seconds() * float64(of) / float64(members))
	m.frames.Inc()
	m.bytes.Add(float64(f.size))
	m.deliveries.Add(float64(members))
}

func (m *metrics) end(code int) { m.ended.WithLabelValues(strconv.Itoa(code)).Inc() }

// turnedAway counts a handshake that was refused with err.
func (m *metrics) turnedAway(err error) {
	status := fiber.StatusUnauthorized // what identify answers
	var known *fiber.Error
	if errors.As(err, &known) {
		status = known.Code
	}
	m.turned.WithLabelValues(strconv.Itoa(status)).Inc()
}

var (
	socketsNow = prometheus.NewDesc("veche_sockets", "Sockets that are open.", nil, nil)
	peopleNow  = prometheus.NewDesc("veche_people", "People who have a socket open.", nil, nil)
	topicsNow  = prometheus.NewDesc("veche_topics", "Topics that somebody has joined since the start.", nil, nil)
	roomsNow   = prometheus.NewDesc("veche_rooms", "Rooms that have sockets in them.", nil, nil)
)

// Describe implements [prometheus.Collector].
func (h *Hub) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{socketsNow, peopleNow, topicsNow, roomsNow} {
		to <- d
	}
	for _, c := range h.metrics.all() {
		c.Describe(to)
	}
}

// Collect implements [prometheus.Collector].
func (h *Hub) Collect(to chan<- prometheus.Metric) {
	h.mu.RLock()
	sockets, people := len(h.sockets), 0
	for _, g := range h.doors.people {
		if len(g.sockets) > 0 {
			people++
		}
	}
	forums := make([]*forum, 0, len(h.forums))
	for _, f := range h.forums {
		forums = append(forums, f)
	}
	h.mu.RUnlock()
	rooms := 0
	for _, f := range forums {
		f.mu.Lock()
		for _, r := range f.rooms {
			r.mu.Lock()
			if r.size > 0 {
				rooms++
			}
			r.mu.Unlock()
		}
		f.mu.Unlock()
	}
	for d, n := range map[*prometheus.Desc]int{socketsNow: sockets, peopleNow: people, topicsNow: len(forums), roomsNow: rooms} {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n))
	}
	for _, c := range h.metrics.all() {
		c.Collect(to)
	}
}

func (m *metrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.pass, m.ack, m.frames, m.bytes, m.deliveries, m.skipped, m.ended, m.turned, m.refused}
}

// ended counts the end of a socket: closed is the code of the server's close
// frame, 0 for none.
func (s *socket) ended() {
	s.mu.Lock()
	code := int(s.code)
	s.mu.Unlock()
	if s.out.isSlow() {
		code = protocol.CloseSlow
	}
	s.hub.metrics.end(code)
}
