package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"veche/server/limit"
	"veche/server/store"
)

// timedStore tells how long commits take and how many events there are.
type timedStore struct {
	store.Store
	commit prometheus.Histogram
	events prometheus.Counter
	failed prometheus.Counter
}

func newTimedStore(s store.Store) *timedStore {
	return &timedStore{
		Store: s,
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "veche_commit_seconds", Help: "How long a batch of events took to be on disk.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 16),
		}),
		events: prometheus.NewCounter(prometheus.CounterOpts{Name: "veche_events_total", Help: "Events that were committed."}),
		failed: prometheus.NewCounter(prometheus.CounterOpts{Name: "veche_commits_failed_total", Help: "Batches whose commit failed or had an unknown outcome."}),
	}
}

// AppendBatch implements [store.Log].
func (t *timedStore) AppendBatch(ctx context.Context, b store.Batch, rows []store.Record) error {
	began := time.Now()
	err := t.Store.AppendBatch(ctx, b, rows)
	if err != nil {
		t.failed.Inc()
		return err
	}
	t.commit.Observe(time.Since(began).Seconds())
	t.events.Add(float64(b.Last - b.First + 1))
	return nil
}

// refusals tells how many requests were refused as too many, and of nobody whose
// they were.
type refusals struct{ guard *limit.Guard }

var refusalMetric = prometheus.NewDesc("veche_requests_refused_total", "Requests that were refused because too many came, by what they wanted and whose limit it was.", []string{"what", "limit"}, nil)

// Describe implements [prometheus.Collector].
func (refusals) Describe(c chan<- *prometheus.Desc) { c <- refusalMetric }

// Collect implements [prometheus.Collector].
func (r refusals) Collect(c chan<- prometheus.Metric) {
	r.guard.Refusals(func(class limit.Class, by limit.By, n uint64) {
		c <- prometheus.MustNewConstMetric(refusalMetric, prometheus.CounterValue, float64(n), class.String(), by.String())
	})
}

// listenMetrics opens the metrics' own port, where one is wanted: what it tells
// is for the operators, so it is never on the port of the public.
func (s *Server) listenMetrics() error {
	if s.options.Metrics == "" {
		return nil
	}
	listener, err := net.Listen("tcp", s.options.Metrics)
	if err != nil {
		return fmt.Errorf("can't listen on %s: %w: choose another --metrics", s.options.Metrics, err)
	}
	registry := prometheus.NewRegistry()
	for _, c := range []prometheus.Collector{
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		s.hub, s.listener, s.timed.commit, s.timed.events, s.timed.failed, troubleGauge{s}, refusals{s.guard},
	} {
		if err := registry.Register(c); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(s.options.Log.Handler(), slog.LevelError)}))
	s.metrics = &http.Server{Handler: mux, ReadTimeout: readTimeout, WriteTimeout: time.Minute, IdleTimeout: idleTimeout}
	s.MetricsURL = "http://" + listener.Addr().String() + "/metrics"
	go func() {
		if err := s.metrics.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.options.Log.Error("the metrics are not served any more", "error", err)
		}
	}()
	return nil
}

func (s *Server) closeMetrics() error {
	if s.metrics == nil {
		return nil
	}
	return s.metrics.Close()
}
