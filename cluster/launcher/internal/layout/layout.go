// Package layout says where everything of a cluster is: folders, ports, addresses and names. A
// Cluster is decided once by "up", saved in its state folder, and read by every other command.
package layout

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Profile is how much of a cluster runs.
type Profile string

const (
	// Full is a node that runs containers. It needs root and there is one a machine.
	Full Profile = "full"
	// ControlPlane is an API server with controllers, for tests: no root, any number side by side.
	ControlPlane Profile = "control-plane"
)

// DefaultState is the state folder of the machine's one full cluster.
const DefaultState = "/var/lib/storefleet-cluster"

// The addresses are k3s' own for pods and Services, plus one for the node itself. The node's address
// is on a device of its own, so that it is the same whatever network the machine is in.
const (
	PodRange     = "10.42.0.0/16"
	ServiceRange = "10.43.0.0/16"
	APIService   = "10.43.0.1"
	DNSService   = "10.43.0.10"
	Ingress      = "10.43.0.80"
	NodeAddress  = "10.41.0.1"
	NodeName     = "storefleet"
	NodeDevice   = "sf-node"
	Domain       = "cluster.local"
	Cgroup       = "storefleet" // below the root of every cgroup hierarchy
)

// Cluster is one cluster on this machine.
type Cluster struct {
	State   string         `json:"state"`
	Bin     string         `json:"bin"` // folder with every binary
	Profile Profile        `json:"profile"`
	Kwok    bool           `json:"kwok,omitempty"` // simulated nodes, scheduler and volumes
	Ports   map[string]int `json:"ports"`
}

// Load reads the cluster that was last started in the state folder.
func Load(state string) (*Cluster, error) {
	text, err := os.ReadFile(filepath.Join(state, "cluster.json"))
	if err != nil {
		return nil, err
	}
	cluster := &Cluster{}
	if err := json.Unmarshal(text, cluster); err != nil {
		return nil, fmt.Errorf("%s/cluster.json: %w", state, err)
	}
	cluster.State = state
	return cluster, nil
}

// Save makes the folders and writes what Load reads.
func (c *Cluster) Save() error {
	if err := os.MkdirAll(c.State, 0o711); err != nil {
		return err
	}
	folders := []string{c.Logs(), c.Pids(), c.Config()}
	if c.Profile == Full {
		folders = append(folders, c.Run())
	}
	for _, folder := range folders {
		if err := MakePrivate(folder); err != nil {
			return err
		}
	}
	if c.Profile == Full {
		if err := WriteFile(ownerFile, []byte(c.State), 0o644); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return WriteFile(c.Path("cluster.json"), append(text, '\n'), 0o644)
}

// Path joins below the state folder.
func (c *Cluster) Path(parts ...string) string {
	return filepath.Join(append([]string{c.State}, parts...)...)
}

// Binary is the path of a program as it was built, whatever folder of links it was found through:
// a component is restarted when its own program changed and not when another did. The last link is
// kept where it chooses what the program does.
func (c *Cluster) Binary(name string) string {
	path := filepath.Join(c.Bin, name)
	if target, err := os.Readlink(path); err == nil && filepath.IsAbs(target) {
		return target
	}
	return path
}

// Logs, Pids, Config and Volumes are folders below the state folder.
func (c *Cluster) Logs() string    { return c.Path("logs") }
func (c *Cluster) Pids() string    { return c.Path("run") }
func (c *Cluster) Config() string  { return c.Path("config") }
func (c *Cluster) Volumes() string { return c.Path("volumes") }

const (
	runFolder = "/run/storefleet-cluster"
	ownerFile = runFolder + "/state"
)

// Run is the folder for sockets and mounts, which a reboot empties.
func (c *Cluster) Run() string { return runFolder }

// Owner is the full cluster that last ran on this machine, or nil if it was taken down.
func Owner() *Cluster {
	state, err := os.ReadFile(ownerFile)
	if err != nil {
		return nil
	}
	return &Cluster{State: string(state), Profile: Full}
}

// Containerd is its socket.
func (c *Cluster) Containerd() string { return filepath.Join(c.Run(), "containerd.sock") }

// Kubeconfig is the administrator's.
func (c *Cluster) Kubeconfig() string { return c.Path("kubeconfig") }

// Address is where the API server listens.
func (c *Cluster) Address() string {
	if c.Profile == Full {
		return NodeAddress
	}
	return "127.0.0.1"
}

// API is the API server's URL.
func (c *Cluster) API() string { return fmt.Sprintf("https://%s:%d", c.Address(), c.Ports["api"]) }

// stateEntries is all that a cluster ever puts in its state folder.
var stateEntries = []string{"cluster.json", "kubeconfig", "host-before.json", "lock",
	"logs", "run", "config", "pki", "etcd", "containerd", "kubelet", "volumes", "cni", "pod-logs"}

// RemoveState deletes the cluster's data, and nothing else that may be in the folder.
func (c *Cluster) RemoveState() error {
	var problems []error
	for _, entry := range stateEntries {
		problems = append(problems, os.RemoveAll(c.Path(entry)))
	}
	if entries, err := os.ReadDir(c.State); err == nil && len(entries) == 0 {
		problems = append(problems, os.Remove(c.State))
	}
	return errors.Join(problems...)
}

// MakePrivate makes a folder for its owner alone, also of one that is there and was open to others.
func MakePrivate(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return os.Chmod(folder, 0o700)
}

// WriteFile replaces a file in one step, so that a reader never sees half of it.
func WriteFile(path string, text []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o711); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(text)
	if err := errors.Join(err, temporary.Chmod(mode), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
