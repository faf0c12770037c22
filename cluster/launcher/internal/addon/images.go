// Package addon is what runs in the cluster as pods: DNS, ingress and metrics, with the classes and
// roles that belong to a fresh cluster. Their images are made here, around the built programs.
package addon

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"storefleet.dev/cluster/launcher/internal/image"
	"storefleet.dev/cluster/launcher/internal/layout"
)

// programs are those that run in a container.
func programs(c *layout.Cluster) []string {
	all := []string{"pause", "coredns", "traefik"}
	if HasMetrics(c) {
		all = append(all, "metrics-server")
	}
	return all
}

// HasMetrics says whether metrics-server has been built. A cluster starts without it, since nothing
// waits for its measurements, and takes it in as soon as it is there.
func HasMetrics(c *layout.Cluster) bool {
	_, err := os.Stat(c.Binary("metrics-server"))
	return err == nil
}

// Reference is the image around a program. Its tag is the build that the program is from.
func Reference(c *layout.Cluster, program string) string {
	tag := "unknown"
	if path, err := filepath.EvalSymlinks(c.Binary(program)); err == nil {
		folder := filepath.Base(filepath.Dir(path))
		tag = folder[strings.LastIndex(folder, "-")+1:]
	}
	return "localhost/storefleet-cluster/" + program + ":" + tag
}

// LoadImages gives containerd the images that it does not have yet.
func LoadImages(c *layout.Cluster) error {
	present, err := ctr(c, nil, "images", "list", "--quiet")
	if err != nil {
		return err
	}
	for _, program := range programs(c) {
		reference := Reference(c, program)
		if strings.Contains("\n"+present, "\n"+reference+"\n") {
			continue
		}
		err := importFrom(c, func(out io.Writer) error { return image.WriteProgram(out, reference, c.Binary(program)) })
		if err != nil {
			return fmt.Errorf("image %s: %w", reference, err)
		}
	}
	return nil
}

// LoadArchive gives containerd the images of an archive file and returns their names.
func LoadArchive(c *layout.Cluster, path string) (references []string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	err = importFrom(c, func(out io.Writer) error {
		references, err = image.Normalize(out, file)
		return err
	})
	if err != nil {
		return nil, err
	}
	present, err := ctr(c, nil, "images", "list", "--quiet")
	if err != nil {
		return nil, err
	}
	for _, reference := range references {
		if !strings.Contains("\n"+present, "\n"+reference+"\n") {
			return nil, fmt.Errorf("%s is not there after loading", reference)
		}
	}
	return references, nil
}

// importFrom streams an archive into containerd.
func importFrom(c *layout.Cluster, write func(io.Writer) error) error {
	reader, writer := io.Pipe()
	written := make(chan error, 1)
	go func() {
		err := write(writer)
		writer.CloseWithError(err)
		written <- err
	}()
	_, err := ctr(c, reader, "images", "import", "-")
	reader.CloseWithError(io.ErrClosedPipe) // ends the writer if ctr gave up
	if problem := <-written; problem != nil && err == nil || problem != nil && problem != io.ErrClosedPipe {
		return problem
	}
	return err
}

func ctr(c *layout.Cluster, input io.Reader, args ...string) (string, error) {
	cmd := exec.Command(c.Binary("ctr"), append([]string{"--address", c.Containerd(), "--namespace", "k8s.io"}, args...)...)
	cmd.Stdin = input
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("ctr %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}
