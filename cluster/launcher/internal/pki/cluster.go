package pki

import (
	"encoding/base64"
	"fmt"
	"os"

	"storefleet.dev/cluster/launcher/internal/layout"
)

// Of is the folder with a cluster's certificates.
func Of(c *layout.Cluster) Folder { return Folder(c.Path("pki")) }

// apiNames are the names by which clients inside and outside reach the API server.
var apiNames = []string{"kubernetes", "kubernetes.default", "kubernetes.default.svc",
	"kubernetes.default.svc." + layout.Domain, "localhost", "127.0.0.1", layout.APIService, layout.NodeAddress}

// users are the clients of the API server that get a kubeconfig.
var users = []Certificate{
	{Name: "admin", CommonName: "admin", Organization: []string{"system:masters"}},
	{Name: "controller-manager", CommonName: "system:kube-controller-manager"},
	{Name: "scheduler", CommonName: "system:kube-scheduler"},
	{Name: "proxy", CommonName: "system:kube-proxy"},
	{Name: "kubelet", CommonName: "system:node:" + layout.NodeName, Organization: []string{"system:nodes"}},
	{Name: "router", CommonName: "storefleet:router"},
	{Name: "provisioner", CommonName: "storefleet:provisioner"},
	{Name: "sweeper", CommonName: "storefleet:sweeper"},
}

// EnsureCluster makes everything a cluster needs: certificates and kubeconfig files. etcd and the
// front proxy trust authorities of their own, so that no API client's certificate opens them.
func EnsureCluster(c *layout.Cluster) error {
	folder := Of(c)
	for _, authority := range []string{"ca", "etcd-ca", "front-proxy-ca"} {
		if err := folder.EnsureAuthority(authority); err != nil {
			return err
		}
	}
	if err := folder.EnsureKey("service-account"); err != nil {
		return err
	}
	certificates := []Certificate{
		{Name: "etcd", Authority: "etcd-ca", CommonName: "etcd", Hosts: []string{"127.0.0.1", "localhost"}},
		{Name: "etcd-client", Authority: "etcd-ca", CommonName: "kube-apiserver"},
		{Name: "front-proxy", Authority: "front-proxy-ca", CommonName: "front-proxy"},
		{Name: "apiserver", Authority: "ca", CommonName: "kube-apiserver", Hosts: apiNames},
		{Name: "apiserver-kubelet", Authority: "ca", CommonName: "kube-apiserver", Organization: []string{"system:masters"}},
		{Name: "kubelet-server", Authority: "ca", CommonName: "system:node:" + layout.NodeName,
			Hosts: []string{layout.NodeName, layout.NodeAddress, "127.0.0.1"}},
	}
	for _, user := range users {
		user.Authority = "ca"
		certificates = append(certificates, user)
	}
	for _, certificate := range certificates {
		if err := folder.Ensure(certificate); err != nil {
			return fmt.Errorf("certificate %s: %w", certificate.Name, err)
		}
	}
	for _, user := range users {
		path := KubeconfigOf(c, user.Name)
		if user.Name == "admin" {
			path = c.Kubeconfig()
		}
		if err := writeKubeconfig(c, user.Name, path); err != nil {
			return err
		}
	}
	return nil
}

// KubeconfigOf is the path of a component's kubeconfig.
func KubeconfigOf(c *layout.Cluster, user string) string { return c.Path("config", user+".kubeconfig") }

func writeKubeconfig(c *layout.Cluster, user, path string) error {
	folder := Of(c)
	var contents [3]string
	for i, file := range []string{folder.Crt("ca"), folder.Crt(user), folder.Key(user)} {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		contents[i] = base64.StdEncoding.EncodeToString(text)
	}
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: storefleet
clusters:
- name: storefleet
  cluster:
    server: %s
    certificate-authority-data: %s
users:
- name: %[4]s
  user:
    client-certificate-data: %[3]s
    client-key-data: %[5]s
contexts:
- name: storefleet
  context:
    cluster: storefleet
    user: %[4]s
`, c.API(), contents[0], contents[1], user, contents[2])
	return layout.WriteFile(path, []byte(text), 0o600)
}
