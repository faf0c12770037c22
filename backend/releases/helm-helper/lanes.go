package main

import "sync"

// Lanes runs jobs on a fixed number of goroutines. Jobs of one key run one after the other, in the
// order of submission; jobs of different keys run at the same time.
//
// Submit may be called from one or many goroutines, but not after Close.
type Lanes struct {
	mutex   sync.Mutex
	changed *sync.Cond
	waiting map[string][]func() // jobs of a key behind the one that is ready or running
	ready   []lane              // at most one entry a key
	closed  bool
	workers sync.WaitGroup
}

type lane struct {
	key string
	job func()
}

func newLanes(workers int) *Lanes {
	lanes := &Lanes{waiting: map[string][]func(){}}
	lanes.changed = sync.NewCond(&lanes.mutex)
	for range workers {
		lanes.workers.Go(lanes.work)
	}
	return lanes
}

// Submit queues job behind the other jobs of key.
func (l *Lanes) Submit(key string, job func()) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if queue, busy := l.waiting[key]; busy {
		l.waiting[key] = append(queue, job)
		return
	}
	l.waiting[key] = nil
	l.ready = append(l.ready, lane{key, job})
	l.changed.Signal()
}

// Close lets the workers end once every submitted job has run; Wait waits for that.
func (l *Lanes) Close() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.closed = true
	l.changed.Broadcast()
}

// Wait returns when all workers have ended.
func (l *Lanes) Wait() { l.workers.Wait() }

func (l *Lanes) work() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for {
		for len(l.ready) == 0 {
			if l.closed && len(l.waiting) == 0 {
				return
			}
			l.changed.Wait()
		}
		next := l.ready[0]
		l.ready = l.ready[1:]
		l.mutex.Unlock()
		next.job()
		l.mutex.Lock()
		if queue := l.waiting[next.key]; len(queue) > 0 {
			l.waiting[next.key] = queue[1:]
			l.ready = append(l.ready, lane{next.key, queue[0]})
			l.changed.Signal()
		} else {
			delete(l.waiting, next.key)
			if l.closed {
				l.changed.Broadcast()
			}
		}
	}
}
