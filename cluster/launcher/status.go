package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"text/tabwriter"
	"time"

	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/process"
	"storefleet.dev/cluster/launcher/internal/supervisor"
)

type componentStatus struct {
	Name     string `json:"name"`
	PID      int    `json:"pid"`
	Restarts int    `json:"restarts"`
	Ready    bool   `json:"ready"`
}

// clusterStatus is the machine-readable form; other parts of the project read it.
type clusterStatus struct {
	Running          bool              `json:"running"` // every component is ready
	Profile          layout.Profile    `json:"profile,omitempty"`
	State            string            `json:"state"`
	Kubeconfig       string            `json:"kubeconfig,omitempty"`
	API              string            `json:"api,omitempty"`
	HTTPPort         int               `json:"httpPort,omitempty"`
	HTTPSPort        int               `json:"httpsPort,omitempty"`
	IngressService   string            `json:"ingressService,omitempty"`
	IngressNamespace string            `json:"ingressNamespace,omitempty"`
	IngressPodLabels map[string]string `json:"ingressPodLabels,omitempty"`
	Components       []componentStatus `json:"components"`
}

func statusOf(o options) (clusterStatus, error) {
	status := clusterStatus{State: o.state, Components: []componentStatus{}}
	c, err := layout.Load(o.state)
	if os.IsNotExist(err) {
		return status, nil
	}
	if err != nil {
		return status, err
	}
	status.Profile, status.Kubeconfig, status.API = c.Profile, c.Kubeconfig(), c.API()
	if c.Profile == layout.Full {
		status.HTTPPort, status.HTTPSPort = c.Ports["http"], c.Ports["https"]
		status.IngressService, status.IngressNamespace = "traefik.kube-system", "kube-system"
		status.IngressPodLabels = map[string]string{"app.kubernetes.io/name": "traefik"}
	}
	restarts := supervisor.ReadStatus(c).Restarts
	all := checks(c)
	status.Components = make([]componentStatus, len(all))
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	var group sync.WaitGroup
	for i, one := range all {
		group.Go(func() {
			status.Components[i] = componentStatus{one.name, process.Running(c, one.name), restarts[one.name], one.ok(ctx) == nil}
		})
	}
	group.Wait()
	supervising := process.Running(c, "supervisor")
	status.Components = append(status.Components, componentStatus{"supervisor", supervising, 0, supervising != 0})
	status.Running = true
	for _, one := range status.Components {
		status.Running = status.Running && one.Ready
	}
	return status, nil
}

func printStatus(o options) error {
	status, err := statusOf(o)
	if err != nil {
		return err
	}
	if o.output == "json" {
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetIndent("", "  ")
		return encoder.Encode(status)
	}
	if len(status.Components) == 0 {
		fmt.Printf("there is no cluster in %s\n", status.State)
		return nil
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "COMPONENT\tREADY\tPID\tRESTARTS")
	for _, one := range status.Components {
		ready := "no"
		if one.Ready {
			ready = "yes"
		}
		pid := "-" // a pod, or not running
		if one.PID != 0 {
			pid = fmt.Sprint(one.PID)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\n", one.Name, ready, pid, one.Restarts)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Printf("\nkubeconfig  %s\nAPI server  %s\nlogs        %s\n", status.Kubeconfig, status.API, status.State+"/logs")
	if status.HTTPPort != 0 {
		fmt.Printf("ingress     http://127.0.0.1:%d https://127.0.0.1:%d\n", status.HTTPPort, status.HTTPSPort)
	}
	return nil
}
