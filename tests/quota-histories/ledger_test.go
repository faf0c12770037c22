package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// ledger is a small one in memory, which can be made to err. It writes down what its clients see: of each step only that
// it was somewhere between call and return.
type ledger struct {
	random  *rand.Rand
	now     state
	history []porcupine.Operation
	at      int64
	errs    func() bool // whether the next write is lost
}

func (l *ledger) around(most int64) span {
	return span{l.at - l.random.Int64N(most), l.at + l.random.Int64N(most)}
}

func (l *ledger) note(in input, out output, when span) {
	l.history = append(l.history, operation(0, in, out, when))
}

func (l *ledger) admit(holder string, wanted plan) bool {
	fits := l.now.fits(holder, wanted)
	if fits && !l.errs() {
		l.now = l.now.with(holder, wanted)
	}
	l.note(input{kind: admit, holder: holder, plan: wanted}, output{accepted: fits}, l.around(100))
	return fits
}

func (l *ledger) release(holder string) {
	if !l.errs() {
		l.now = l.now.without(holder)
	}
	l.note(input{kind: giveBack, holder: holder, held: true}, output{}, l.around(300))
}

// requestForATakenName takes a place, and gives it back.
func (l *ledger) requestForATakenName(holder string, wanted plan) {
	if !l.now.fits(holder, wanted) {
		return
	}
	when := l.around(100)
	in := input{kind: admit, holder: holder, plan: wanted, passing: true}
	l.note(in, output{accepted: true}, when)
	in.kind, in.held = giveBack, true
	l.note(in, output{}, when)
}

// live lets some clients act within three seconds (times are milliseconds), and then ends all stores.
func live(random *rand.Rand, clients int, errs func() bool) (quota, []porcupine.Operation) {
	start := quota{stores: 2 + random.IntN(5), gibibytes: 3 + random.IntN(8), plans: [planCount]bool{true, true, true}}
	l := ledger{random: random, now: state{quota: start}, errs: errs}
	var holding []string
	for n := range clients {
		l.at += random.Int64N(30)
		holder, wanted := fmt.Sprint("store-", n), plan(random.IntN(3))
		switch what := random.IntN(20); {
		case what < 1:
			l.requestForATakenName(holder, wanted)
		case what < 3 && len(holding) > 0:
			l.admit(holding[random.IntN(len(holding))], wanted)
		case what < 5 && len(holding) > 0:
			l.release(holding[0])
			holding = holding[1:]
		case what < 6:
			l.note(input{kind: readTeam}, output{quota: start, used: l.now.total()}, l.around(100))
		default:
			if l.admit(holder, wanted) {
				holding = append(holding, holder)
			}
		}
	}
	for _, one := range holding {
		l.release(one)
	}
	l.at += 2000
	l.note(input{kind: readTeam}, output{quota: start, used: l.now.total()}, l.around(100))
	return start, l.history
}

func TestALedgerThatErrsIsFoundOut(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for n := range 30 {
		start, history := live(random, 200, func() bool { return false })
		if got := findOrder(start, history, time.Minute); got != porcupine.Ok {
			t.Errorf("history %d of a good ledger: %s", n, got)
		}
		start, history = live(random, 200, func() bool { return random.IntN(3) == 0 })
		if got := findOrder(start, history, time.Minute); got != porcupine.Illegal {
			t.Errorf("history %d of a bad ledger: %s", n, got)
		}
	}
}
