package main

import (
	"slices"

	"github.com/anishathalye/porcupine"
)

// origin is who made a store. Through the API it has a place before it exists; otherwise the controller takes one.
type origin uint8

const (
	unknown origin = iota
	viaAPI
	viaKubectl
)

// verdict is what the controller says of a store's place.
type verdict uint8

const (
	none verdict = iota
	admitted
	refused
)

// sight is a store as the API server has shown it.
type sight struct {
	at         int64
	uid, name  string
	generation int64
	plan       plan
	deleting   bool
	gone       bool
	verdict    verdict // on this very generation
}

// judgement is a verdict that was seen.
type judgement struct {
	verdict verdict
	at      int64
}

// revision is a spec that a store has had.
type revision struct {
	generation int64
	plan       plan
	call       int64 // when it was asked for; of the first: when the store was
	judged     []judgement
}

// store is all that was seen of one.
type store struct {
	uid, name string
	client    int
	origin    origin
	creation  span
	seen      int64 // first
	revisions []revision
	deleting  int64 // when that was seen first; 0: not yet
	gone      int64 // 0: it exists

	changing   bool // somebody changes it
	changeCall int64
	removers   int // so many were told to delete it
}

func (s *store) alive() bool { return len(s.revisions) > 0 && s.deleting == 0 && s.gone == 0 }

func (s *store) copied() store {
	copied := *s
	copied.revisions = nil
	for _, one := range s.revisions {
		one.judged = slices.Clone(one.judged)
		copied.revisions = append(copied.revisions, one)
	}
	return copied
}

func (s *store) last() *revision { return &s.revisions[len(s.revisions)-1] }

// judgement on the newest revision; none where there is none yet.
func (s *store) judgement() verdict {
	if judged := s.last().judged; len(judged) > 0 {
		return judged[len(judged)-1].verdict
	}
	return none
}

func (s *store) see(one sight) {
	if s.seen == 0 {
		s.seen, s.name = one.at, one.name
	}
	switch {
	case one.gone:
		s.gone = one.at
		return
	case one.deleting:
		if s.deleting == 0 {
			s.deleting = one.at
		}
		return // the controller looks no longer whether it fits
	case len(s.revisions) == 0 || s.last().generation != one.generation:
		s.revisions = append(s.revisions, revision{generation: one.generation, plan: one.plan, call: s.changeCall})
	}
	if one.verdict != none && one.verdict != s.judgement() {
		s.last().judged = append(s.last().judged, judgement{one.verdict, one.at})
	}
}

// steps are what the controller did at the ledger for the store while it existed, as far as it can have been seen, and
// whether it certainly has a place at the end. A refused store is left alone for `patience`.
func (s *store) steps(patience int64) (steps []porcupine.Operation, holds bool) {
	holds = s.origin == viaAPI
	has := s.revisions[0].plan // where it holds
	before := none
	for i := range s.revisions {
		one := s.revisions[i]
		if i == 0 {
			one.call = s.creation.call
		}
		asked := input{kind: admit, holder: s.uid, plan: one.plan}
		accepted := false
		for _, judged := range one.judged {
			within := span{one.call, judged.at}
			if judged.verdict == admitted {
				if !holds || has != one.plan {
					steps = append(steps, operation(s.client, asked, output{accepted: true}, within))
				}
				holds, has, accepted = true, one.plan, true
			} else if before != refused { // else it may be the answer to what was asked before, shown once more
				asked := input{kind: check, holder: s.uid, plan: one.plan}
				steps = append(steps, operation(s.client, asked, output{}, within))
			}
			before = judged.verdict
		}
		if accepted || (holds && has == one.plan) {
			continue
		}
		// It was asked for, and nobody saw the answer; or it was refused, and asked for again later.
		until := s.end(i)
		if len(one.judged) == 0 || until-one.call > patience {
			asked.kind = mayAdmit
			steps = append(steps, operation(s.client, asked, output{}, span{one.call, until}))
		}
	}
	return steps, holds
}

// end is when the controller has certainly done with a revision.
func (s *store) end(of int) int64 {
	for _, later := range s.revisions[of+1:] {
		if len(later.judged) > 0 {
			return later.judged[0].at
		}
	}
	if s.gone != 0 {
		return s.gone
	}
	return forever
}
