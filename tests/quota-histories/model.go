package main

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strconv"

	"github.com/anishathalye/porcupine"
)

// kind says what one atomic step at the ledger does.
type kind uint8

const (
	admit    kind = iota // a place is taken, or changes its plan
	check                // whether admit would succeed; changes nothing
	mayAdmit             // an admit that nobody saw: it may have been refused, or never tried
	giveBack             // a place is free again
	vanish               // like it, and no mayAdmit of the holder can take one any more
	setQuota             // by an admin
	readTeam             // what the team may have, and has taken
)

// forever is the time at which an operation returns that was never seen to end.
const forever = math.MaxInt64

// input is what was asked. A holder is whoever a place belongs to: a store by its UID, or a request.
type input struct {
	kind   kind
	holder string
	held   bool // of giveBack and vanish: there certainly is a place
	// passing: the holder is a request that gives back what it takes. Of two with the same plan it does not matter which
	// is which.
	passing bool
	plan    plan
	quota   quota
}

// output is what was answered.
type output struct {
	accepted bool
	quota    quota
	used     usage
}

// place is what a holder has.
type place struct {
	holder string
	plan   plan
}

// state is what the ledger holds of one team. Never changed: what is next has slices of its own.
type state struct {
	quota  quota
	places []place  // by holder
	gone   []string // holders that have vanished
}

// The promise of domain/ports/quota_ledger.hpp in other words. An operation takes effect at one moment between its
// call and its return; what is accepted fits at that moment, what is refused does not.
func ledgerModel(start quota) porcupine.Model {
	model := porcupine.NondeterministicModel{
		Init:              func() []interface{} { return []interface{}{state{quota: start}} },
		Step:              step,
		Equal:             equal,
		Hash:              hashState,
		DescribeOperation: describeOperation,
		DescribeState:     describeState,
	}
	return model.ToModel()
}

func step(before, asked, answered interface{}) []interface{} {
	now, in, out := before.(state), asked.(input), answered.(output)
	switch in.kind {
	case admit:
		if now.fits(in.holder, in.plan) != out.accepted {
			return nil
		}
		if out.accepted {
			now = now.with(in.holder, in.plan)
		}
	case check:
		if now.fits(in.holder, in.plan) != out.accepted {
			return nil
		}
	case mayAdmit:
		if !slices.Contains(now.gone, in.holder) && now.fits(in.holder, in.plan) {
			return []interface{}{now, now.with(in.holder, in.plan)}
		}
	case giveBack, vanish:
		if _, has := now.own(in.holder); in.held && !has {
			return nil
		}
		now = now.without(in.holder)
		if in.kind == vanish {
			now.gone = append(slices.Clone(now.gone), in.holder)
			slices.Sort(now.gone)
		}
	case setQuota:
		now.quota = in.quota
	case readTeam:
		if now.quota != out.quota || now.total() != out.used {
			return nil
		}
	}
	return []interface{}{now}
}

// fits says whether the holder may have the plan: beside the places of others, of which its own is none. A place that
// is held keeps its plan and may always take less, whatever the quota has become.
func (s state) fits(holder string, wanted plan) bool {
	has, holds := s.own(holder)
	if (!holds || has != wanted) && !s.quota.plans[wanted] {
		return false
	}
	others := s.total()
	if holds {
		others.stores--
		others.gibibytes -= has.gibibytes()
	}
	if !holds && others.stores >= s.quota.stores {
		return false
	}
	more := !holds || wanted.gibibytes() > has.gibibytes()
	return !more || others.gibibytes+wanted.gibibytes() <= s.quota.gibibytes
}

func (s state) own(holder string) (has plan, holds bool) {
	for _, one := range s.places {
		if one.holder == holder {
			return one.plan, true
		}
	}
	return 0, false
}

func (s state) with(holder string, has plan) state {
	s = s.without(holder)
	at, _ := slices.BinarySearchFunc(s.places, holder, func(one place, holder string) int { return cmp.Compare(one.holder, holder) })
	s.places = slices.Insert(s.places, at, place{holder, has})
	return s
}

func (s state) without(holder string) state {
	var others []place
	for _, one := range s.places {
		if one.holder != holder {
			others = append(others, one)
		}
	}
	s.places = others
	return s
}

func (s state) total() usage {
	var sum usage
	for _, one := range s.places {
		sum.stores++
		sum.gibibytes += one.plan.gibibytes()
	}
	return sum
}

func equal(one, other interface{}) bool {
	a, b := one.(state), other.(state)
	return a.quota == b.quota && slices.Equal(a.places, b.places) && slices.Equal(a.gone, b.gone)
}

// text has all of it, short.
func (s state) text() []byte {
	text := []byte{byte(s.quota.stores), byte(s.quota.gibibytes)}
	for _, may := range s.quota.plans {
		text = strconv.AppendBool(text, may)
	}
	for _, one := range s.places {
		text = append(append(text, one.holder...), byte(one.plan))
	}
	for _, one := range s.gone {
		text = append(append(text, '-'), one...)
	}
	return text
}

func hashState(of interface{}) uint64 {
	hash := fnv.New64a()
	hash.Write(of.(state).text())
	return hash.Sum64()
}

func describeState(of interface{}) string {
	s := of.(state)
	return fmt.Sprintf("of %v: %v", s.quota, s.places)
}

func describeOperation(asked, answered interface{}) string {
	in, out := asked.(input), answered.(output)
	verdict := "refused"
	if out.accepted {
		verdict = "accepted"
	}
	switch in.kind {
	case admit:
		return fmt.Sprintf("%s takes %v: %s", in.holder, in.plan, verdict)
	case check:
		return fmt.Sprintf("may %s take %v: %s", in.holder, in.plan, verdict)
	case mayAdmit:
		return fmt.Sprintf("%s perhaps takes %v", in.holder, in.plan)
	case giveBack, vanish:
		return in.holder + " gives its place back"
	case readTeam:
		return fmt.Sprintf("used: %d stores, %d GiB of %v", out.used.stores, out.used.gibibytes, out.quota)
	default:
		return fmt.Sprintf("the quota becomes %v", in.quota)
	}
}
