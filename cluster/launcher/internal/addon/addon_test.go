package addon

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"storefleet.dev/cluster/launcher/internal/layout"
)

func TestManifestsRender(t *testing.T) {
	for _, profile := range []layout.Profile{layout.Full, layout.ControlPlane} {
		c := &layout.Cluster{Profile: profile, Bin: "/bin"}
		for _, name := range append(manifestsOf(c), "metrics-server", "metrics-api") {
			text, err := render(c, name)
			if err != nil || !strings.Contains(text, "apiVersion:") || strings.Contains(text, "<no value>") {
				t.Errorf("%s: %v\n%s", name, err, text)
			}
		}
	}
}

// The first start does not wait for metrics-server: until it is built there is neither an image nor objects of it.
func TestMetricsServerIsTakenInWhenItIsThere(t *testing.T) {
	c := &layout.Cluster{Profile: layout.Full, Bin: t.TempDir()}
	if HasMetrics(c) || slices.Contains(programs(c), "metrics-server") || slices.Contains(manifestsOf(c), "metrics-server") {
		t.Error("a cluster without the program has metrics-server")
	}
	built := filepath.Join(t.TempDir(), "metrics-server")
	if err := os.WriteFile(built, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(built, filepath.Join(c.Bin, "metrics-server")); err != nil {
		t.Fatal(err)
	}
	if !HasMetrics(c) || !slices.Contains(programs(c), "metrics-server") || !slices.Contains(manifestsOf(c), "metrics-server") {
		t.Error("metrics-server was built and is not taken in")
	}
}
