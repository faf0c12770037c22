package component

import (
	"fmt"

	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/pki"
)

// proxy makes Services work. Conntrack limits stay the machine's own.
func proxy(c *layout.Cluster) Component {
	return Component{
		Name:  "kube-proxy",
		Args:  []string{c.Binary("kube-proxy"), "--config=" + c.Path("config", "proxy.yaml")},
		After: []string{"kube-apiserver"},
		Files: map[string]string{
			c.Path("config", "proxy.yaml"): fmt.Sprintf(`apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
clientConnection:
  kubeconfig: %s
  qps: 200
  burst: 400
hostnameOverride: %s
clusterCIDR: %s
nodePortAddresses: [%s/32]
healthzBindAddress: 127.0.0.1:%d
metricsBindAddress: 127.0.0.1:%d
oomScoreAdj: 0
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
nftables: {minSyncPeriod: 10ms, syncPeriod: 1m}
`, pki.KubeconfigOf(c, "proxy"), layout.NodeName, layout.PodRange, layout.NodeAddress, c.Ports["proxyHealth"], c.Ports["proxyMetrics"]),
		},
		Ready: httpReady(fmt.Sprintf("http://127.0.0.1:%d/livez", c.Ports["proxyHealth"])),
	}
}
