package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"
)

// run makes histories and judges them.
type run struct {
	options      options
	clock        clock
	surroundings *surroundings
	platform     *platform
	cluster      *cluster
	faults       *faults
	byTeam       sync.Map // name → *history

	mutex   sync.Mutex
	tally   tally
	problem error // the run is worth nothing
}

// tally is what was done and found.
type tally struct {
	good, bad, unknown, confirmed      int // confirmed by porcupine within its time
	operations, accepted, refused      int
	withoutDatabase, withAnotherLeader int
	withoutAnswer, longestSearch       int // requests; milliseconds
}

const (
	// secondOpinion: porcupine gets so long for the same history.
	secondOpinion = 10 * time.Second
	// teardown of all stores of a history, the database being away meanwhile.
	teardown = 120 * time.Second
	// rebuild: the ledger equals the stores that exist at the latest two minutes after the database is there again.
	rebuild = 150 * time.Second
)

func (r *run) fail(err error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.problem == nil {
		r.problem = err
		fmt.Fprintln(os.Stderr, "this run is worth nothing:", err)
	}
}

func (r *run) failed() error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.problem
}

// all histories, some at once.
func (r *run) all() error {
	if err := r.cluster.follow(&r.byTeam, r.fail); err != nil {
		return err
	}
	stop := make(chan struct{})
	var background, workers sync.WaitGroup
	if r.faults.every > 0 {
		background.Go(func() {
			if err := r.faults.run(stop); err != nil {
				r.fail(err)
			}
		})
	}
	slots := make(chan struct{}, r.options.atOnce)
	for number := range r.options.histories {
		slots <- struct{}{}
		if r.failed() != nil {
			break
		}
		workers.Go(func() {
			if err := r.one(number, func() { <-slots }); err != nil {
				r.fail(err)
			}
		})
	}
	workers.Wait()
	close(stop)
	background.Wait()
	return r.failed()
}

// one history, from the making of its team to the verdict. `worked` is called when its clients have done their work and
// its stores are gone: the rest is waiting.
func (r *run) one(number int, worked func()) error {
	h := newHistory(fmt.Sprintf("team-%d", number), someQuota())
	r.byTeam.Store(h.team, h)
	defer r.byTeam.Delete(h.team)
	c := &crew{r.platform, r.cluster, h, r.options.spread, r.fail}
	began := r.clock.now()
	leaders, err := r.surroundings.leaders()
	if err == nil {
		err = r.makeAndRemove(c)
	}
	worked()
	if err != nil {
		return err
	}
	after := aftermath{patience: leftAlone}
	if err := r.settle(c, &after, began); err != nil {
		return err
	}
	if now, err := r.surroundings.leaders(); err != nil {
		return err
	} else if now != leaders {
		after.patience = 0
	}
	operations, err := h.operations(after)
	if err != nil {
		return err
	}
	return r.judge(h, operations, len(after.trouble) > 0, after.patience == 0)
}

func (r *run) makeAndRemove(c *crew) error {
	if err := r.makeTeam(c.history); err != nil {
		return err
	}
	c.work(r.options.clients, r.options.rounds)
	return c.removeAll(teardown)
}

func (r *run) makeTeam(h *history) error {
	body := map[string]any{"name": h.team, "quota": bodyOf(h.start)}
	for range 600 {
		got := r.platform.ask(request{method: "POST", path: "/teams", body: body})
		if got.status == 201 || got.status == 409 { // made by a try that got no answer
			return nil
		}
		if !got.unclear() {
			return got.unexpected("making a team")
		}
		time.Sleep(100 * time.Millisecond)
	}
	return errors.New("no team could be made for a minute")
}

// settle waits until the ledger has given back what it must, and notes what is left: nothing, but for reservations of
// requests without an answer.
func (r *run) settle(c *crew, after *aftermath, began int64) error {
	for end := time.Now().Add(rebuild); ; time.Sleep(3 * time.Second) {
		found, _, read := c.readTeam(r.options.clients)
		after.reserved = nil
		if read && found.used.stores > 0 {
			var err error
			if after.reserved, read, err = r.surroundings.reserved(c.history.team); err != nil {
				return err
			}
		}
		after.at = r.clock.now()
		after.trouble = r.faults.during(span{began, after.at})
		left := 0
		for _, places := range after.reserved {
			left += places
		}
		if read && (found.used.stores == left || len(after.trouble) == 0) {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("a place of the team %s was never given back", c.history.team)
		}
	}
}

func (r *run) judge(h *history, operations []porcupine.Operation, withoutDatabase, withAnotherLeader bool) error {
	began := time.Now()
	verdict := findOrder(h.start, operations, r.options.search)
	took := time.Since(began)
	model := ledgerModel(h.start)
	second, info := porcupine.CheckOperationsVerbose(model, operations, secondOpinion)
	if verdict == porcupine.Unknown {
		verdict = second
	} else if verdict != second && second != porcupine.Unknown {
		return fmt.Errorf("the history of %s: the search says %s, porcupine says %s", h.team, verdict, second)
	}
	r.count(h, operations, verdict, second, took, withoutDatabase, withAnotherLeader)
	if verdict == porcupine.Ok {
		return nil
	}
	path := filepath.Join(r.options.reports, h.team+".html")
	if err := porcupine.VisualizePath(model, info, path); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "the history of %s (%d operations): %s: %s\n", h.team, len(operations), verdict, path)
	return nil
}

func (r *run) count(h *history, operations []porcupine.Operation, verdict, second porcupine.CheckResult, took time.Duration, withoutDatabase, withAnotherLeader bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	t := &r.tally
	switch verdict {
	case porcupine.Ok:
		t.good++
	case porcupine.Illegal:
		t.bad++
	default:
		t.unknown++
	}
	if judged := t.good + t.bad + t.unknown; judged%50 == 0 {
		fmt.Fprintf(os.Stderr, "%d histories judged after %.0f s: %d linearizable\n", judged, time.Since(r.clock.start).Seconds(), t.good)
	}
	if withoutDatabase {
		t.withoutDatabase++
	}
	if withAnotherLeader {
		t.withAnotherLeader++
	}
	if second == verdict {
		t.confirmed++
	}
	t.operations += len(operations)
	t.withoutAnswer += len(h.open)
	t.longestSearch = max(t.longestSearch, int(took.Milliseconds()))
	for _, one := range operations {
		switch asked := one.Input.(input); {
		case asked.kind != admit && asked.kind != check:
		case one.Output.(output).accepted:
			t.accepted++
		default:
			t.refused++
		}
	}
}
