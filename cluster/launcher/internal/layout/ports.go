package layout

import (
	"fmt"
	"net"
)

// port is one that a component listens on: where, and which numbers to try before any free one.
type port struct {
	name    string
	address string // "" is every address: no other listener of the machine may hold the number
	wanted  []int
}

var controlPlanePorts = []port{
	{"api", "", []int{6443}},
	{"etcd", "127.0.0.1", []int{2379}},
	{"etcdPeer", "127.0.0.1", []int{2380}},
	{"controllerManager", "127.0.0.1", []int{10257}},
	{"scheduler", "127.0.0.1", []int{10259}},
}

var nodePorts = []port{
	{"kubelet", "", []int{10250}},
	{"kubeletHealth", "127.0.0.1", []int{10248}},
	{"proxyHealth", "127.0.0.1", []int{10256}},
	{"proxyMetrics", "127.0.0.1", []int{10249}},
	{"http", "127.0.0.1", []int{80, 8080}},
	{"https", "127.0.0.1", []int{443, 8443}},
}

// ChoosePorts picks a free port for everything that listens. A control plane for tests takes random
// ones, since several may start at the same moment.
func (c *Cluster) ChoosePorts() error {
	ports := controlPlanePorts
	if c.Profile == Full {
		ports = append(append([]port{}, ports...), nodePorts...)
	}
	if c.Kwok {
		ports = append(append([]port{}, ports...), port{"kwok", "127.0.0.1", nil})
	}
	chosen := map[string]int{}
	var held []net.Listener
	defer func() {
		for _, listener := range held {
			listener.Close()
		}
	}()
	for _, port := range ports {
		wanted := port.wanted
		if c.Profile == ControlPlane {
			wanted = nil
		}
		listener, err := listenFirst(port.address, append(append([]int{}, wanted...), 0))
		if err != nil {
			return fmt.Errorf("no free port for %s: %w", port.name, err)
		}
		held = append(held, listener)
		chosen[port.name] = listener.Addr().(*net.TCPAddr).Port
	}
	c.Ports = chosen
	return nil
}

// listenFirst listens on the first of the numbers that is free; 0 is any.
func listenFirst(address string, numbers []int) (listener net.Listener, err error) {
	for _, number := range numbers {
		if listener, err = net.Listen("tcp", fmt.Sprintf("%s:%d", address, number)); err == nil {
			return listener, nil
		}
	}
	return nil, err
}
