package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"storefleet.dev/cluster/launcher/internal/component"
	"storefleet.dev/cluster/launcher/internal/host"
	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/pki"
	"storefleet.dev/cluster/launcher/internal/process"
	"storefleet.dev/cluster/launcher/internal/supervisor"
)

// readyWithin is how long "up" waits. It takes a few seconds unless something is wrong.
const readyWithin = 2 * time.Minute

// up starts the cluster that the options describe, or completes one that was killed half-way.
func up(o options) error {
	wanted, err := wantedCluster(o)
	if err != nil {
		return err
	}
	unlock, err := lockState(wanted)
	if err != nil {
		return err
	}
	defer unlock()
	c, running, err := decide(wanted)
	if err != nil {
		return err
	}
	if running {
		say("the cluster runs already")
	} else if err := start(c); err != nil {
		return err
	}
	if err := waitUntilReady(c); err != nil {
		return err
	}
	say("ready: export KUBECONFIG=%s", c.Kubeconfig())
	if c.Profile == layout.Full {
		say("ingress: http://127.0.0.1:%d and https://127.0.0.1:%d", c.Ports["http"], c.Ports["https"])
	}
	return nil
}

// wantedCluster checks the options.
func wantedCluster(o options) (*layout.Cluster, error) {
	c := &layout.Cluster{State: o.state, Bin: o.bin, Profile: layout.Profile(o.profile), Kwok: o.kwok}
	if o.profile == "" {
		c.Profile = layout.Full
	}
	switch {
	case c.Bin == "":
		return nil, errors.New("--bin is missing; use cluster/cluster, which builds and passes it")
	case c.Profile == layout.Full && os.Getuid() != 0:
		return nil, errors.New("a full cluster needs root: sudo cluster/cluster up")
	case c.Profile == layout.Full && c.Kwok:
		return nil, errors.New("--kwok goes with --profile control-plane")
	case c.Profile == layout.ControlPlane && c.State == layout.DefaultState:
		return nil, errors.New("--profile control-plane needs a --state of its own")
	case c.Profile != layout.Full && c.Profile != layout.ControlPlane:
		return nil, fmt.Errorf("there is no profile %q", c.Profile)
	}
	return c, nil
}

// lockState keeps two commands from changing a cluster at the same time.
func lockState(c *layout.Cluster) (unlock func(), err error) {
	if err := os.MkdirAll(c.State, 0o711); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(c.Path("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, err
	}
	return func() { file.Close() }, nil
}

// decide compares what is wanted with what is there: the cluster to run, and whether it does.
// Whatever still runs is kept, on its ports; without that, leftovers are removed and ports chosen.
func decide(wanted *layout.Cluster) (c *layout.Cluster, running bool, err error) {
	existing, err := layout.Load(wanted.State)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, false, err
	}
	if existing == nil || len(process.All(existing)) == 0 {
		if wanted.Profile == layout.Full {
			if err := cleanUp(wanted); err != nil {
				return nil, false, err
			}
		}
		return wanted, false, wanted.ChoosePorts()
	}
	if existing.Profile != wanted.Profile || existing.Kwok != wanted.Kwok {
		return nil, false, fmt.Errorf("%s runs as %s; stop it first", existing.State, existing.Profile)
	}
	wanted.Ports = existing.Ports
	running = process.Running(existing, "supervisor") != 0 && existing.Bin == wanted.Bin
	return wanted, running, nil
}

// cleanUp removes what a killed run or a reboot left on the machine. It refuses if that is a cluster
// with another state folder that is still alive: a machine has room for one.
func cleanUp(wanted *layout.Cluster) error {
	say("preparing the machine")
	last := wanted
	if owner := layout.Owner(); owner != nil {
		last = owner
	}
	if last.State != wanted.State && len(process.All(last)) > 0 {
		return fmt.Errorf("a full cluster runs already, with --state %s", last.State)
	}
	if err := errors.Join(host.StopContainers(0), host.TearDown(last)); err != nil {
		return fmt.Errorf("cleaning up after an earlier run: %w", err)
	}
	return nil
}

func start(c *layout.Cluster) error {
	if err := supervisor.Stop(c); err != nil { // of an earlier build
		return err
	}
	if err := c.Save(); err != nil {
		return err
	}
	if err := pki.EnsureCluster(c); err != nil {
		return err
	}
	if c.Profile == layout.Full {
		if err := host.RememberBefore(c); err != nil {
			return err
		}
		if err := host.SetUpNetwork(); err != nil {
			return err
		}
	}
	if err := supervisor.Allow(c); err != nil {
		return err
	}
	say("starting; logs are in %s", c.Logs())
	return supervisor.Start(c)
}

// check is one thing that has to be true of a cluster that is ready.
type check struct {
	name string
	ok   func(context.Context) error
}

func checks(c *layout.Cluster) []check {
	var all []check
	for _, one := range component.All(c) {
		all = append(all, check{one.Name, func(ctx context.Context) error {
			running, version := process.Find(c, one.Name)
			if running == nil {
				return errors.New("does not run")
			}
			running.Close()
			if version != one.Command().Version {
				return errors.New("an earlier version still runs")
			}
			return one.Ready(ctx)
		}})
	}
	all = append(all, check{"add-ons", func(context.Context) error {
		if !supervisor.ReadStatus(c).Settled {
			return errors.New("not written yet")
		}
		return nil
	}})
	if c.Profile == layout.Full {
		all = append(all, check{"coredns", answersDNS}, check{"traefik", answersHTTP(c)})
	}
	return all
}

// answersDNS asks the cluster's DNS Service for the API server.
func answersDNS(ctx context.Context) error {
	resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "udp", layout.DNSService+":53")
	}}
	ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	_, err := resolver.LookupHost(ctx, "kubernetes.default.svc."+layout.Domain+".")
	return err
}

// answersHTTP wants any answer through the loopback port, which Traefik gives once it runs.
func answersHTTP(c *layout.Cluster) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/", c.Ports["http"]), nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			return err
		}
		return response.Body.Close()
	}
}

// waitUntilReady says what becomes ready when, and in the end what did not and why.
func waitUntilReady(c *layout.Cluster) error {
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	for _, one := range checks(c) {
		for {
			err := one.ok(ctx)
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				return fmt.Errorf("%s is not ready: %w\n%s", one.name, err, lastLines(filepath.Join(c.Logs(), one.name+".log")))
			}
			time.Sleep(50 * time.Millisecond)
		}
		say("  %s", one.name)
	}
	return nil
}

// lastLines is the end of a log, for an error message.
func lastLines(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return path + ":\n" + strings.Join(lines[max(0, len(lines)-15):], "\n")
}
