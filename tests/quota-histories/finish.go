package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"
)

// leftAlone: a refused store is left alone for 15 s (kAskForQuotaAgain in backend/operator/decisions/rules.cpp), unless another
// controller takes over.
const leftAlone = int64(14 * time.Second)

// aftermath is what is known when all is over.
type aftermath struct {
	at       int64
	reserved map[string]int // places that requests without an answer have left: how many, by the store's name
	trouble  []span         // when the database was away
	patience int64          // how long a refused store was left alone at least
}

// operations are the history as the model takes it.
func (h *history) operations(after aftermath) ([]porcupine.Operation, error) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	all := append([]porcupine.Operation(nil), h.done...)
	left := make(map[string]int, len(after.reserved))
	for name, places := range after.reserved {
		left[name] = places
	}
	all = append(all, h.resolve(left, after.at)...)
	all = append(all, h.namesTaken(left, after.trouble)...)
	for _, one := range h.stores {
		if one.origin == unknown {
			return nil, fmt.Errorf("nobody has created the store %s", one.name)
		}
		steps, err := h.lifeOf(one, after)
		if err != nil {
			return nil, err
		}
		all = append(all, steps...)
	}
	return all, nil
}

// resolve finds out what became of requests without an answer: a store is there, a place is reserved, or nothing was
// done. A reservation lasts for ten minutes, longer than any history.
func (h *history) resolve(left map[string]int, at int64) []porcupine.Operation {
	var operations []porcupine.Operation
	for _, request := range h.open {
		asked := input{kind: admit, plan: request.plan}
		if made := h.unexplained(request.name); made != nil {
			made.client, made.origin = request.client, viaAPI
			made.creation = span{request.span.call, made.seen}
			asked.holder = made.uid
			operations = append(operations, operation(request.client, asked, output{accepted: true}, made.creation))
		} else if left[request.name] > 0 {
			left[request.name]--
			asked.holder = fmt.Sprintf("request of %s", request.name)
			operations = append(operations, operation(request.client, asked, output{accepted: true}, span{request.span.call, at}))
		}
	}
	return operations
}

func (h *history) unexplained(name string) *store {
	for _, one := range h.stores {
		if one.name == name && one.origin == unknown {
			return one
		}
	}
	return nil
}

// namesTaken: such a request took a place, and gave it back or, without the database, could not.
func (h *history) namesTaken(left map[string]int, trouble []span) []porcupine.Operation {
	var operations []porcupine.Operation
	for i, request := range h.taken {
		holder := fmt.Sprintf("request %d for %s", i, request.name)
		took := input{kind: admit, holder: holder, plan: request.plan}
		took.passing = left[request.name] == 0 || !touched(request.span, trouble)
		operations = append(operations, operation(request.client, took, output{accepted: true}, request.span))
		if !took.passing {
			left[request.name]--
			continue
		}
		gave := input{kind: giveBack, holder: holder, plan: request.plan, held: true, passing: true}
		operations = append(operations, operation(request.client, gave, output{}, request.span))
	}
	return operations
}

// lifeOf a store: what the controller did for it, and the end, when its place is free again. Without the database that
// is when the ledger is rebuilt, long after.
func (h *history) lifeOf(one *store, after aftermath) ([]porcupine.Operation, error) {
	if len(one.revisions) == 0 {
		return nil, fmt.Errorf("the store %s was seen only when it went", one.name)
	}
	steps, holds := one.steps(after.patience)
	if one.gone == 0 {
		return steps, nil
	}
	from, err := h.deletion(one)
	if err != nil {
		return nil, err
	}
	end := span{from, one.gone}
	if touched(end, after.trouble) {
		end.back = forever
	}
	gone := input{kind: giveBack, holder: one.uid, held: holds}
	for _, step := range steps {
		if step.Input.(input).kind == mayAdmit {
			gone.kind = vanish
		}
	}
	if holds || gone.kind == vanish {
		steps = append(steps, operation(one.client, gone, output{}, end))
	}
	return steps, nil
}

func touched(when span, trouble []span) bool {
	return slices.ContainsFunc(trouble, when.touches)
}
