package component

import (
	"errors"
	"fmt"

	"storefleet.dev/cluster/launcher/internal/host"
	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/pki"
)

func kubelet(c *layout.Cluster) Component {
	return Component{
		Name: "kubelet",
		Args: []string{c.Binary("kubelet"),
			"--config=" + c.Path("config", "kubelet.yaml"),
			"--kubeconfig=" + pki.KubeconfigOf(c, "kubelet"),
			"--root-dir=" + c.Path("kubelet"),
			"--cert-dir=" + c.Path("kubelet", "pki"),
			"--hostname-override=" + layout.NodeName,
			"--node-ip=" + layout.NodeAddress,
		},
		After: []string{"kube-apiserver", "containerd"},
		Files: map[string]string{
			c.Path("config", "kubelet.yaml"): kubeletConfig(c),
			c.Path("config", "resolv.conf"):  host.ResolvConf(),
		},
		Prepare: func() error {
			return errors.Join(host.SetUpCgroups(), layout.MakePrivate(c.Path("pod-logs")))
		},
		Ready: httpReady(fmt.Sprintf("http://127.0.0.1:%d/healthz", c.Ports["kubeletHealth"])),
	}
}

// kubeletConfig keeps loaded images for ever (there may be no registry to get them back from), lets
// the node fill its disk further than a production node would, and reports changes at once.
func kubeletConfig(c *layout.Cluster) string {
	score := "-999"
	if !host.CanLowerOOMScore() {
		score = "0"
	}
	folder := pki.Of(c)
	return fill(`apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: ${ADDRESS}
port: ${KUBELET_PORT}
healthzBindAddress: 127.0.0.1
healthzPort: ${HEALTH_PORT}
tlsCertFile: ${CERT_FILE}
tlsPrivateKeyFile: ${KEY_FILE}
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: ${CA_FILE}}
authorization: {mode: Webhook}
clusterDNS: [${DNS}]
clusterDomain: ${DOMAIN}
resolvConf: ${STATE}/config/resolv.conf
containerRuntimeEndpoint: unix://${SOCKET}
cgroupDriver: cgroupfs
cgroupRoot: /${CGROUP}
failCgroupV1: false
failSwapOn: false
oomScoreAdj: ${SCORE}
podLogsDir: ${STATE}/pod-logs
volumePluginDir: ${STATE}/kubelet/volume-plugins
makeIPTablesUtilChains: false
configMapAndSecretChangeDetectionStrategy: Watch
serializeImagePulls: false
registryPullQPS: 0
kubeAPIQPS: 500
kubeAPIBurst: 1000
eventRecordQPS: 0
syncFrequency: 10s
maxPods: 500
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard:
  memory.available: 100Mi
  nodefs.available: 1%
  nodefs.inodesFree: 1%
  imagefs.available: 1%
enableProfilingHandler: false
`, map[string]any{
		"STATE": c.State, "CA_FILE": folder.Crt("ca"), "CERT_FILE": folder.Crt("kubelet-server"), "KEY_FILE": folder.Key("kubelet-server"),
		"ADDRESS": layout.NodeAddress, "KUBELET_PORT": c.Ports["kubelet"], "HEALTH_PORT": c.Ports["kubeletHealth"],
		"DNS": layout.DNSService, "DOMAIN": layout.Domain, "SOCKET": c.Containerd(), "CGROUP": layout.Cgroup, "SCORE": score,
	})
}
