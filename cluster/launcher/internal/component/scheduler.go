package component

import (
	"fmt"

	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/pki"
)

func scheduler(c *layout.Cluster) Component {
	return Component{
		Name: "kube-scheduler",
		Args: []string{c.Binary("kube-scheduler"),
			"--config=" + c.Path("config", "scheduler.yaml"),
			"--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", c.Ports["scheduler"]),
		},
		After: []string{"kube-apiserver"},
		Files: map[string]string{
			c.Path("config", "scheduler.yaml"): fmt.Sprintf(`apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
leaderElection:
  leaderElect: false
clientConnection:
  kubeconfig: %s
  qps: 500
  burst: 1000
podInitialBackoffSeconds: 1
podMaxBackoffSeconds: 5
enableProfiling: false
profiles:
- schedulerName: default-scheduler
  plugins:
    preBind:
      enabled:
      - name: BoundClaims
`, pki.KubeconfigOf(c, "scheduler")),
		},
		Ready: httpReady(fmt.Sprintf("https://127.0.0.1:%d/healthz", c.Ports["scheduler"])),
	}
}
