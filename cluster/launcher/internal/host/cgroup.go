package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"storefleet.dev/cluster/launcher/internal/layout"
)

// hierarchies are the mount points of every cgroup tree; unified says that there is only version 2.
func hierarchies() (roots []string, unified bool) {
	text, _ := os.ReadFile("/proc/self/mounts")
	return parseHierarchies(string(text))
}

func parseHierarchies(mounts string) (roots []string, unified bool) {
	unified = true
	for _, line := range strings.Split(mounts, "\n") {
		fields := strings.Fields(line)
		if len(fields) < 3 || !strings.HasPrefix(fields[1], "/sys/fs/cgroup") {
			continue
		}
		switch fields[2] {
		case "cgroup":
			unified = false
			roots = append(roots, fields[1])
		case "cgroup2":
			roots = append(roots, fields[1])
		}
	}
	return roots, unified && len(roots) > 0
}

// SetUpCgroups makes the cgroup that all pods are below, in every hierarchy, ready to have limits.
func SetUpCgroups() error {
	roots, unified := hierarchies()
	for _, root := range roots {
		folder := filepath.Join(root, layout.Cgroup)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		if unified {
			for _, parent := range []string{root, folder} {
				enableControllers(parent)
			}
			continue
		}
		// A new cpuset of version 1 has no processors and no memory, and so admits no process.
		for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
			value, err := os.ReadFile(filepath.Join(root, file))
			if err == nil {
				if err := os.WriteFile(filepath.Join(folder, file), value, 0o644); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func enableControllers(folder string) {
	text, _ := os.ReadFile(filepath.Join(folder, "cgroup.controllers"))
	for _, controller := range strings.Fields(string(text)) {
		// One at a time: a single one that cannot be enabled must not keep out the others.
		_ = os.WriteFile(filepath.Join(folder, "cgroup.subtree_control"), []byte("+"+controller), 0o644)
	}
}

// cgroupProcesses are all processes in containers.
func cgroupProcesses() []int {
	seen := map[int]bool{}
	var pids []int
	roots, _ := hierarchies()
	for _, root := range roots {
		_ = filepath.WalkDir(filepath.Join(root, layout.Cgroup), func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.Name() != "cgroup.procs" {
				return nil
			}
			text, _ := os.ReadFile(path)
			for _, field := range strings.Fields(string(text)) {
				if pid, err := strconv.Atoi(field); err == nil && pid > 0 && !seen[pid] {
					seen[pid] = true
					pids = append(pids, pid)
				}
			}
			return nil
		})
	}
	return pids
}

// StopContainers asks the first process of every container to end, and ends what is left after the grace period.
func StopContainers(grace time.Duration) error {
	for _, pid := range cgroupProcesses() {
		if isFirstOfContainer(pid) {
			_ = syscall.Kill(pid, syscall.SIGTERM)
		}
	}
	for deadline := time.Now().Add(grace); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if len(cgroupProcesses()) == 0 {
			return nil
		}
	}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		pids := cgroupProcesses()
		if len(pids) == 0 {
			return nil
		}
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	return fmt.Errorf("%d processes of containers do not end", len(cgroupProcesses()))
}

// isFirstOfContainer says whether the process is number 1 in a pid namespace below ours.
func isFirstOfContainer(pid int) bool {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for _, line := range strings.Split(string(text), "\n") {
		if value, ok := strings.CutPrefix(line, "NSpid:"); ok {
			fields := strings.Fields(value)
			return len(fields) > 1 && fields[len(fields)-1] == "1"
		}
	}
	return false
}

// removeCgroups deletes our cgroups, deepest first. A cgroup lingers for a moment after its last process.
func removeCgroups() error {
	roots, _ := hierarchies()
	var problems []error
	for _, root := range roots {
		folder := filepath.Join(root, layout.Cgroup)
		var err error
		for attempt := 0; attempt < 100; attempt++ {
			if err = removeTree(folder); err == nil {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// removeTree removes folders only: the files of a cgroup go with it.
func removeTree(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		if entry.IsDir() {
			if err := removeTree(filepath.Join(folder, entry.Name())); err != nil {
				return err
			}
		}
	}
	return syscall.Rmdir(folder)
}
