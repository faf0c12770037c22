// Quota-histories records what many clients are answered who create, change and delete stores of one team at once while
// the database dies, and has porcupine find an order of all of it in which the quota's ledger keeps its promise. See
// README.md.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"
)

type options struct {
	histories int
	clients   int
	rounds    int
	atOnce    int
	spread    time.Duration
	faults    time.Duration
	search    time.Duration
	reports   string
}

func readOptions() options {
	var o options
	flag.IntVar(&o.histories, "histories", 10, "how many histories are made")
	flag.IntVar(&o.clients, "clients", 200, "clients of each")
	flag.IntVar(&o.rounds, "rounds", 1, "how often each client acts")
	flag.IntVar(&o.atOnce, "at-once", 6, "histories that are made at the same time")
	flag.DurationVar(&o.spread, "spread", 3*time.Second, "the longest pause of a client")
	flag.DurationVar(&o.faults, "faults", 20*time.Second, "pause between faults; 0: none")
	flag.DurationVar(&o.search, "search", 2*time.Minute, "a history that takes longer is not judged, and fails the run like a bad one")
	flag.StringVar(&o.reports, "reports", ".", "folder for pictures of histories that are not linearizable")
	flag.Parse()
	return o
}

func start(o options) (*run, error) {
	r := &run{options: o, clock: clock{time.Now()}}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<22)
	r.surroundings = &surroundings{lines: lines, out: os.Stdout}
	var given settings
	if err := r.surroundings.read(&given); err != nil {
		return nil, err
	}
	r.platform = &platform{}
	for _, address := range given.Replicas {
		r.platform.replicas = append(r.platform.replicas, newServer(r.clock, address, "Bearer "+given.Token, &http.Transport{}))
	}
	r.faults = &faults{surroundings: r.surroundings, clock: r.clock, every: o.faults}
	var err error
	r.cluster, err = newCluster(r.clock, given.Cluster)
	return r, err
}

func (t tally) print() {
	fmt.Printf("%d operations, %d accepted, %d refused, %d without an answer; %d histories with a dying database, %d with another leader; the longest took %d ms to judge; porcupine confirms %d\n",
		t.operations, t.accepted, t.refused, t.withoutAnswer, t.withoutDatabase, t.withAnotherLeader, t.longestSearch, t.confirmed)
	if t.bad+t.unknown == 0 {
		fmt.Printf("%d histories: linearizable\n", t.good)
	} else {
		fmt.Printf("%d histories: %d linearizable, %d not, %d not judged\n", t.good+t.bad+t.unknown, t.good, t.bad, t.unknown)
	}
}

func main() {
	r, err := start(readOptions())
	if err == nil {
		err = r.all()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	r.tally.print()
	if r.tally.bad+r.tally.unknown > 0 {
		os.Exit(1)
	}
}
