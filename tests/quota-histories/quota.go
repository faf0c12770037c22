package main

import "fmt"

// plan is one of the plans of the engine that the stores run (tests/integration/engines/store-tiny).
type plan uint8

const (
	small plan = iota
	medium
	large
	planCount
)

var planNames = [planCount]string{"small", "medium", "large"}

func (p plan) String() string { return planNames[p] }

// gibibytes of all volumes that a store of the plan has.
func (p plan) gibibytes() int { return int(p) + 1 }

func planOf(name string) (plan, bool) {
	for p, known := range planNames {
		if known == name {
			return plan(p), true
		}
	}
	return 0, false
}

// quota is what a team may have. All its limits are there: unlimited ones would only make histories say less.
type quota struct {
	stores    int
	gibibytes int
	plans     [planCount]bool
}

func (q quota) String() string {
	var allowed []string
	for p, may := range q.plans {
		if may {
			allowed = append(allowed, planNames[p])
		}
	}
	return fmt.Sprintf("%d stores, %d GiB, %v", q.stores, q.gibibytes, allowed)
}

// usage is what a team has taken of its quota.
type usage struct {
	stores    int
	gibibytes int
}
