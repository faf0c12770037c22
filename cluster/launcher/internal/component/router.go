package component

import (
	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/pki"
)

// router enforces NetworkPolicies and nothing else, as on k3s. Policy and pod events reach it at
// once; the period is for rules that someone else removed.
func router(c *layout.Cluster) Component {
	return Component{
		Name: "kube-router",
		Args: []string{c.Binary("kube-router"),
			"--kubeconfig=" + pki.KubeconfigOf(c, "router"),
			"--hostname-override=" + layout.NodeName,
			"--run-firewall=true", "--run-router=false", "--run-service-proxy=false", "--run-loadbalancer=false",
			"--enable-ipv4=true", "--enable-ipv6=false",
			"--service-cluster-ip-range=" + layout.ServiceRange,
			"--iptables-sync-period=1m",
			"--health-port=0", "--metrics-port=0",
		},
		// Its node's address comes from the Node object.
		After: []string{"kube-apiserver", "kubelet"},
		Ready: running(c, "kube-router"),
	}
}
