package layout

import (
	"net"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestASavedClusterIsLoaded(t *testing.T) {
	saved := &Cluster{State: filepath.Join(t.TempDir(), "state"), Bin: "/bin", Profile: ControlPlane, Kwok: true, Ports: map[string]int{"api": 1}}
	if err := saved.Save(); err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(saved.State)
	if err != nil || !reflect.DeepEqual(loaded, saved) {
		t.Fatalf("%+v, %v", loaded, err)
	}
}

func TestOnlyTheOwnerEntersTheFolders(t *testing.T) {
	c := &Cluster{State: filepath.Join(t.TempDir(), "state"), Profile: ControlPlane}
	if err := os.MkdirAll(c.Logs(), 0o777); err != nil { // of an earlier version
		t.Fatal(err)
	}
	if err := c.Save(); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{c.Logs(), c.Pids(), c.Config()} {
		if found, err := os.Stat(folder); err != nil || found.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v %v", folder, found.Mode(), err)
		}
	}
	if found, err := os.Stat(c.State); err != nil || found.Mode().Perm()&0o022 != 0 {
		t.Errorf("others may write to %s: %v %v", c.State, found.Mode(), err)
	}
}

func TestOnlyOurDataIsDeleted(t *testing.T) {
	c := &Cluster{State: t.TempDir(), Profile: ControlPlane}
	if err := c.Save(); err != nil {
		t.Fatal(err)
	}
	other := c.Path("photos")
	if err := os.Mkdir(other, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := c.RemoveState(); err != nil {
		t.Fatal(err)
	}
	entries, _ := os.ReadDir(c.State)
	if len(entries) != 1 || entries[0].Name() != "photos" {
		t.Fatalf("left: %v", entries)
	}
	os.Remove(other)
	if err := c.RemoveState(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(c.State); !os.IsNotExist(err) {
		t.Fatal("an empty state folder stays")
	}
}

func TestEveryPortIsAnother(t *testing.T) {
	c := &Cluster{Profile: ControlPlane, Kwok: true}
	if err := c.ChoosePorts(); err != nil {
		t.Fatal(err)
	}
	seen := map[int]string{}
	for name, number := range c.Ports {
		if number == 0 || seen[number] != "" {
			t.Errorf("%s has port %d, as has %q", name, number, seen[number])
		}
		seen[number] = name
	}
	if len(seen) != len(controlPlanePorts)+1 {
		t.Errorf("ports %v", c.Ports)
	}
}

func TestTheNextPortIsTakenIfOneIsInUse(t *testing.T) {
	first, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	used := first.Addr().(*net.TCPAddr).Port
	second, err := listenFirst("127.0.0.1", []int{used, 0})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if second.Addr().(*net.TCPAddr).Port == used {
		t.Fatal("took the used port")
	}
}
