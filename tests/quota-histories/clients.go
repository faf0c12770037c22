package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// crew is the clients of one history at work.
type crew struct {
	platform *platform
	cluster  *cluster
	history  *history
	spread   time.Duration // how long the longest pause of a client is
	failed   func(error)
}

// roles of a client, each with its share of the crew in per mille. What is left creates.
var roles = []struct {
	share int
	act   func(*crew, int, int)
}{
	{100, (*crew).createByKubectl},
	{30, (*crew).createTakenName},
	{80, (*crew).changePlan},
	{60, (*crew).changePlanByKubectl},
	{80, (*crew).remove},
	{70, (*crew).removeByKubectl},
	{40, (*crew).read},
}

// work lets all clients act `rounds` times at once, each after pauses of its own. The last one is the admin.
func (c *crew) work(clients, rounds int) {
	var all sync.WaitGroup
	for client := range clients {
		act := (*crew).create
		position := client * 1000 / clients
		for _, role := range roles {
			if position -= role.share; position < 0 {
				act = role.act
				break
			}
		}
		if client == clients-1 {
			act = (*crew).changeQuota
		}
		all.Go(func() {
			for round := range rounds {
				c.pause(c.spread)
				act(c, client, round)
			}
		})
	}
	all.Wait()
}

func (c *crew) pause(most time.Duration) { time.Sleep(rand.N(most)) }

// somePlan is small more often than not: small ones fit where others do not.
func somePlan() plan { return plan(max(0, rand.IntN(int(planCount)+2)-2)) }

// some store of the team, for which it waits a while; nil where there is none.
func (c *crew) some(wanted use) *store {
	for end := time.Now().Add(c.spread); ; time.Sleep(20 * time.Millisecond) {
		if one := c.history.pick(rand.IntN, wanted); one != nil || time.Now().After(end) {
			return one
		}
	}
}

func (c *crew) nameOf(client, round int) string {
	return fmt.Sprintf("%s-%d-%d", c.history.team, client, round)
}

func (c *crew) create(client, round int) { c.createNamed(client, c.nameOf(client, round)) }

// createTakenName asks for a store whose name most likely is another's.
func (c *crew) createTakenName(client, round int) {
	if one := c.some(toName); one != nil {
		c.createNamed(client, c.history.look(one).name)
	} else {
		c.create(client, round)
	}
}

func (c *crew) createNamed(client int, name string) {
	wanted := creation{client: client, name: name, plan: somePlan()}
	body := map[string]any{"name": name, "engine": "tiny", "sampleData": false, "team": c.history.team, "plan": wanted.plan.String()}
	got := c.platform.ask(request{method: "POST", path: "/stores", body: body})
	wanted.span = got.span
	switch {
	case got.status == 202:
		uid, err := uidOf(got)
		if err != nil {
			c.failed(err)
			return
		}
		c.history.created(client, uid, viaAPI, got.span)
		c.history.answered(client, input{kind: admit, holder: uid, plan: wanted.plan}, output{accepted: true}, got.span)
	case got.status == 403 && got.code() == "TeamQuotaExceeded":
		c.history.answered(client, input{kind: check, holder: name, plan: wanted.plan}, output{}, got.span)
	case got.status == 409 && got.code() == "NameTaken":
		c.history.nameTaken(wanted)
	case got.unclear():
		c.history.unanswered(wanted)
	default:
		c.failed(got.unexpected("creating " + name))
	}
}

func (c *crew) createByKubectl(client, round int) {
	name := c.nameOf(client, round)
	got := c.cluster.create(name, c.history.team, somePlan())
	uid, err := uidOf(got)
	if got.status != 201 || err != nil {
		c.failed(got.unexpected("creating " + name + " by kubectl"))
		return
	}
	c.history.created(client, uid, viaKubectl, got.span)
}

// changePlan through the API, which says first whether it would fit; the controller's word counts.
func (c *crew) changePlan(client, _ int) {
	c.changeSome(client, func(one store, to plan, sending func(int64)) {
		// Only of this very store and spec: the name may be another's by now.
		version := fmt.Sprintf(`"%s.%d"`, one.uid, one.last().generation)
		body := map[string]any{"plan": to.String()}
		got := c.platform.ask(request{method: "PATCH", path: "/stores/" + one.name, body: body, ifMatch: version, sending: sending})
		verdict := output{accepted: got.status == 202}
		asked := input{kind: check, holder: one.uid, plan: to}
		switch {
		case got.status == 202 || got.status == 403 && got.code() == "TeamQuotaExceeded":
			c.history.answered(client, asked, verdict, got.span)
		case got.unclear(), got.status == 404, got.status == 409, got.status == 412:
		case got.status == 422 && got.code() == "VolumeSize":
			// Volumes follow not every plan.
		default:
			c.failed(got.unexpected("changing " + one.name))
		}
	})
}

func (c *crew) changePlanByKubectl(client, _ int) {
	c.changeSome(client, func(one store, to plan, sending func(int64)) {
		got := c.cluster.change(one, to, sending)
		if got.status != 200 && got.status != 404 && got.status != 409 && got.status != 422 {
			c.failed(got.unexpected("changing " + one.name + " by kubectl"))
		}
	})
}

// changeSome changes one store to another plan, and back where that is refused: a person would do so.
func (c *crew) changeSome(client int, change func(one store, to plan, sending func(int64))) {
	chosen := c.some(toChange)
	if chosen == nil {
		return
	}
	defer c.history.doneChanging(chosen)
	is := c.history.look(chosen)
	before := is.last().plan
	to := (before + 1 + plan(rand.IntN(int(planCount)-1))) % planCount
	sending := func(call int64) { c.history.changes(chosen, call) }
	change(is, to, sending)
	if c.judged(chosen, to) == refused {
		change(c.history.look(chosen), before, sending)
		c.judged(chosen, before)
	}
}

// judged waits for what the controller says to a change; none where it says nothing for two seconds.
func (c *crew) judged(chosen *store, to plan) verdict {
	for range 40 {
		time.Sleep(50 * time.Millisecond)
		now := c.history.look(chosen)
		if !now.alive() {
			return none
		}
		if now.last().plan == to && now.judgement() != none {
			return now.judgement()
		}
	}
	return none
}

func (c *crew) remove(_, _ int) {
	if one := c.some(toRemove); one != nil {
		c.removeThis(c.history.look(one))
	}
}

func (c *crew) removeThis(one store) {
	got := c.platform.ask(request{method: "DELETE", path: "/stores/" + one.name, sending: func(call int64) { c.history.deleting(one.name, call) }})
	if got.status != 202 && got.status != 404 && got.status != 409 && !got.unclear() {
		c.failed(got.unexpected("deleting " + one.name))
	}
}

func (c *crew) removeByKubectl(_, _ int) {
	if one := c.some(toRemove); one != nil {
		c.removeByKubectlThis(c.history.look(one))
	}
}

func (c *crew) removeByKubectlThis(one store) {
	got := c.cluster.remove(one, func(call int64) { c.history.deleting(one.name, call) })
	if got.status != 200 && got.status != 404 && got.status != 409 {
		c.failed(got.unexpected("deleting " + one.name + " by kubectl"))
	}
}

func (c *crew) read(client, _ int) { c.readTeam(client) }

// readTeam gives the team as it is, where it could be read.
func (c *crew) readTeam(client int) (output, span, bool) {
	got := c.platform.ask(request{method: "GET", path: "/teams/" + c.history.team})
	if got.unclear() {
		return output{}, got.span, false
	}
	is, used, err := teamOf(got)
	if got.status != 200 || err != nil {
		c.failed(got.unexpected("reading the team"))
		return output{}, got.span, false
	}
	found := output{quota: is, used: used}
	c.history.answered(client, input{kind: readTeam}, found, got.span)
	return found, got.span, true
}

// changeQuota is the only one's work, so that a change without an answer can be looked up.
func (c *crew) changeQuota(client, _ int) {
	next := someQuota()
	got := c.platform.ask(request{method: "PATCH", path: "/teams/" + c.history.team, body: map[string]any{"quota": bodyOf(next)}})
	asked := input{kind: setQuota, quota: next}
	if got.status == 200 {
		c.history.answered(client, asked, output{accepted: true}, got.span)
		return
	}
	if !got.unclear() {
		c.failed(got.unexpected("changing the quota"))
		return
	}
	for range 600 {
		time.Sleep(100 * time.Millisecond)
		if found, read, ok := c.readTeam(client); ok {
			if found.quota == next {
				c.history.answered(client, asked, output{accepted: true}, span{got.span.call, read.back})
			}
			return
		}
	}
	c.failed(fmt.Errorf("the team %s could not be read for a minute", c.history.team))
}

func someQuota() quota {
	some := quota{stores: 2 + rand.IntN(7), gibibytes: 3 + rand.IntN(10)}
	for p := range planCount {
		some.plans[p] = rand.IntN(4) > 0
	}
	if some.plans == [planCount]bool{} {
		some.plans[small] = true // none named would mean all
	}
	return some
}

// removeAll ends the history's stores; how it is gone is part of the history.
func (c *crew) removeAll(within time.Duration) error {
	for end := time.Now().Add(within); ; time.Sleep(500 * time.Millisecond) {
		left := c.history.left()
		if len(left) == 0 {
			return nil
		}
		if time.Now().After(end) {
			text, _ := json.Marshal(left)
			return fmt.Errorf("stores of %s are not gone: %s", c.history.team, text)
		}
		for _, one := range c.history.undeleted() {
			c.removeByKubectlThis(one)
		}
	}
}
