package main

import (
	"math/rand/v2"
	"sync"
	"time"
)

// faults let the database and the leading controller die now and then, for all histories that are being made.
type faults struct {
	surroundings *surroundings
	clock        clock
	every        time.Duration // on average

	mutex sync.Mutex
	away  []span // the database; the last one may be open
}

// recovery is how long after its start some part may still take the database for away.
const recovery = 5 * time.Second

// run until `stop` is closed; nothing is away afterwards.
func (f *faults) run(stop <-chan struct{}) error {
	for turn := 0; ; turn++ {
		select {
		case <-stop:
			return nil
		case <-time.After(f.every/2 + rand.N(f.every)):
		}
		// Two of three times it is the database.
		strike := f.killDatabase
		if turn%3 == 1 {
			strike = f.killLeader
		}
		if err := strike(); err != nil {
			return err
		}
	}
}

func (f *faults) killDatabase() error {
	f.mutex.Lock()
	f.away = append(f.away, span{f.clock.now(), forever})
	f.mutex.Unlock()
	var done bool
	if err := f.surroundings.wish("database-dies", &done); err != nil {
		return err
	}
	time.Sleep(rand.N(3 * time.Second))
	if err := f.surroundings.wish("database-starts", &done); err != nil {
		return err
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.away[len(f.away)-1].back = f.clock.now() + int64(recovery)
	return nil
}

func (f *faults) killLeader() error {
	var done bool
	return f.surroundings.wish("leader-dies", &done)
}

// during is when the database was away in that time.
func (f *faults) during(time span) []span {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	var away []span
	for _, one := range f.away {
		if one.touches(time) {
			away = append(away, one)
		}
	}
	return away
}
