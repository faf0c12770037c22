package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// fencedServer is an API server that counts what reaches it and answers when it may, and a client behind a fence.
func fencedServer(t *testing.T, lease *Lease) (*http.Client, string, *atomic.Int32, chan struct{}) {
	t.Helper()
	var asked atomic.Int32
	answer := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that its client is gone
		select {
		case <-answer:
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w, r.URL.RawQuery)
	}))
	t.Cleanup(server.Close)
	return &http.Client{Transport: fence{http.DefaultTransport, lease}}, server.URL, &asked, answer
}

func leaseOf(left time.Duration) *Lease {
	lease := &Lease{}
	lease.Extend(bootTime()+left.Nanoseconds(), 5*time.Second)
	return lease
}

func TestNothingIsWrittenWithoutALease(t *testing.T) {
	for name, lease := range map[string]*Lease{"never lent": &Lease{}, "over": leaseOf(-time.Second), "almost over": leaseOf(shortestWrite / 2)} {
		client, url, asked, answer := fencedServer(t, lease)
		close(answer)
		response, err := client.Post(url, "text/plain", strings.NewReader("x"))
		if err == nil {
			_ = response.Body.Close()
			t.Fatalf("%s: the write went out", name)
		}
		wantEqual(t, name, classify(err).Code, codeUnreachable)
		response, err = client.Get(url)
		if err != nil {
			t.Fatalf("%s: a read is held back: %s", name, err)
		}
		_ = response.Body.Close()
		wantEqual(t, name+": requests", asked.Load(), 1)
	}
}

func TestAWriteIsBoundedHereAndAtTheServer(t *testing.T) {
	client, url, asked, answer := fencedServer(t, leaseOf(shortestWrite+200*time.Millisecond))
	start := time.Now()
	_, err := client.Post(url, "text/plain", strings.NewReader("x"))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("a write that outlives its lease: %v", err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Fatalf("given up after %s only", took)
	}
	wantEqual(t, "requests", asked.Load(), 1)
	close(answer)

	client, url, _, answer = fencedServer(t, leaseOf(time.Minute))
	close(answer)
	response, err := client.Post(url+"?fieldManager=helm", "text/plain", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	query, _ := io.ReadAll(response.Body)
	wantEqual(t, "query", string(query), "fieldManager=helm&timeout=5s")
}

func TestALeaseLineExtendsTheLeaseAndIsNotAnswered(t *testing.T) {
	var out strings.Builder
	lease := &Lease{}
	server := &Server{workers: 1, drain: time.Second, lease: lease, log: slog.New(slog.DiscardHandler), out: &out,
		handle: func(_ context.Context, _ Request) Reply { panic("no request") }}
	server.Serve(context.Background(), strings.NewReader(`{"op":"lease","until":9000000000000000000,"longestMs":1234}`))
	if lease.Left() <= 0 {
		t.Fatalf("%s are left", lease.Left())
	}
	wantEqual(t, "longest write", lease.Longest(), 1234*time.Millisecond)
	wantEqual(t, "replies", out.String(), "")
}
