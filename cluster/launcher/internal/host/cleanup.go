package host

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/sys/unix"

	"storefleet.dev/cluster/launcher/internal/layout"
)

// TearDown undoes everything that a full cluster did to the machine. Its processes must have ended.
func TearDown(c *layout.Cluster) error {
	before := readBefore(c)
	problems := []error{unmountBelow(c.State), unmountBelow(c.Run())}
	removePluginResults()
	removeLogLinks(c)
	removeShimSockets()
	problems = append(problems, tearDownNetwork(before), removeCgroups())
	if len(mountsBelow(c.Run())) == 0 {
		problems = append(problems, os.RemoveAll(c.Run()))
	}
	// The addresses that pods held: no pod runs any more.
	problems = append(problems, os.RemoveAll(c.Path("cni")))
	if before != nil {
		before.restore()
	}
	err := errors.Join(problems...)
	if err == nil {
		_ = os.Remove(beforeFile(c))
	}
	return err
}

// mountsBelow lists mount points in the folder, the deepest first.
func mountsBelow(folder string) []string {
	text, _ := os.ReadFile("/proc/self/mountinfo")
	return parseMounts(string(text), folder)
}

func parseMounts(mountinfo, folder string) []string {
	unescape := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	var found []string
	for _, line := range strings.Split(mountinfo, "\n") {
		fields := strings.Fields(line)
		if len(fields) < 5 {
			continue
		}
		if mount := unescape.Replace(fields[4]); strings.HasPrefix(mount, folder+"/") {
			found = append(found, mount)
		}
	}
	sort.Slice(found, func(i, j int) bool { return len(found[i]) > len(found[j]) })
	return found
}

func unmountBelow(folder string) error {
	for attempt := 0; attempt < 5; attempt++ { // mounts can be stacked
		for _, mount := range mountsBelow(folder) {
			if unix.Unmount(mount, unix.UMOUNT_NOFOLLOW) != nil {
				_ = unix.Unmount(mount, unix.UMOUNT_NOFOLLOW|unix.MNT_DETACH)
			}
		}
	}
	if left := mountsBelow(folder); len(left) > 0 {
		return fmt.Errorf("still mounted: %s", strings.Join(left, " "))
	}
	return nil
}

// removePluginResults deletes what the network plugins' library remembers about our pods.
func removePluginResults() {
	for _, folder := range []string{"/var/lib/cni/results", "/var/lib/cni/cache/results"} {
		files, _ := filepath.Glob(filepath.Join(folder, NetworkName+"-*"))
		loopback, _ := filepath.Glob(filepath.Join(folder, "cni-loopback-*"))
		for _, file := range append(files, loopback...) {
			if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), layout.Cgroup) || strings.Contains(file, NetworkName) {
				_ = os.Remove(file)
			}
		}
	}
}

// NetworkName is the pods' network in the plugins' configuration.
const NetworkName = "storefleet-pods"

// removeShimSockets deletes the sockets of shims that have ended. Their folder cannot be configured,
// so it may hold those of another containerd, which still answer.
func removeShimSockets() {
	sockets, _ := filepath.Glob("/run/containerd/s/*")
	for _, socket := range sockets {
		connection, err := net.Dial("unix", socket)
		if err == nil {
			connection.Close()
		} else if errors.Is(err, unix.ECONNREFUSED) {
			_ = os.Remove(socket)
		}
	}
}

// removeLogLinks deletes the kubelet's links to our containers' logs.
func removeLogLinks(c *layout.Cluster) {
	links, _ := filepath.Glob("/var/log/containers/*.log")
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && strings.HasPrefix(target, c.State+"/") {
			_ = os.Remove(link)
		}
	}
}
