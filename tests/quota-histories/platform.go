package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

// clock gives the nanoseconds since the run began; monotonic.
type clock struct{ start time.Time }

func (c clock) now() int64 { return int64(time.Since(c.start)) }

// inFlight is how many requests one server is given at a time: the API refuses what waits behind more than 64 others for
// the database, and such an answer says nothing about the quota.
const inFlight = 64

// server is one HTTP server that is asked for JSON. Safe for use by many.
type server struct {
	clock         clock
	base          string
	authorization string // the header's value; empty: none
	client        *http.Client
	slots         chan struct{}
}

func newServer(c clock, base, authorization string, transport *http.Transport) *server {
	transport.MaxIdleConnsPerHost = inFlight
	transport.MaxConnsPerHost = inFlight
	client := &http.Client{Transport: transport, Timeout: 40 * time.Second}
	return &server{c, base, authorization, client, make(chan struct{}, inFlight)}
}

// answer of a server; status 0 where there was none.
type answer struct {
	status int
	body   []byte
	span   span
}

// request is what one server is asked; without a media type it has no body.
type request struct {
	method, path, mediaType string
	body                    any
	ifMatch                 string
	sending                 func(call int64) // called at the moment at which it is sent
}

// ask sends one request. Its span begins when it is sent: waiting for a free slot is not part of it.
func (s *server) ask(asked request) answer {
	s.slots <- struct{}{}
	defer func() { <-s.slots }()
	var got answer
	got.span.call = s.clock.now()
	if asked.sending != nil {
		asked.sending(got.span.call)
	}
	got.status, got.body = s.send(asked)
	got.span.back = s.clock.now()
	return got
}

func (s *server) send(asked request) (int, []byte) {
	var body io.Reader
	if asked.mediaType != "" {
		text, err := json.Marshal(asked.body)
		if err != nil {
			panic(err) // ours
		}
		body = bytes.NewReader(text)
	}
	sent, err := http.NewRequest(asked.method, s.base+asked.path, body)
	if err != nil {
		panic(err) // ours
	}
	for name, value := range map[string]string{"Content-Type": asked.mediaType, "Authorization": s.authorization, "If-Match": asked.ifMatch} {
		if value != "" {
			sent.Header.Set(name, value)
		}
	}
	response, err := s.client.Do(sent)
	if err != nil {
		return 0, []byte(err.Error())
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, []byte(err.Error())
	}
	return response.StatusCode, read
}

// code is the name of the problem that the platform's API gives.
func (a answer) code() string {
	var problem struct{ Code string }
	if json.Unmarshal(a.body, &problem) != nil {
		return ""
	}
	return problem.Code
}

// unclear: it does not say whether anything was done.
func (a answer) unclear() bool { return a.status == 0 || a.status == 503 || a.status == 504 }

func (a answer) unexpected(what string) error {
	return fmt.Errorf("%s: %d: %.300s", what, a.status, a.body)
}

// platform is the REST API, served by several replicas.
type platform struct{ replicas []*server }

// ask any of them.
func (p *platform) ask(asked request) answer {
	asked.path = "/api/v1" + asked.path
	if asked.body != nil {
		asked.mediaType = "application/json"
	}
	return p.replicas[rand.IntN(len(p.replicas))].ask(asked)
}

// quotaBody is a quota as the API reads and writes it.
type quotaBody struct {
	Stores       *int     `json:"stores,omitempty"`
	StorageBytes *int64   `json:"storageBytes,omitempty"`
	Plans        []string `json:"plans"`
}

const gibibyte = int64(1) << 30

func bodyOf(q quota) quotaBody {
	bytes := int64(q.gibibytes) * gibibyte
	body := quotaBody{Stores: &q.stores, StorageBytes: &bytes}
	for p, may := range q.plans {
		if may {
			body.Plans = append(body.Plans, planNames[p])
		}
	}
	return body
}

// teamOf reads what the API says of a team.
func teamOf(a answer) (quota, usage, error) {
	var team struct {
		Quota quotaBody
		Usage struct {
			Stores       int
			StorageBytes int64
		}
	}
	if err := json.Unmarshal(a.body, &team); err != nil {
		return quota{}, usage{}, err
	}
	if team.Quota.Stores == nil || team.Quota.StorageBytes == nil {
		return quota{}, usage{}, errors.New("the team's quota lost a limit")
	}
	is := quota{stores: *team.Quota.Stores, gibibytes: int(*team.Quota.StorageBytes / gibibyte)}
	for _, name := range team.Quota.Plans {
		allowed, known := planOf(name)
		if !known {
			return quota{}, usage{}, fmt.Errorf("plan %q", name)
		}
		is.plans[allowed] = true
	}
	return is, usage{team.Usage.Stores, int(team.Usage.StorageBytes / gibibyte)}, nil
}
