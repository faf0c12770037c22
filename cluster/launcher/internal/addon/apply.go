package addon

import (
	"embed"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"text/template"

	"storefleet.dev/cluster/launcher/internal/host"
	"storefleet.dev/cluster/launcher/internal/layout"
)

//go:embed manifests/*.yaml
var manifests embed.FS

// manifestsOf are the files that a cluster needs, in order. The metrics API comes last and only when
// its server runs: an API without a server keeps namespaces from being deleted.
func manifestsOf(c *layout.Cluster) []string {
	if c.Profile == layout.ControlPlane {
		return []string{"base"}
	}
	names := []string{"base", "coredns", "traefik"}
	if HasMetrics(c) {
		names = append(names, "metrics-server")
	}
	return names
}

// Apply writes the add-ons' objects to the API server.
func Apply(c *layout.Cluster) error {
	var text strings.Builder
	for _, name := range manifestsOf(c) {
		rendered, err := render(c, name)
		if err != nil {
			return err
		}
		text.WriteString("---\n" + rendered)
	}
	return apply(c, text.String())
}

// ApplyMetrics brings what was built after the cluster's start: metrics-server's image and objects.
func ApplyMetrics(c *layout.Cluster) error {
	if err := LoadImages(c); err != nil {
		return err
	}
	text, err := render(c, "metrics-server")
	if err != nil {
		return err
	}
	return apply(c, text)
}

// ApplyMetricsAPI announces the metrics API, after metrics-server has become ready.
func ApplyMetricsAPI(c *layout.Cluster) error {
	text, err := render(c, "metrics-api")
	if err != nil {
		return err
	}
	if err := kubectl(c, "", "--namespace=kube-system", "rollout", "status", "deployment/metrics-server", "--timeout=120s"); err != nil {
		return err
	}
	return apply(c, text)
}

// WithdrawMetricsAPI undoes ApplyMetricsAPI.
func WithdrawMetricsAPI(c *layout.Cluster) error {
	return kubectl(c, "", "delete", "apiservice", "v1beta1.metrics.k8s.io", "--ignore-not-found")
}

func apply(c *layout.Cluster, text string) error {
	return kubectl(c, text, "apply", "--server-side", "--force-conflicts", "--field-manager=storefleet-cluster", "--filename=-")
}

func render(c *layout.Cluster, name string) (string, error) {
	parsed, err := template.ParseFS(manifests, "manifests/"+name+".yaml")
	if err != nil {
		return "", err
	}
	var text strings.Builder
	err = parsed.Execute(&text, map[string]any{
		"Image":       func(program string) string { return Reference(c, program) },
		"Domain":      layout.Domain,
		"DNS":         layout.DNSService,
		"Ingress":     layout.Ingress,
		"HasUpstream": host.ResolvConf() != "",
	})
	return text.String(), err
}

// kubectl runs kubectl as the administrator with the text on its standard input.
func kubectl(c *layout.Cluster, input string, args ...string) error {
	cmd := exec.Command(c.Binary("kubectl"), append([]string{"--kubeconfig", c.Kubeconfig()}, args...)...)
	cmd.Env = []string{"KUBECACHEDIR=" + c.Path("run", "kubectl"), "PATH=" + os.Getenv("PATH")}
	cmd.Stdin = strings.NewReader(input)
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("kubectl %s: %w: %s", strings.Join(args, " "), err, text)
	}
	return nil
}
