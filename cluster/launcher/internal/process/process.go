// Package process starts a cluster's processes so that they outlive whoever started them, and finds
// them again. Every process carries its cluster and component in its environment, which is the one
// mark that a crash of the supervisor, a reused process id or a lost file cannot falsify. Anybody on
// the machine can write that mark, so it counts on processes of the cluster's own user only.
package process

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"storefleet.dev/cluster/launcher/internal/layout"
)

const (
	stateVariable     = "STOREFLEET_CLUSTER_STATE"
	componentVariable = "STOREFLEET_CLUSTER_COMPONENT"
	searchPath        = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	// maxLog is the size at which a log is cut.
	maxLog = 64 << 20
)

// Command is a component's process.
type Command struct {
	Component string
	Args      []string
	// Version is anything that makes a running process of the component out of date when it changes.
	Version string
}

// Process is a running component.
type Process struct {
	PID int
	fd  int // of pidfd_open: names this process even after its id is reused
}

// record is what the pid file of a component holds.
type record struct {
	PID     int    `json:"pid"`
	Version string `json:"version"`
}

func pidFile(c *layout.Cluster, component string) string {
	return filepath.Join(c.Pids(), component+".pid")
}

// LogFile is where a component's output goes.
func LogFile(c *layout.Cluster, component string) string {
	return filepath.Join(c.Logs(), component+".log")
}

// Start runs a command in a session of its own, with its output appended to its log.
func Start(c *layout.Cluster, command Command) (*Process, error) {
	log, err := os.OpenFile(LogFile(c, command.Component), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(command.Args[0], command.Args[1:]...)
	cmd.Dir = c.State
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Env = []string{
		"PATH=" + c.Bin + ":" + searchPath,
		"HOME=" + c.State,
		stateVariable + "=" + c.State,
		componentVariable + "=" + command.Component,
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	pid := cmd.Process.Pid
	fd, err := unix.PidfdOpen(pid, 0)
	go cmd.Wait() //nolint:errcheck // only reaps; Wait below watches the pidfd
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(record{PID: pid, Version: command.Version})
	if err == nil {
		err = layout.WriteFile(pidFile(c, command.Component), text, 0o644)
	}
	return &Process{PID: pid, fd: fd}, err
}

// Find returns the component's running process, or nil, and the version that it was started as.
func Find(c *layout.Cluster, component string) (process *Process, version string) {
	text, err := os.ReadFile(pidFile(c, component))
	if err != nil {
		return nil, ""
	}
	var found record
	if json.Unmarshal(text, &found) != nil {
		return nil, ""
	}
	fd, err := unix.PidfdOpen(found.PID, 0)
	if err != nil {
		return nil, ""
	}
	process = &Process{PID: found.PID, fd: fd}
	if state, name := marks(found.PID, users(c)); state != c.State || name != component {
		process.Close()
		return nil, ""
	}
	return process, found.Version
}

// Running is the process id of a component, 0 if it does not run.
func Running(c *layout.Cluster, component string) int {
	process, _ := Find(c, component)
	if process == nil {
		return 0
	}
	defer process.Close()
	return process.PID
}

// Wait returns when the process has ended, or false after the timeout (negative: never).
func (p *Process) Wait(timeout time.Duration) bool {
	deadline := time.Now().Add(timeout)
	for {
		milliseconds := -1
		if timeout >= 0 {
			milliseconds = max(0, int(time.Until(deadline).Milliseconds()))
		}
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(p.fd), Events: unix.POLLIN}}, milliseconds)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		return n > 0
	}
}

// Signal sends a signal to this very process.
func (p *Process) Signal(signal syscall.Signal) error {
	return unix.PidfdSendSignal(p.fd, unix.Signal(signal), nil, 0)
}

// Stop asks the process to end and makes it end after the grace period.
func (p *Process) Stop(grace time.Duration) {
	_ = p.Signal(syscall.SIGTERM)
	if !p.Wait(grace) {
		_ = p.Signal(syscall.SIGKILL)
		p.Wait(5 * time.Second)
	}
}

// Close forgets the process; it goes on running.
func (p *Process) Close() { unix.Close(p.fd) }

// All lists every process that carries the cluster's mark, children of components included.
func All(c *layout.Cluster) []int {
	entries, _ := os.ReadDir("/proc")
	trusted := users(c)
	var pids []int
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		if state, _ := marks(pid, trusted); state == c.State {
			pids = append(pids, pid)
		}
	}
	return pids
}

// KillAll ends every process of the cluster, whatever it takes, and waits until they are gone.
func KillAll(c *layout.Cluster) error {
	var killed []int
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		pids := All(c)
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		killed = append(killed, pids...)
		if len(pids) == 0 && !slices.ContainsFunc(killed, exists) {
			return nil
		}
	}
	if left := All(c); len(left) > 0 {
		return fmt.Errorf("processes do not end: %v", left)
	}
	return nil // what exists has ended, but its parent does not ask for the outcome
}

func exists(pid int) bool { return syscall.Kill(pid, 0) == nil }

// users are those whose processes may belong to the cluster: root, who asks, and whose state folder it is.
func users(c *layout.Cluster) []int {
	trusted := []int{0, os.Getuid()}
	if folder, err := os.Stat(c.State); err == nil {
		if stat, ok := folder.Sys().(*syscall.Stat_t); ok {
			trusted = append(trusted, int(stat.Uid))
		}
	}
	return trusted
}

// marks are the cluster and component that a process was started for; empty for any other process, for
// one of a user who is not trusted, and for one that has ended but is not reaped yet, which has no environment.
func marks(pid int, trusted []int) (state, component string) {
	// One open folder, so that both files are of the same process.
	folder, err := os.OpenRoot(filepath.Join("/proc", strconv.Itoa(pid)))
	if err != nil {
		return "", ""
	}
	defer folder.Close()
	status, err := folder.ReadFile("status")
	if err != nil || !runsAs(status, trusted) {
		return "", ""
	}
	environment, err := folder.ReadFile("environ")
	if err != nil {
		return "", ""
	}
	for _, variable := range bytes.Split(environment, []byte{0}) {
		name, value, _ := strings.Cut(string(variable), "=")
		switch name {
		case stateVariable:
			state = value
		case componentVariable:
			component = value
		}
	}
	return state, component
}

// runsAs tells from a process's status (proc_pid_status(5)) whether its real, effective, saved and file system
// users are all trusted: of a set-user-ID program, the first is whoever started it and chose its environment.
func runsAs(status []byte, trusted []int) bool {
	for line := range strings.Lines(string(status)) {
		ids, found := strings.CutPrefix(line, "Uid:")
		if !found {
			continue
		}
		fields := strings.Fields(ids)
		for _, field := range fields {
			if id, err := strconv.Atoi(field); err != nil || !slices.Contains(trusted, id) {
				return false
			}
		}
		return len(fields) == 4
	}
	return false
}

// TrimLogs cuts logs that have grown too long to their last part. The components append, so they
// go on at the new end.
func TrimLogs(c *layout.Cluster) {
	entries, _ := os.ReadDir(c.Logs())
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || info.Size() < maxLog {
			continue
		}
		path := filepath.Join(c.Logs(), entry.Name())
		if text, err := os.ReadFile(path); err == nil {
			tail := text[len(text)-maxLog/8:]
			if os.WriteFile(path+".old", tail, 0o600) == nil {
				_ = os.Truncate(path, 0)
			}
		}
	}
}
