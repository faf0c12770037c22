package component

import (
	"fmt"
	"os"

	"storefleet.dev/cluster/launcher/internal/addon"
	"storefleet.dev/cluster/launcher/internal/host"
	"storefleet.dev/cluster/launcher/internal/layout"
)

const pluginFolder = "/usr/lib/cni" // of Debian's containernetworking-plugins

func containerd(c *layout.Cluster) Component {
	return Component{
		Name: "containerd",
		Args: []string{c.Binary("containerd"), "--config", c.Path("config", "containerd.toml")},
		Files: map[string]string{
			c.Path("config", "containerd.toml"):              containerdConfig(c),
			c.Path("cni", "net.d", "10-storefleet.conflist"): networkConfig(c),
		},
		Prepare:    func() error { return os.MkdirAll(c.Run(), 0o711) },
		Ready:      dialReady("unix", c.Containerd()),
		AfterReady: func() error { return addon.LoadImages(c) },
	}
}

func containerdConfig(c *layout.Cluster) string {
	return fill(`version = 3
root = '${STATE}/containerd'
state = '${RUN}/containerd'
disabled_plugins = ['io.containerd.internal.v1.opt', 'io.containerd.nri.v1.nri', 'io.containerd.snapshotter.v1.blockfile', 'io.containerd.snapshotter.v1.erofs']

[grpc]
  address = '${SOCKET}'

[plugins.'io.containerd.cri.v1.images']
  snapshotter = '${SNAPSHOTTER}'
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = '${PAUSE}'

[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = ${RESTRICT_OOM}
  disable_apparmor = ${NO_APPARMOR}
  tolerate_missing_hugetlb_controller = true
  netns_mounts_under_state_dir = true
  enable_unprivileged_ports = true
  enable_unprivileged_icmp = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ['${PLUGINS}']
    conf_dir = '${STATE}/cni/net.d'
  [plugins.'io.containerd.cri.v1.runtime'.containerd]
    default_runtime_name = 'runc'
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
      runtime_type = 'io.containerd.runc.v2'
      [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
        BinaryName = '${RUNC}'
        Root = '${RUN}/runc'
        SystemdCgroup = false
`, map[string]any{
		"STATE": c.State, "RUN": c.Run(), "SOCKET": c.Containerd(), "RUNC": c.Binary("runc"),
		"PAUSE": addon.Reference(c, "pause"), "PLUGINS": pluginFolder, "SNAPSHOTTER": host.Snapshotter(c.State),
		// Without CAP_SYS_RESOURCE no process may be protected from the out-of-memory killer more
		// than its parent, and asking for it fails every sandbox.
		"RESTRICT_OOM": !host.CanLowerOOMScore(), "NO_APPARMOR": !host.AppArmor(),
	})
}

// networkConfig gives every pod a cable of its own to the machine, without a bridge: all traffic
// between pods is then routed, and so passes the packet filter whatever the kernel does on bridges.
func networkConfig(c *layout.Cluster) string {
	return fmt.Sprintf(`{
  "cniVersion": "1.0.0",
  "name": %q,
  "plugins": [
    {
      "type": "ptp",
      "ipMasq": false,
      "ipam": {
        "type": "host-local",
        "dataDir": %q,
        "ranges": [[{"subnet": %q}]],
        "routes": [{"dst": "0.0.0.0/0"}]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
`, host.NetworkName, c.Path("cni", "addresses"), layout.PodRange)
}
