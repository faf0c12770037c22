package host

import (
	"encoding/json"
	"os"
	"strings"

	"storefleet.dev/cluster/launcher/internal/layout"
)

// Before is what the machine was like before the cluster first touched it. It is written once and
// kept until everything is undone, so that a crash in between cannot make our own traces part of it.
type Before struct {
	Settings map[string]string `json:"settings"` // kernel settings that the cluster changes
	Tables   []string          `json:"tables"`   // packet filter tables, as "family name"
	Folders  []string          `json:"folders"`  // of foldersOutside, those that existed
}

// changedSettings are written by us (the first one), by the kubelet or by network plugins.
var changedSettings = []string{
	"net/ipv4/ip_forward", "vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops",
	"kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes", "net/ipv6/conf/all/forwarding",
	"net/netfilter/nf_conntrack_tcp_be_liberal",
}

// foldersOutside are made by components whose paths cannot be configured.
var foldersOutside = []string{"/var/lib/cni/results", "/var/lib/cni/cache/results", "/var/lib/cni/cache", "/var/lib/cni",
	"/var/log/containers", "/var/log/pods", "/run/netns", "/run/nri", "/var/lib/kubelet/device-plugins/kubelet.sock",
	"/var/lib/kubelet/device-plugins", "/var/lib/kubelet", "/run/containerd/s", "/run/containerd", "/etc/cni/net.d", "/etc/cni",
	"/etc/containerd", "/opt/containerd", "/usr/libexec/kubernetes", "/run/xtables.lock"}

func beforeFile(c *layout.Cluster) string { return c.Path("host-before.json") }

// RememberBefore writes down the machine's state unless that has been done already.
func RememberBefore(c *layout.Cluster) error {
	if _, err := os.Stat(beforeFile(c)); err == nil {
		return nil
	}
	before := Before{Settings: map[string]string{}, Tables: tables()}
	for _, setting := range changedSettings {
		if value, err := os.ReadFile("/proc/sys/" + setting); err == nil {
			before.Settings[setting] = strings.TrimSpace(string(value))
		}
	}
	for _, folder := range foldersOutside {
		if _, err := os.Lstat(folder); err == nil {
			before.Folders = append(before.Folders, folder)
		}
	}
	text, err := json.Marshal(before)
	if err != nil {
		return err
	}
	return layout.WriteFile(beforeFile(c), text, 0o600)
}

func readBefore(c *layout.Cluster) *Before {
	before := &Before{}
	if text, err := os.ReadFile(beforeFile(c)); err == nil && json.Unmarshal(text, before) == nil {
		return before
	}
	return nil
}

// restore puts back the settings and removes the folders that were not there, as far as they are empty.
func (b *Before) restore() {
	for setting, value := range b.Settings {
		if now, err := os.ReadFile("/proc/sys/" + setting); err == nil && strings.TrimSpace(string(now)) != value {
			_ = os.WriteFile("/proc/sys/"+setting, []byte(value), 0o644)
		}
	}
	existed := map[string]bool{}
	for _, folder := range b.Folders {
		existed[folder] = true
	}
	for _, folder := range foldersOutside {
		if !existed[folder] {
			_ = os.Remove(folder) // only if empty
		}
	}
}
