package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"sync"
)

// settings come from whoever started what is asked here (tests/integration/surroundings/quota_histories.py): the first
// line that is read.
type settings struct {
	Replicas []string   `json:"replicas"` // addresses of the API's processes
	Token    string     `json:"token"`    // of an admin
	Cluster  connection `json:"cluster"`
}

// surroundings does what only the one who started everything can do: a line is a wish, the next line read its answer.
type surroundings struct {
	mutex sync.Mutex
	lines *bufio.Scanner
	out   io.Writer
}

func (s *surroundings) read(into any) error {
	if !s.lines.Scan() {
		return io.ErrUnexpectedEOF
	}
	return json.Unmarshal(s.lines.Bytes(), into)
}

// wish ends when it is fulfilled.
func (s *surroundings) wish(what string, into any) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if _, err := fmt.Fprintf(s.out, "wish %s\n", what); err != nil {
		return err
	}
	return s.read(into)
}

// reserved are the places that no store has made its own: how many, by the name of the store that they were for. Not
// known while the database is away.
func (s *surroundings) reserved(team string) (places map[string]int, known bool, err error) {
	var names *[]string
	if err := s.wish("reserved "+team, &names); err != nil || names == nil {
		return nil, false, err
	}
	places = map[string]int{}
	for _, name := range *names {
		places[name]++
	}
	return places, true, nil
}

// leaders is how many controllers have led so far.
func (s *surroundings) leaders() (count int, err error) {
	err = s.wish("leaders", &count)
	return count, err
}
