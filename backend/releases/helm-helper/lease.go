package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// shortestWrite: a write that has less would rather be cut off than done.
const shortestWrite = 500 * time.Millisecond

// Lease is until when this process may write to the cluster. Its parent says so again and again; one that is
// stopped, or cut off from the API server, does not. Safe for concurrent use.
type Lease struct {
	until   atomic.Int64 // nanoseconds of CLOCK_BOOTTIME, which also counts while the machine sleeps
	longest atomic.Int64 // nanoseconds
}

// Extend takes the parent's word: a time of CLOCK_BOOTTIME in nanoseconds, and what one write to the API server
// gets and the API server is told to give it. That is no more than the time between the end of the lease as its
// holder counts it and the moment when another may lead.
func (l *Lease) Extend(until int64, longest time.Duration) {
	l.longest.Store(int64(longest))
	l.until.Store(until)
}

// Left is how long writes may still take; zero or less when none may begin.
func (l *Lease) Left() time.Duration { return time.Duration(l.until.Load() - bootTime()) }

// Longest is how long a single one may.
func (l *Lease) Longest() time.Duration { return time.Duration(l.longest.Load()) }

func bootTime() int64 {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &now); err != nil {
		panic(err) // every Linux has it
	}
	return now.Nano()
}

// fence lets a write out only while the lease holds, and bounds it by the lease.
type fence struct {
	next  http.RoundTripper
	lease *Lease
}

func (f fence) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method == http.MethodGet {
		return f.next.RoundTrip(request)
	}
	left := f.lease.Left()
	if left < shortestWrite {
		if request.Body != nil {
			_ = request.Body.Close()
		}
		return nil, failedf(codeUnreachable, "the lease of this helper's leader is over")
	}
	longest := f.lease.Longest()
	ctx, cancel := context.WithTimeout(request.Context(), min(left, longest))
	bounded := request.Clone(ctx)
	query := bounded.URL.Query()
	query.Set("timeout", longest.String())
	bounded.URL.RawQuery = query.Encode()
	response, err := f.next.RoundTrip(bounded)
	if err != nil {
		cancel()
		return nil, err
	}
	response.Body = boundedBody{response.Body, cancel}
	return response, nil
}

// boundedBody ends the time that its request had when it is read.
type boundedBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b boundedBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}

// dialer makes connections that break when what was sent is not acknowledged for as long as a write may take:
// where a network was cut and works again, nothing of before is delivered.
func dialer(lease *Lease) *net.Dialer {
	return &net.Dialer{
		Timeout:   5 * time.Second,
		KeepAlive: 15 * time.Second,
		Control: func(_, _ string, connection syscall.RawConn) error {
			var failure error
			err := connection.Control(func(descriptor uintptr) {
				failure = unix.SetsockoptInt(int(descriptor), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT,
					int(lease.Longest().Milliseconds()*4/5))
			})
			if err != nil {
				return err
			}
			return failure
		},
	}
}

// dieWith makes the system kill this process when parent, which must have started it, dies; false if it is dead
// already. What was under way is left as kill -9 would: the next leader recovers it.
func dieWith(parent int) bool {
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return false
	}
	return unix.Getppid() == parent
}
