package main

import (
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// one place, ten GiB, all plans.
var onePlace = quota{stores: 1, gibibytes: 10, plans: [planCount]bool{true, true, true}}

func takes(holder string, has plan, accepted bool, call, back int64) porcupine.Operation {
	return operation(0, input{kind: admit, holder: holder, plan: has}, output{accepted: accepted}, span{call, back})
}

func asks(holder string, has plan, accepted bool, call, back int64) porcupine.Operation {
	return operation(0, input{kind: check, holder: holder, plan: has}, output{accepted: accepted}, span{call, back})
}

func givesBack(holder string, call, back int64) porcupine.Operation {
	return operation(0, input{kind: giveBack, holder: holder, held: true}, output{}, span{call, back})
}

func perhapsTakes(holder string, has plan, call, back int64) porcupine.Operation {
	return operation(0, input{kind: mayAdmit, holder: holder, plan: has}, output{}, span{call, back})
}

func vanishes(holder string, call, back int64) porcupine.Operation {
	return operation(0, input{kind: vanish, holder: holder}, output{}, span{call, back})
}

func becomes(next quota, call, back int64) porcupine.Operation {
	return operation(0, input{kind: setQuota, quota: next}, output{accepted: true}, span{call, back})
}

func shows(is quota, used usage, call, back int64) porcupine.Operation {
	return operation(0, input{kind: readTeam}, output{quota: is, used: used}, span{call, back})
}

func TestWhatIsPromised(t *testing.T) {
	two := onePlace
	two.stores = 2
	onlySmall := quota{stores: 1, gibibytes: 10, plans: [planCount]bool{small: true}}
	tight := quota{stores: 5, gibibytes: 3, plans: [planCount]bool{true, true, true}}
	cases := []struct {
		what    string
		start   quota
		history []porcupine.Operation
		good    bool
	}{
		{"one winner for one place", onePlace,
			[]porcupine.Operation{takes("a", small, true, 0, 10), takes("b", small, false, 0, 10)}, true},
		{"two winners for one place", onePlace,
			[]porcupine.Operation{takes("a", small, true, 0, 10), takes("b", small, true, 0, 10)}, false},
		{"the next one after a place was given back", onePlace,
			[]porcupine.Operation{takes("a", small, true, 0, 10), givesBack("a", 20, 30), takes("b", small, true, 25, 40)}, true},
		{"the next one before the place was given back", onePlace,
			[]porcupine.Operation{takes("a", small, true, 0, 10), givesBack("a", 20, 30), takes("b", small, true, 12, 18)}, false},
		{"refused although nothing is taken", onePlace,
			[]porcupine.Operation{takes("a", small, false, 0, 10)}, false},
		{"refused while another may have the place", onePlace,
			[]porcupine.Operation{takes("a", small, false, 0, 10), takes("b", small, true, 5, 30), givesBack("b", 20, 40)}, true},
		{"refused after the place was given back", onePlace,
			[]porcupine.Operation{takes("a", small, true, 0, 10), givesBack("a", 20, 30), takes("b", small, false, 31, 40)}, false},
		{"a place that is never given back", onePlace,
			[]porcupine.Operation{takes("a", small, true, 0, 10), givesBack("a", 20, 30), shows(onePlace, usage{1, 1}, 40, 50)}, false},
		{"given back some time later, without the database", onePlace,
			[]porcupine.Operation{takes("a", small, true, 0, 10), givesBack("a", 20, forever), takes("b", small, false, 40, 50)}, true},
		{"a plan that is not allowed", onlySmall,
			[]porcupine.Operation{takes("a", medium, true, 0, 10)}, false},
		{"a plan is kept that is allowed no more", onePlace,
			[]porcupine.Operation{takes("a", large, true, 0, 10), becomes(onlySmall, 11, 12), takes("a", large, true, 13, 14)}, true},
		{"less is always allowed", tight,
			[]porcupine.Operation{takes("a", large, true, 0, 10), becomes(quota{stores: 0, gibibytes: 1, plans: tight.plans}, 11, 12), takes("a", medium, true, 13, 14)}, true},
		{"less is refused", tight,
			[]porcupine.Operation{takes("a", large, true, 0, 10), takes("a", medium, false, 11, 12)}, false},
		{"more than there is", tight,
			[]porcupine.Operation{takes("a", medium, true, 0, 10), takes("b", medium, true, 11, 12)}, false},
		{"its own place counts against a change", onePlace,
			[]porcupine.Operation{takes("a", small, true, 0, 10), asks("a", medium, false, 11, 12)}, false},
		{"a question takes nothing", onePlace,
			[]porcupine.Operation{asks("a", small, true, 0, 10), takes("b", small, true, 11, 12)}, true},
		{"a smaller quota counts from its answer on", two,
			[]porcupine.Operation{takes("a", small, true, 0, 1), becomes(onePlace, 2, 3), takes("b", small, true, 4, 5)}, false},
		{"a smaller quota may count late", two,
			[]porcupine.Operation{takes("a", small, true, 0, 1), becomes(onePlace, 2, 9), takes("b", small, true, 4, 5)}, true},
		{"a sum that nobody has taken", onePlace,
			[]porcupine.Operation{takes("a", medium, true, 0, 10), shows(onePlace, usage{1, 1}, 11, 12)}, false},
		{"what nobody saw explains a refusal", onePlace,
			[]porcupine.Operation{perhapsTakes("a", small, 0, 30), takes("b", small, false, 10, 20), vanishes("a", 25, 30)}, true},
		{"what nobody saw need not have been", onePlace,
			[]porcupine.Operation{perhapsTakes("a", small, 0, 30), takes("b", small, true, 10, 20), vanishes("a", 25, 30)}, true},
		{"what has vanished explains nothing", onePlace,
			[]porcupine.Operation{perhapsTakes("a", small, 0, 30), vanishes("a", 25, 30), takes("b", small, false, 31, 40)}, false},
	}
	for _, one := range cases {
		t.Run(one.what, func(t *testing.T) {
			if got := porcupine.CheckOperations(ledgerModel(one.start), one.history); got != one.good {
				t.Errorf("porcupine: %v", got)
			}
			if got := findOrder(one.start, one.history, time.Minute); (got == porcupine.Ok) != one.good {
				t.Errorf("search: %v", got)
			}
		})
	}
}
