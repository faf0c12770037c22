package component

import (
	"fmt"

	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/pki"
)

// controllerManager has far higher request limits than the defaults (20/s), which would otherwise
// decide how long a store takes. It waits for the API server's readiness because it exits when the
// bootstrap roles are not there yet.
func controllerManager(c *layout.Cluster) Component {
	folder := pki.Of(c)
	args := []string{c.Binary("kube-controller-manager"),
		"--kubeconfig=" + pki.KubeconfigOf(c, "controller-manager"),
		"--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", c.Ports["controllerManager"]),
		"--leader-elect=false",
		"--use-service-account-credentials=true",
		"--root-ca-file=" + folder.Crt("ca"),
		"--service-account-private-key-file=" + folder.Key("service-account"),
		"--cluster-signing-cert-file=" + folder.Crt("ca"),
		"--cluster-signing-key-file=" + folder.Key("ca"),
		"--kube-api-qps=500", "--kube-api-burst=1000",
		"--concurrent-deployment-syncs=10", "--concurrent-replicaset-syncs=10",
		"--concurrent-statefulset-syncs=10", "--concurrent-service-endpoint-syncs=10",
		"--concurrent-endpoint-syncs=2",
		"--concurrent-namespace-syncs=20", "--concurrent-gc-syncs=20",
		"--concurrent-resource-quota-syncs=10", "--concurrent-serviceaccount-token-syncs=10",
		"--pvclaimbinder-sync-period=5s",
		"--profiling=false",
	}
	if c.Profile == layout.Full {
		args = append(args, "--allocate-node-cidrs=true", "--cluster-cidr="+layout.PodRange, "--node-cidr-mask-size=16")
	}
	return Component{
		Name:  "kube-controller-manager",
		Args:  args,
		After: []string{"kube-apiserver"},
		Ready: httpReady(fmt.Sprintf("https://127.0.0.1:%d/healthz", c.Ports["controllerManager"])),
	}
}
