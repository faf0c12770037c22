package process

import (
	"os"
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
