package main

import (
	"cmp"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"
)

// search looks for an order of a history, like porcupine, and comes to the same verdict (search_test.go). It knows one
// thing more: what changes nothing, such as a refusal, can be put into the order as soon as it is true there, for it
// takes nothing from the others. Porcupine tries all sets of such operations, and a bad history with two hundred
// refusals at once has 2^200 of them.
type search struct {
	operations []porcupine.Operation // by return: what ends first is tried first
	placed     []bool
	order      []int
	dead       map[string][][]bool // what leads nowhere: by what has changed the state, all that was placed
	until      time.Time
	late       bool
}

// findOrder says Unknown where in that time it has found neither an order nor that there is none.
func findOrder(start quota, history []porcupine.Operation, within time.Duration) porcupine.CheckResult {
	operations := slices.Clone(history)
	slices.SortStableFunc(operations, func(a, b porcupine.Operation) int { return cmp.Compare(a.Return, b.Return) })
	s := search{operations: operations, placed: make([]bool, len(operations)), dead: map[string][][]bool{}, until: time.Now().Add(within)}
	switch {
	case s.from(state{quota: start}):
		return porcupine.Ok
	case s.late:
		return porcupine.Unknown
	default:
		return porcupine.Illegal
	}
}

// changesNothing whatever the state is.
func changesNothing(one porcupine.Operation) bool {
	switch one.Input.(input).kind {
	case check, readTeam:
		return true
	case admit:
		return !one.Output.(output).accepted
	default:
		return false
	}
}

// from this state on all that is left can be placed. It leaves `placed` as it was where that is not so.
func (s *search) from(now state) bool {
	before := len(s.order)
	s.placeWhatChangesNothing(now)
	if len(s.order) == len(s.operations) {
		return true
	}
	if s.late = s.late || time.Now().After(s.until); !s.late && !s.leadsNowhere(now) {
		latest := s.latestCall()
		for i, one := range s.operations {
			if s.placed[i] || one.Call > latest || changesNothing(one) || s.comesAfterItsLike(i) {
				continue
			}
			for _, next := range step(now, one.Input, one.Output) {
				s.place(i)
				if s.from(next.(state)) {
					return true
				}
				s.takeBack(len(s.order) - 1)
			}
		}
	}
	s.takeBack(before)
	return false
}

// comesAfterItsLike: another request that differs from this one in nothing was called and answered before it, and has not
// had its turn. Exchanging the two would make another order of the same worth.
func (s *search) comesAfterItsLike(i int) bool {
	in := s.operations[i].Input.(input)
	if !in.passing {
		return false
	}
	for j, earlier := range s.operations[:i] { // by return
		like := earlier.Input.(input)
		if !s.placed[j] && like.passing && like.kind == in.kind && like.plan == in.plan && earlier.Call <= s.operations[i].Call {
			return true
		}
	}
	return false
}

func (s *search) placeWhatChangesNothing(now state) {
	for more := true; more; {
		more = false
		latest := s.latestCall()
		for i, one := range s.operations {
			if s.placed[i] || one.Call > latest || !changesNothing(one) {
				continue
			}
			if len(step(now, one.Input, one.Output)) > 0 {
				s.place(i)
				more = true
			}
		}
	}
}

// latestCall of what can be next: before anything that is left has returned.
func (s *search) latestCall() int64 {
	for i, one := range s.operations {
		if !s.placed[i] {
			return one.Return
		}
	}
	return forever
}

func (s *search) place(i int) {
	s.placed[i] = true
	s.order = append(s.order, i)
}

func (s *search) takeBack(to int) {
	for _, i := range s.order[to:] {
		s.placed[i] = false
	}
	s.order = s.order[:to]
}

// leadsNowhere says whether somebody was here before with at least as much placed, and notes that we are.
func (s *search) leadsNowhere(now state) bool {
	key := make([]byte, 0, len(s.placed)+64)
	for i, is := range s.placed {
		if is && !changesNothing(s.operations[i]) {
			key = append(key, byte(i), byte(i>>8))
		}
	}
	key = append(key, now.text()...)
	before := s.dead[string(key)]
	for _, more := range before {
		if contains(more, s.placed) {
			return true
		}
	}
	s.dead[string(key)] = append(before, slices.Clone(s.placed))
	return false
}

func contains(more, less []bool) bool {
	for i, is := range less {
		if is && !more[i] {
			return false
		}
	}
	return true
}
