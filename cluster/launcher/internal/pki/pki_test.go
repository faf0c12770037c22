package pki

import (
	"os"
	"strings"
	"testing"

	"storefleet.dev/cluster/launcher/internal/layout"
)

func TestCertificatesAreKeptWhileTheyFit(t *testing.T) {
	folder := Folder(t.TempDir())
	if err := folder.EnsureAuthority("ca"); err != nil {
		t.Fatal(err)
	}
	wanted := Certificate{Name: "server", Authority: "ca", CommonName: "server", Hosts: []string{"localhost", "127.0.0.1"}}
	ensure := func() string {
		t.Helper()
		if err := folder.Ensure(wanted); err != nil {
			t.Fatal(err)
		}
		text, _ := os.ReadFile(folder.Crt("server"))
		return string(text)
	}
	first := ensure()
	if ensure() != first {
		t.Error("issued again without need")
	}
	wanted.Hosts = append(wanted.Hosts, "10.41.0.1")
	second := ensure()
	if second == first {
		t.Error("a new host name did not lead to a new certificate")
	}
	os.Remove(folder.Crt("ca"))
	if err := folder.EnsureAuthority("ca"); err != nil {
		t.Fatal(err)
	}
	if ensure() == second {
		t.Error("a certificate of another authority was kept")
	}
}

func TestAClusterHasAPrivateKubeconfig(t *testing.T) {
	c := &layout.Cluster{State: t.TempDir(), Profile: layout.ControlPlane, Ports: map[string]int{"api": 12345}}
	if err := EnsureCluster(c); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(c.Kubeconfig())
	if err != nil || !strings.Contains(string(text), "server: https://127.0.0.1:12345\n") || strings.Contains(string(text), "%!") {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, path := range []string{c.Kubeconfig(), Of(c).Key("ca"), Of(c).Key("service-account")} {
		if stat, err := os.Stat(path); err != nil || stat.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", path, stat.Mode(), err)
		}
	}
}
