// Package host is what a full cluster does to the machine outside its own folders, and how all of
// it is undone: network devices, packet filter, kernel settings, cgroups and mounts. Every function
// can be called again after a crash at any point.
package host

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	capabilitySysResource = 24
	overlayfsMagic        = 0x794c7630
)

// CanLowerOOMScore says whether this process may protect others from the kernel's out-of-memory
// killer. Containers in some sandboxes run as root without CAP_SYS_RESOURCE and may not.
func CanLowerOOMScore() bool {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return false
	}
	return hasCapability(string(status), capabilitySysResource)
}

func hasCapability(status string, capability uint) bool {
	for _, line := range strings.Split(status, "\n") {
		if value, ok := strings.CutPrefix(line, "CapEff:"); ok {
			mask, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
			return err == nil && mask&(1<<capability) != 0
		}
	}
	return false
}

// AppArmor says whether containers can be confined by it.
func AppArmor() bool {
	text, err := os.ReadFile("/sys/module/apparmor/parameters/enabled")
	return err == nil && strings.HasPrefix(string(text), "Y") && CanLowerOOMScore()
}

// Snapshotter is how containerd stores file systems below the folder: overlayfs cannot stand on another overlayfs.
func Snapshotter(folder string) string {
	var stat unix.Statfs_t
	if unix.Statfs(folder, &stat) == nil && stat.Type == overlayfsMagic {
		return "native"
	}
	return "overlayfs"
}

// ResolvConf is what pods get as their upstream resolvers: the machine's, without those that listen
// on loopback, which a pod cannot reach.
func ResolvConf() string {
	for _, path := range []string{"/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"} {
		text, err := os.ReadFile(path)
		if err == nil {
			if kept := reachableResolvers(string(text)); kept != "" {
				return kept
			}
		}
	}
	return ""
}

func reachableResolvers(text string) string {
	var kept []string
	for _, line := range strings.Split(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) == 2 && fields[0] == "nameserver" && !strings.HasPrefix(fields[1], "127.") && fields[1] != "::1" {
			kept = append(kept, line+"\n")
		}
	}
	return strings.Join(kept, "")
}

// output runs a command and returns what it prints; its error holds what it complained about.
func output(name string, args ...string) (string, error) {
	return outputWithInput("", name, args...)
}

func outputWithInput(input, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin", "LC_ALL=C")
	if path, err := exec.LookPath(name); err != nil {
		for _, folder := range []string{"/usr/sbin/", "/sbin/"} {
			if _, err := os.Stat(folder + name); err == nil {
				cmd.Path, cmd.Err = folder+name, nil
			}
		}
	} else {
		cmd.Path = path
	}
	cmd.Stdin = strings.NewReader(input)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}
