package component

import (
	"context"
	"fmt"

	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/pki"
)

func etcdURL(c *layout.Cluster) string { return fmt.Sprintf("https://127.0.0.1:%d", c.Ports["etcd"]) }

func etcd(c *layout.Cluster) Component {
	folder := pki.Of(c)
	peer := fmt.Sprintf("https://127.0.0.1:%d", c.Ports["etcdPeer"])
	args := []string{c.Binary("etcd"),
		"--name=" + layout.NodeName,
		"--data-dir=" + c.Path("etcd"),
		"--listen-client-urls=" + etcdURL(c),
		"--advertise-client-urls=" + etcdURL(c),
		"--listen-peer-urls=" + peer,
		"--initial-advertise-peer-urls=" + peer,
		"--initial-cluster=" + layout.NodeName + "=" + peer,
		"--client-cert-auth", "--trusted-ca-file=" + folder.Crt("etcd-ca"),
		"--cert-file=" + folder.Crt("etcd"), "--key-file=" + folder.Key("etcd"),
		"--peer-client-cert-auth", "--peer-trusted-ca-file=" + folder.Crt("etcd-ca"),
		"--peer-cert-file=" + folder.Crt("etcd"), "--peer-key-file=" + folder.Key("etcd"),
		"--quota-backend-bytes=8589934592",
		"--snapshot-count=50000",
		"--log-level=warn",
	}
	if c.Profile == layout.ControlPlane {
		args = append(args, "--unsafe-no-fsync") // lives for one test
	}
	return Component{
		Name: "etcd",
		Args: args,
		Ready: func(ctx context.Context) error {
			client, err := clientOf(folder.Crt("etcd-ca"), folder.Crt("etcd-client"), folder.Key("etcd-client"))
			if err != nil {
				return err
			}
			return get(client, etcdURL(c)+"/health")(ctx)
		},
	}
}
