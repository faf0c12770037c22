package component

import (
	"fmt"

	"storefleet.dev/cluster/launcher/internal/layout"
)

// kwok plays the nodes that carry its annotation and their pods.
func kwok(c *layout.Cluster) Component {
	address := fmt.Sprintf("127.0.0.1:%d", c.Ports["kwok"])
	return Component{
		Name: "kwok",
		Args: []string{c.Binary("kwok"),
			"--kubeconfig=" + c.Kubeconfig(),
			"--config=" + c.Binary("kwok-stages.yaml"),
			"--manage-all-nodes=false",
			"--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
			"--server-address=" + address,
		},
		After: []string{"kube-apiserver"},
		Ready: httpReady("http://" + address + "/healthz"),
	}
}
