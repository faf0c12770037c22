package addon

import (
	"strings"
	"testing"

	"storefleet.dev/cluster/launcher/internal/layout"
)

func TestManifestsRender(t *testing.T) {
	for _, profile := range []layout.Profile{layout.Full, layout.ControlPlane} {
		c := &layout.Cluster{Profile: profile, Bin: "/bin"}
		for _, name := range append(manifestsOf(c), "metrics-api") {
			text, err := render(c, name)
			if err != nil || !strings.Contains(text, "apiVersion:") || strings.Contains(text, "<no value>") {
				t.Errorf("%s: %v\n%s", name, err, text)
			}
		}
	}
}
