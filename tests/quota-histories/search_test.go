package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// someHistory is one that a ledger may have made, or nearly: answers and times are drawn.
func someHistory(random *rand.Rand) (quota, []porcupine.Operation) {
	start := quota{stores: random.IntN(4), gibibytes: 1 + random.IntN(6), plans: [planCount]bool{true, random.IntN(2) == 0, true}}
	var history []porcupine.Operation
	for range 3 + random.IntN(6) {
		call := random.Int64N(12)
		when := span{call, call + random.Int64N(8)}
		holder := fmt.Sprint("store-", random.IntN(3))
		asked := input{kind: kind(random.IntN(7)), holder: holder, plan: plan(random.IntN(3)), quota: start}
		asked.held = asked.kind == giveBack
		asked.quota.stores = random.IntN(3)
		answered := output{accepted: random.IntN(2) == 0, quota: start, used: usage{random.IntN(2), random.IntN(3)}}
		history = append(history, operation(0, asked, answered, when))
	}
	for n := range random.IntN(3) {
		call := random.Int64N(12)
		when := span{call, call + random.Int64N(8)}
		asked := input{kind: admit, holder: fmt.Sprint("request-", n), plan: plan(random.IntN(2)), passing: true}
		history = append(history, operation(0, asked, output{accepted: true}, when))
		asked.kind, asked.held = giveBack, true
		history = append(history, operation(0, asked, output{}, when))
	}
	return start, history
}

func TestTheSearchAgreesWithPorcupine(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	verdicts := map[porcupine.CheckResult]int{}
	for n := range 20000 {
		start, history := someHistory(random)
		expected := porcupine.CheckOperationsTimeout(ledgerModel(start), history, 0)
		if got := findOrder(start, history, time.Minute); got != expected {
			t.Fatalf("history %d: %s, porcupine says %s: %v", n, got, expected, history)
		}
		verdicts[expected]++
	}
	if verdicts[porcupine.Ok] < 1500 || verdicts[porcupine.Illegal] < 2000 {
		t.Errorf("too few of one kind to compare: %v", verdicts)
	}
}

// As many as a real history has, all at once.
func TestTwoHundredAtOnceAreJudged(t *testing.T) {
	three := quota{stores: 3, gibibytes: 9, plans: [planCount]bool{true, true, true}}
	var history []porcupine.Operation
	for i := range int64(200) {
		wins := i%70 == 69 || i == 0
		history = append(history, takes(fmt.Sprint(i), plan(i%3), wins, i%7, 1000+i%11))
	}
	if got := findOrder(three, history, time.Minute); got != porcupine.Ok {
		t.Errorf("three winners for three places: %s", got)
	}
	history = append(history, takes("one more", small, true, 500, 600))
	if got := findOrder(three, history, time.Minute); got != porcupine.Illegal {
		t.Errorf("four winners for three places: %s", got)
	}
}

func TestASearchEndsInTime(t *testing.T) {
	many := quota{stores: 1000, gibibytes: 40, plans: [planCount]bool{true, true, true}}
	var history []porcupine.Operation
	for i := range int64(60) {
		history = append(history, takes(fmt.Sprint(i), plan(i%3), true, 0, 100))
	}
	if got := findOrder(many, history, 200*time.Millisecond); got != porcupine.Unknown {
		t.Errorf("%s", got)
	}
}
