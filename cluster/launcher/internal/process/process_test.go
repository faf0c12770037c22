package process

import (
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"storefleet.dev/cluster/launcher/internal/layout"
)

func newCluster(t *testing.T) *layout.Cluster {
	t.Helper()
	c := &layout.Cluster{State: t.TempDir(), Profile: layout.ControlPlane}
	if err := c.Save(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { KillAll(c) })
	return c
}

func TestAProcessIsFoundUntilItEnds(t *testing.T) {
	c := newCluster(t)
	started, err := Start(c, Command{Component: "one", Args: []string{"sh", "-c", "echo hello; sleep 60"}, Version: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	found, version := Find(c, "one")
	if found == nil || found.PID != started.PID || version != "v1" {
		t.Fatalf("found %+v %q", found, version)
	}
	if other, _ := Find(c, "two"); other != nil {
		t.Error("found what was never started")
	}
	if found.Wait(20 * time.Millisecond) {
		t.Error("ended too early")
	}
	found.Stop(time.Second)
	if !started.Wait(time.Second) || Running(c, "one") != 0 {
		t.Error("still runs")
	}
	if log, _ := os.ReadFile(LogFile(c, "one")); !strings.Contains(string(log), "hello") {
		t.Errorf("log %q", log)
	}
}

func TestAReusedProcessIdIsNotMistaken(t *testing.T) {
	c := newCluster(t)
	text := []byte(`{"pid":` + "1" + `,"version":"v1"}`)
	if err := layout.WriteFile(pidFile(c, "one"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	if found, _ := Find(c, "one"); found != nil {
		t.Error("took process 1 for ours")
	}
}

func TestOneThatIgnoresSignalsAndItsChildrenAreEnded(t *testing.T) {
	c, other := newCluster(t), newCluster(t)
	args := []string{"sh", "-c", "trap '' TERM; sleep 60 & while :; do sleep 60; done"}
	stubborn, err := Start(c, Command{Component: "one", Args: args})
	if err != nil {
		t.Fatal(err)
	}
	spared, err := Start(other, Command{Component: "one", Args: args})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
	stubborn.Stop(100 * time.Millisecond)
	if err := KillAll(c); err != nil {
		t.Fatal(err)
	}
	if left := All(c); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if spared.Wait(0) {
		t.Error("ended a process of another cluster")
	}
	spared.Signal(syscall.SIGKILL)
}

func TestAMarkOnAStrangersProcessDoesNotCount(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root, to start a process of another user")
	}
	c := newCluster(t)
	mark := []string{stateVariable + "=" + c.State, componentVariable + "=one"}
	stranger := exec.Command("sleep", "60")
	stranger.Env = mark
	stranger.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	own := exec.Command("sleep", "60")
	own.Env = mark
	for _, command := range []*exec.Cmd{stranger, own} {
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		defer command.Wait()         //nolint:errcheck // killed
		defer command.Process.Kill() //nolint:errcheck // may have ended
	}
	if found := All(c); !reflect.DeepEqual(found, []int{own.Process.Pid}) {
		t.Errorf("found %v, want only %d; %d is a stranger's", found, own.Process.Pid, stranger.Process.Pid)
	}
	text := fmt.Appendf(nil, `{"pid":%d,"version":"v1"}`, stranger.Process.Pid)
	if err := layout.WriteFile(pidFile(c, "one"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	if found, _ := Find(c, "one"); found != nil {
		t.Error("took a stranger's process for the component")
	}
	// Whose folder it is may own the processes too: root takes down a cluster that a user has started.
	if err := os.Chown(c.State, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if found := All(c); len(found) != 2 {
		t.Errorf("found %v in a stranger's folder, want both", found)
	}
}

func TestAllFourUsersOfAProcessCount(t *testing.T) {
	for status, want := range map[string]bool{
		"Name:\tx\nUid:\t0\t0\t0\t0\nGid:\t9\t9\t9\t9\n": true,
		"Uid:\t1000\t0\t0\t0\n":                          false, // a set-user-ID program that 1000 started
		"Uid:\t0\t0\t1000\t0\n":                          false,
		"Uid:\t0\n":                                      false,
		"Name:\tx\n":                                     false,
		"":                                               false,
	} {
		if got := runsAs([]byte(status), []int{0}); got != want {
			t.Errorf("%q: %v", status, got)
		}
	}
}
