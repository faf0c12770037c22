package component

import (
	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/pki"
)

// provisioner makes a directory for every volume; in a control plane for tests, only the object.
func provisioner(c *layout.Cluster) Component {
	args := []string{c.Binary("local-path-provisioner"), "--kubeconfig=" + pki.KubeconfigOf(c, "provisioner")}
	if c.Profile == layout.Full {
		args = append(args, "--root="+c.Volumes(), "--node="+layout.NodeName)
	}
	return Component{
		Name:  "local-path-provisioner",
		Args:  args,
		After: []string{"kube-apiserver"},
		Ready: running(c, "local-path-provisioner"),
	}
}
