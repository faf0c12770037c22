package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"
)

// maxPending bounds the requests that are read ahead; beyond it the server stops reading.
const maxPending = 4096

// Server reads request lines, runs them in lanes and writes reply lines, in the order they finish.
type Server struct {
	handle  func(context.Context, Request) Reply
	workers int
	// drain is how long running and queued operations may go on after the input has ended.
	drain time.Duration
	lease *Lease // nil: nobody says until when it may write
	log   *slog.Logger

	mutex sync.Mutex // guards out
	out   io.Writer
}

// Serve returns when the input has ended, or ctx has, and the operations are finished or out of time.
func (s *Server) Serve(ctx context.Context, in io.Reader) {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	lanes := newLanes(s.workers)
	slots := make(chan struct{}, maxPending)

	lines := make(chan []byte)
	go s.read(ctx, in, lines)
read:
	for {
		select {
		case <-ctx.Done():
			break read
		case line, open := <-lines:
			if !open {
				break read
			}
			s.accept(running, line, lanes, slots)
		}
	}

	lanes.Close()
	finished := make(chan struct{})
	go func() {
		lanes.Wait()
		close(finished)
	}()
	select {
	case <-finished:
	case <-time.After(s.drain):
		s.log.Warn("operations cut off at exit", "pending", len(slots))
		cancel()
		select { // time to record how they ended
		case <-finished:
		case <-time.After(closingTime):
		}
	}
}

func (s *Server) accept(ctx context.Context, line []byte, lanes *Lanes, slots chan struct{}) {
	if line == nil {
		s.reply(Request{}, failedReply(Request{}, invalidRequest("line longer than %d bytes", maxLineBytes)), 0)
		return
	}
	request, failure := parseRequest(line)
	if failure != nil {
		s.reply(request, failedReply(request, failure), 0)
		return
	}
	if request.Op == opLease {
		if s.lease != nil {
			s.lease.Extend(request.Until, time.Duration(request.LongestMs)*time.Millisecond)
		}
		return
	}
	slots <- struct{}{}
	lanes.Submit(request.Namespace+"/"+request.Release, func() {
		defer func() { <-slots }()
		start := time.Now()
		s.reply(request, s.handle(ctx, request), time.Since(start))
	})
}

// read sends every line that is not blank; nil stands for one that is too long.
func (s *Server) read(ctx context.Context, in io.Reader, lines chan<- []byte) {
	defer close(lines)
	reader := bufio.NewReaderSize(in, 64<<10)
	var line []byte
	tooLong := false
	for {
		part, err := reader.ReadSlice('\n')
		if tooLong = tooLong || len(line)+len(part) > maxLineBytes; tooLong {
			line = nil
		} else {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if tooLong || len(trimmed(line)) > 0 {
			select {
			case lines <- trimmed(line):
			case <-ctx.Done():
				return
			}
		}
		line, tooLong = nil, false
		if err != nil {
			return
		}
	}
}

func trimmed(line []byte) []byte {
	for len(line) > 0 && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r' || line[len(line)-1] == ' ') {
		line = line[:len(line)-1]
	}
	if len(line) == 0 {
		return nil
	}
	return line
}

// reply writes one line and logs what happened, without values and without messages that may quote them.
func (s *Server) reply(request Request, reply Reply, took time.Duration) {
	fields := []any{"op", request.Op, "namespace", request.Namespace, "id", request.ID, "ms", took.Milliseconds()}
	switch {
	case reply.Error == nil:
		s.log.Debug("done", append(fields, "unchanged", reply.Unchanged)...)
	case reply.Error.Code == codeInvalidValues || reply.Error.Code == codeInvalidChart:
		s.log.Warn("failed", append(fields, "code", reply.Error.Code)...)
	default:
		s.log.Warn("failed", append(fields, "code", reply.Error.Code, "error", reply.Error.Message)...)
	}
	line, err := json.Marshal(reply)
	if err != nil {
		s.log.Error("reply cannot be written", "id", request.ID, "error", err)
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if _, err := s.out.Write(append(line, '\n')); err != nil {
		s.log.Error("standard output is closed", "error", err)
	}
}
