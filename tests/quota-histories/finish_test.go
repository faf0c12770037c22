package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/anishathalye/porcupine"
)

// said are the operations in words, with their times, in no particular order of their own.
func said(operations []porcupine.Operation) []string {
	var words []string
	for _, one := range operations {
		end := fmt.Sprint(one.Return)
		if one.Return == forever {
			end = "forever"
		}
		words = append(words, fmt.Sprintf("%d-%s %s", one.Call, end, describeOperation(one.Input, one.Output)))
	}
	slices.Sort(words)
	return words
}

func expectOperations(t *testing.T, h *history, after aftermath, expected ...string) {
	t.Helper()
	operations, err := h.operations(after)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(expected)
	if got := said(operations); !slices.Equal(got, expected) {
		t.Errorf("got\n  %s\nexpected\n  %s", strings.Join(got, "\n  "), strings.Join(expected, "\n  "))
	}
}

func seen(at, generation int64, has plan, said verdict) sight {
	return sight{at: at, uid: "uid", name: "shop", generation: generation, plan: has, verdict: said}
}

var patient = aftermath{at: 1000, patience: 1000}

func TestAStoreOfKubectlHasWhatTheControllerSaid(t *testing.T) {
	h := newHistory("blue", onePlace)
	h.created(0, "uid", viaKubectl, span{10, 20})
	h.see(seen(15, 1, small, none))
	h.see(seen(30, 1, small, refused))
	h.see(seen(50, 1, small, admitted))
	h.see(seen(55, 1, small, admitted))
	h.deleting("shop", 60)
	h.see(sight{at: 90, uid: "uid", name: "shop", gone: true})
	expectOperations(t, h, patient,
		"10-30 may uid take small: refused", "10-50 uid takes small: accepted", "60-90 uid gives its place back")
}

func TestAChangeThatNobodySawTheEndOfMayHaveBeen(t *testing.T) {
	h := newHistory("blue", onePlace)
	h.created(0, "uid", viaAPI, span{10, 20})
	h.see(seen(15, 1, small, none))
	h.changes(h.stores["uid"], 30)
	h.see(seen(35, 2, large, none))
	h.deleting("shop", 40)
	h.see(sight{at: 45, uid: "uid", name: "shop", generation: 3, plan: large, deleting: true})
	h.see(sight{at: 50, uid: "uid", name: "shop", gone: true})
	expectOperations(t, h, patient, "30-50 uid perhaps takes large", "40-50 uid gives its place back")
}

func TestARefusedChangeKeepsThePlace(t *testing.T) {
	h := newHistory("blue", onePlace)
	h.created(0, "uid", viaAPI, span{10, 20})
	h.see(seen(25, 1, small, admitted))
	h.changes(h.stores["uid"], 30)
	h.see(seen(35, 2, large, none))
	h.see(seen(40, 2, large, refused))
	h.changes(h.stores["uid"], 50)
	h.see(seen(55, 3, small, refused)) // the answer to the change before, once more
	h.see(seen(60, 3, small, admitted))
	expectOperations(t, h, patient, "30-40 may uid take large: refused")
	hasty := patient
	hasty.patience = 0
	expectOperations(t, h, hasty, "30-40 may uid take large: refused", "30-55 uid perhaps takes large")
}

func TestARequestWithoutAnAnswerIsExplainedByWhatItLeft(t *testing.T) {
	h := newHistory("blue", onePlace)
	h.unanswered(creation{name: "shop", plan: small, span: span{10, 20}})
	h.unanswered(creation{name: "nothing", plan: small, span: span{10, 20}})
	h.unanswered(creation{name: "place", plan: large, span: span{10, 20}})
	h.see(seen(30, 1, small, none))
	after := patient
	after.reserved = map[string]int{"place": 1}
	expectOperations(t, h, after, "10-30 uid takes small: accepted", "10-1000 request of place takes large: accepted")
}

func TestATakenNameHadAPlaceForAWhile(t *testing.T) {
	h := newHistory("blue", onePlace)
	h.nameTaken(creation{name: "shop", plan: medium, span: span{10, 20}})
	expectOperations(t, h, patient,
		"10-20 request 0 for shop takes medium: accepted", "10-20 request 0 for shop gives its place back")
	after := patient
	after.reserved = map[string]int{"shop": 1}
	after.trouble = []span{{15, 30}}
	expectOperations(t, h, after, "10-20 request 0 for shop takes medium: accepted")
}

func TestWithoutTheDatabaseAPlaceMayComeBackLater(t *testing.T) {
	h := newHistory("blue", onePlace)
	h.created(0, "uid", viaAPI, span{10, 20})
	h.see(seen(15, 1, small, admitted))
	h.deleting("shop", 30)
	h.see(sight{at: 50, uid: "uid", name: "shop", gone: true})
	after := patient
	after.trouble = []span{{45, 60}}
	expectOperations(t, h, after, "30-forever uid gives its place back")
}

func TestWhatCannotBeExplainedIsNoHistory(t *testing.T) {
	strange := map[string]func(*history){
		"nobody has created": func(h *history) { h.see(seen(30, 1, small, none)) },
		"nobody has deleted": func(h *history) {
			h.created(0, "uid", viaAPI, span{10, 20})
			h.see(seen(15, 1, small, none))
			h.see(sight{at: 50, uid: "uid", name: "shop", gone: true})
		},
	}
	for what, happens := range strange {
		h := newHistory("blue", onePlace)
		happens(h)
		if _, err := h.operations(patient); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
