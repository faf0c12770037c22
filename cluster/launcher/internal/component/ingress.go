package component

import (
	"fmt"

	"storefleet.dev/cluster/launcher/internal/layout"
)

// ingress forwards the machine's loopback ports to Traefik's Service; see forward.go.
func ingress(c *layout.Cluster) Component {
	forward := func(port, service int) string { return fmt.Sprintf("%d=%s:%d", port, layout.Ingress, service) }
	return Component{
		Name: "ingress",
		Args: []string{c.Binary("cluster-launcher"), "forward",
			forward(c.Ports["http"], 80), forward(c.Ports["https"], 443)},
		Ready: dialReady("tcp", fmt.Sprintf("127.0.0.1:%d", c.Ports["http"])),
	}
}

// guard starts the supervisor again if it dies.
func guard(c *layout.Cluster) Component {
	return Component{
		Name:  "guard",
		Args:  []string{c.Binary("cluster-launcher"), "--state", c.State, "guard"},
		Ready: running(c, "guard"),
	}
}
