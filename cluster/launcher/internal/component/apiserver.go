package component

import (
	"context"
	"fmt"

	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/pki"
)

func apiServer(c *layout.Cluster) Component {
	folder := pki.Of(c)
	args := []string{c.Binary("kube-apiserver"),
		"--bind-address=" + c.Address(), "--advertise-address=" + c.Address(),
		fmt.Sprintf("--secure-port=%d", c.Ports["api"]),
		"--tls-cert-file=" + folder.Crt("apiserver"), "--tls-private-key-file=" + folder.Key("apiserver"),
		"--etcd-servers=" + etcdURL(c), "--etcd-cafile=" + folder.Crt("etcd-ca"),
		"--etcd-certfile=" + folder.Crt("etcd-client"), "--etcd-keyfile=" + folder.Key("etcd-client"),
		"--client-ca-file=" + folder.Crt("ca"),
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--service-cluster-ip-range=" + layout.ServiceRange,
		"--service-account-issuer=https://kubernetes.default.svc." + layout.Domain,
		"--service-account-key-file=" + c.Path("pki", "service-account.pub"),
		"--service-account-signing-key-file=" + folder.Key("service-account"),
		"--kubelet-certificate-authority=" + folder.Crt("ca"),
		"--kubelet-client-certificate=" + folder.Crt("apiserver-kubelet"),
		"--kubelet-client-key=" + folder.Key("apiserver-kubelet"),
		"--kubelet-preferred-address-types=InternalIP", // the node's name does not resolve
		"--requestheader-client-ca-file=" + folder.Crt("front-proxy-ca"),
		"--requestheader-allowed-names=front-proxy",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-username-headers=X-Remote-User",
		"--proxy-client-cert-file=" + folder.Crt("front-proxy"),
		"--proxy-client-key-file=" + folder.Key("front-proxy"),
		"--enable-aggregator-routing=true", // to pods, not through Services, which need kube-proxy first
		"--allow-privileged=true",
		"--profiling=false",
		"--delete-collection-workers=4",
	}
	if c.Profile == layout.ControlPlane {
		// Nothing in this profile reaches the API server through its Service.
		args = append(args, "--endpoint-reconciler-type=none")
	}
	return Component{
		Name:  "kube-apiserver",
		Args:  args,
		After: []string{"etcd"},
		Ready: func(ctx context.Context) error {
			client, err := AdminClient(c)
			if err != nil {
				return err
			}
			return get(client, c.API()+"/readyz")(ctx)
		},
	}
}
