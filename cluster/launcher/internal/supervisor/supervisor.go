// Package supervisor keeps the components of a cluster running. The components do not depend on it:
// they live in sessions of their own, and a supervisor that starts finds those that run already. If
// it dies, the guard, itself a component, starts it again.
package supervisor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"storefleet.dev/cluster/launcher/internal/addon"
	"storefleet.dev/cluster/launcher/internal/component"
	"storefleet.dev/cluster/launcher/internal/host"
	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/process"
)

const (
	name = "supervisor"
	// A component that ends at once is started again at once, and then ever more slowly.
	minPause, maxPause = 100 * time.Millisecond, 5 * time.Second
	// livedLong is after how long a component counts as having been well.
	livedLong     = 30 * time.Second
	probeInterval = 50 * time.Millisecond
)

// Supervisor runs one goroutine a component, for as long as the process lives.
type Supervisor struct {
	cluster *layout.Cluster
	mu      sync.Mutex
	ready   map[string]bool
	status  Status
}

// Start runs a supervisor in the background, unless one runs.
func Start(c *layout.Cluster) error {
	if process.Running(c, name) != 0 {
		return nil
	}
	started, err := process.Start(c, process.Command{Component: name,
		Args: []string{c.Binary("cluster-launcher"), "--state", c.State, "supervise"}})
	if err == nil {
		started.Close()
	}
	return err
}

// Run supervises until it is killed. Only one supervisor of a cluster gets past the lock.
func Run(c *layout.Cluster) error {
	lock, err := os.OpenFile(c.Path("run", "supervisor.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("another supervisor runs: %w", err)
	}
	signal.Ignore(syscall.SIGINT, syscall.SIGHUP, syscall.SIGPIPE)
	s := &Supervisor{cluster: c, ready: map[string]bool{}, status: ReadStatus(c)}
	s.status.Settled = false
	fresh := process.Running(c, "kube-apiserver") == 0
	for _, one := range component.All(c) {
		go s.keep(one)
	}
	go s.settle(fresh)
	for range time.Tick(time.Minute) {
		process.TrimLogs(c)
		if c.Profile == layout.Full {
			report("network", host.SetUpNetwork())
		}
	}
	return nil
}

// keep runs one component for ever: found or started, watched until it ends, started again.
func (s *Supervisor) keep(one component.Component) {
	pause := minPause
	for ; ; s.ended(one.Name) {
		since := time.Now()
		running, err := s.findOrStart(one)
		if err == nil {
			stop := make(chan struct{})
			go s.watchReadiness(one, stop)
			running.Wait(-1)
			close(stop)
			running.Close()
			report(one.Name, errors.New("ended"))
		} else {
			report(one.Name, err)
		}
		if time.Since(since) > livedLong {
			pause = minPause
		}
		time.Sleep(pause)
		pause = min(2*pause, maxPause)
	}
}

func (s *Supervisor) findOrStart(one component.Component) (*process.Process, error) {
	command := one.Command()
	found, version := process.Find(s.cluster, one.Name)
	if found != nil && version == command.Version {
		return found, nil
	}
	if found != nil { // of an earlier build or with other settings
		found.Stop(5 * time.Second)
		found.Close()
	}
	for _, other := range one.After {
		for !s.isReady(other) {
			time.Sleep(probeInterval)
		}
	}
	if err := one.WriteFiles(); err != nil {
		return nil, err
	}
	if one.Prepare != nil {
		if err := one.Prepare(); err != nil {
			return nil, err
		}
	}
	return process.Start(s.cluster, command)
}

// watchReadiness marks the component ready once it is, after filling it.
func (s *Supervisor) watchReadiness(one component.Component, stop <-chan struct{}) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-stop
		cancel()
	}()
	for ; ctx.Err() == nil; time.Sleep(probeInterval) {
		if one.Ready(ctx) != nil {
			continue
		}
		if one.AfterReady != nil {
			if err := one.AfterReady(); err != nil {
				report(one.Name, err)
				continue
			}
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.ready[one.Name] = ctx.Err() == nil
		return
	}
}

func (s *Supervisor) isReady(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ready[name]
}

func (s *Supervisor) ended(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready[name] = false
	s.status.Restarts[name]++
	report("status", s.status.write(s.cluster))
}

// settle writes the add-ons once the API server answers, again until it works. fresh says that the
// API server was not running before: then metrics-server is not either, and its API has to be
// withdrawn until it is, because it would keep namespaces from being deleted. The server itself may
// be built only after the cluster has started.
func (s *Supervisor) settle(fresh bool) {
	full := s.cluster.Profile == layout.Full
	hadMetrics := addon.HasMetrics(s.cluster)
	for ; ; time.Sleep(200 * time.Millisecond) {
		if !s.isReady("kube-apiserver") {
			continue
		}
		if fresh && full {
			if err := addon.WithdrawMetricsAPI(s.cluster); err != nil {
				report("add-ons", err)
				continue
			}
		}
		if err := addon.Apply(s.cluster); err != nil {
			report("add-ons", err)
			continue
		}
		break
	}
	s.mu.Lock()
	s.status.Settled = true
	report("status", s.status.write(s.cluster))
	s.mu.Unlock()
	for full {
		if !addon.HasMetrics(s.cluster) {
			time.Sleep(2 * time.Second)
			continue
		}
		var err error
		if !hadMetrics {
			err = addon.ApplyMetrics(s.cluster)
			hadMetrics = err == nil
		}
		if err == nil {
			err = addon.ApplyMetricsAPI(s.cluster)
		}
		if err == nil {
			return
		}
		report("metrics API", err)
		time.Sleep(time.Second)
	}
}

func report(what string, err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s %s: %v\n", time.Now().Format(time.RFC3339Nano), what, err)
	}
}
