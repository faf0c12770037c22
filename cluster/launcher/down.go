package main

import (
	"errors"
	"os"
	"time"

	"storefleet.dev/cluster/launcher/internal/component"
	"storefleet.dev/cluster/launcher/internal/host"
	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/process"
	"storefleet.dev/cluster/launcher/internal/supervisor"
)

// data says what becomes of volumes, images and the cluster's objects.
type data int

const (
	keepData data = iota
	deleteData
)

const (
	// containerGrace is how long containers may take to end by themselves.
	containerGrace = 10 * time.Second
	// componentGrace is the same for each component.
	componentGrace = 3 * time.Second
)

// down stops the cluster, whatever state it is in. A control plane for tests keeps nothing.
func down(o options, what data) error {
	c, err := layout.Load(o.state)
	if errors.Is(err, os.ErrNotExist) {
		say("there is no cluster in %s", o.state)
		return nil
	}
	if err != nil {
		return err
	}
	if c.Profile == layout.Full && os.Getuid() != 0 {
		return errors.New("stopping a full cluster needs root")
	}
	unlock, err := lockState(c)
	if err != nil {
		return err
	}
	defer unlock()
	say("stopping the components")
	if err := supervisor.Stop(c); err != nil {
		return err
	}
	if c.Profile == layout.Full {
		// First those that would start containers again.
		stopComponents(c, func(name string) bool { return name != "containerd" && name != "etcd" && name != "kube-apiserver" })
		say("stopping the containers")
		if err := host.StopContainers(containerGrace); err != nil {
			return err
		}
	}
	stopComponents(c, func(name string) bool { return name != "etcd" })
	stopComponents(c, func(string) bool { return true })
	if err := process.KillAll(c); err != nil {
		return err
	}
	if c.Profile == layout.Full {
		say("cleaning up the machine")
		if err := host.TearDown(c); err != nil {
			return err
		}
	}
	if what == deleteData || c.Profile == layout.ControlPlane {
		say("deleting the data in %s", c.State)
		if err := c.RemoveState(); err != nil {
			return err
		}
	}
	say("the cluster is down")
	return nil
}

// stopComponents ends the chosen components at the same time.
func stopComponents(c *layout.Cluster, chosen func(name string) bool) {
	var stopping []*process.Process
	done := make(chan struct{})
	for _, one := range component.All(c) {
		if !chosen(one.Name) {
			continue
		}
		if running, _ := process.Find(c, one.Name); running != nil {
			stopping = append(stopping, running)
			go func() {
				running.Stop(componentGrace)
				running.Close()
				done <- struct{}{}
			}()
		}
	}
	for range stopping {
		<-done
	}
}
