package main

import (
	"fmt"
	"sync"

	"github.com/anishathalye/porcupine"
)

// span is when a call began and when its answer was there, in nanoseconds of the run.
type span struct{ call, back int64 }

func (s span) touches(other span) bool { return s.call <= other.back && other.call <= s.back }

// creation is a request to the API for a new store that got no answer that says what became of it.
type creation struct {
	client int
	name   string
	plan   plan
	span   span
}

// history is what happened to one team: what its clients were answered, and what was seen of its stores.
type history struct {
	team  string
	start quota

	mutex   sync.Mutex
	done    []porcupine.Operation
	open    []creation
	taken   []creation // the API answered that the name is taken: it held a place and gave it back
	stores  map[string]*store
	deletes map[string][]int64 // by name: when somebody asked for the deletion
}

func newHistory(team string, start quota) *history {
	return &history{team: team, start: start, stores: map[string]*store{}, deletes: map[string][]int64{}}
}

func operation(client int, in input, out output, s span) porcupine.Operation {
	return porcupine.Operation{ClientId: client, Input: in, Call: s.call, Output: out, Return: s.back}
}

// answered notes what has taken effect between call and return.
func (h *history) answered(client int, in input, out output, s span) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.done = append(h.done, operation(client, in, out, s))
}

// created notes a store that was answered: by the API, which took a place for it, or by the API server alone.
func (h *history) created(client int, uid string, by origin, s span) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	known := h.storeOf(uid)
	known.client, known.origin, known.creation = client, by, s
}

func (h *history) nameTaken(one creation) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.taken = append(h.taken, one)
}

func (h *history) unanswered(one creation) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.open = append(h.open, one)
}

// deleting notes a try to delete, before it is made: it may work although its answer says otherwise.
func (h *history) deleting(name string, call int64) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.deletes[name] = append(h.deletes[name], call)
}

// see tells the store's history what the API server has shown of it.
func (h *history) see(one sight) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.storeOf(one.uid).see(one)
}

// use is what somebody wants with a store.
type use uint8

const (
	toName   use = iota // as one that is there
	toChange            // it is the caller's until doneChanging: two changes at once could not be told apart
	toRemove            // by two at most: more would only keep the API server busy
)

// pick chooses one of the stores that exist and are not being deleted; nil where there is none.
func (h *history) pick(choose func(int) int, wanted use) *store {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	var fitting []*store
	for _, one := range h.stores {
		if one.alive() && !(wanted == toChange && one.changing) && !(wanted == toRemove && one.removers > 1) {
			fitting = append(fitting, one)
		}
	}
	if len(fitting) == 0 {
		return nil
	}
	chosen := fitting[choose(len(fitting))]
	switch wanted {
	case toChange:
		chosen.changing = true
	case toRemove:
		chosen.removers++
	}
	return chosen
}

// look is what is known of the store now.
func (h *history) look(at *store) store {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return at.copied()
}

// changes notes that a change is asked for from here on.
func (h *history) changes(one *store, call int64) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	one.changeCall = call
}

func (h *history) doneChanging(one *store) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	one.changing = false
}

// left are the names of the stores that are not gone.
func (h *history) left() []string {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	var names []string
	for _, one := range h.stores {
		if one.gone == 0 {
			names = append(names, one.name)
		}
	}
	return names
}

// undeleted are the stores of which nobody has seen that they are being deleted.
func (h *history) undeleted() []store {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	var found []store
	for _, one := range h.stores {
		if one.alive() {
			found = append(found, one.copied())
		}
	}
	return found
}

func (h *history) storeOf(uid string) *store {
	known := h.stores[uid]
	if known == nil {
		known = &store{uid: uid}
		h.stores[uid] = known
	}
	return known
}

// deletion is the earliest moment at which the store can have been asked to go.
func (h *history) deletion(of *store) (int64, error) {
	earliest := int64(forever)
	for _, call := range h.deletes[of.name] {
		earliest = min(earliest, max(call, of.creation.call))
	}
	if earliest == forever {
		return 0, fmt.Errorf("store %s is gone, and nobody has deleted it", of.name)
	}
	return earliest, nil
}
