package component

import (
	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/pki"
)

// sweeper removes what containerd holds of deleted pods within seconds; the kubelet takes a minute.
func sweeper(c *layout.Cluster) Component {
	return Component{
		Name: "sandbox-sweeper",
		Args: []string{c.Binary("sandbox-sweeper"),
			"--kubeconfig=" + pki.KubeconfigOf(c, "sweeper"),
			"--containerd=" + c.Containerd(),
		},
		After: []string{"kube-apiserver", "containerd"},
		Ready: running(c, "sandbox-sweeper"),
	}
}
