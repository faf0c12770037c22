// Package component describes every process of a cluster, one a file: its arguments, the
// configuration it reads, what it waits for and how to tell that it is ready.
package component

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/pki"
	"storefleet.dev/cluster/launcher/internal/process"
)

// Component is one process and what the supervisor has to know about it.
type Component struct {
	Name    string
	Args    []string          // the program first
	Files   map[string]string // configuration files by path, written before each start
	After   []string          // components that must be ready before it starts
	Prepare func() error
	Ready   func(context.Context) error
	// AfterReady runs each time the process has become ready, for example to fill it.
	AfterReady func() error
}

// Command is what to run. Its version changes with its arguments and its configuration.
func (c Component) Command() process.Command {
	hash := sha256.New()
	for _, part := range slices.Concat(c.Args, slices.Sorted(maps.Keys(c.Files)), slices.Sorted(maps.Values(c.Files))) {
		fmt.Fprintf(hash, "%d:%s", len(part), part)
	}
	return process.Command{Component: c.Name, Args: c.Args, Version: hex.EncodeToString(hash.Sum(nil)[:8])}
}

// WriteFiles puts the configuration where the component finds it.
func (c Component) WriteFiles() error {
	for path, text := range c.Files {
		if err := layout.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// All are the components of a cluster in the order in which they are best started.
func All(c *layout.Cluster) []Component {
	components := []Component{etcd(c), apiServer(c), controllerManager(c)}
	if c.Profile == layout.Full || c.Kwok {
		components = append(components, scheduler(c), provisioner(c))
	}
	if c.Kwok {
		components = append(components, kwok(c))
	}
	if c.Profile == layout.Full {
		components = append(components, containerd(c), kubelet(c), sweeper(c), proxy(c), router(c), ingress(c))
	}
	return append(components, guard(c))
}

// fill replaces every ${NAME} in a configuration.
func fill(text string, values map[string]any) string {
	return os.Expand(text, func(name string) string { return fmt.Sprint(values[name]) })
}

// httpReady is ready when a GET of the URL answers 200. Certificates are not checked: this asks a
// loopback port that we chose whether anyone is there.
func httpReady(url string) func(context.Context) error {
	client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec
		DisableKeepAlives: true,
	}}
	return get(client, url)
}

func get(client *http.Client, url string) func(context.Context) error {
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(response.Body, 500))
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s: %s", url, response.Status, text)
		}
		return nil
	}
}

// dialReady is ready when something accepts connections.
func dialReady(network, address string) func(context.Context) error {
	return func(ctx context.Context) error {
		connection, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, network, address)
		if err != nil {
			return err
		}
		return connection.Close()
	}
}

// running is ready as soon as the process is there, for those that offer nothing to ask.
func running(c *layout.Cluster, name string) func(context.Context) error {
	return func(context.Context) error {
		if process.Running(c, name) == 0 {
			return fmt.Errorf("%s does not run", name)
		}
		return nil
	}
}

// AdminClient talks to the API server as the administrator.
func AdminClient(c *layout.Cluster) (*http.Client, error) {
	return clientOf(pki.Of(c).Crt("ca"), pki.Of(c).Crt("admin"), pki.Of(c).Key("admin"))
}
