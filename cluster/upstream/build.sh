# Sourced by cluster/cluster in this folder: builds the upstream components into $out.
# shellcheck shell=bash disable=SC2154
no_storage="no_btrfs no_zfs no_devmapper"

kubernetes=$(module_version k8s.io/kubernetes)
stamp=k8s.io/component-base/version
go_build kubernetes ./kubernetes "-X $stamp.gitVersion=$kubernetes -X $stamp.gitMajor=1 -X $stamp.gitMinor=$(cut -d. -f2 <<<"$kubernetes") -X $stamp.gitTreeState=clean"
for name in kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubectl etcd; do
  ln -s kubernetes "$out/$name"
done

containerd="-X github.com/containerd/containerd/v2/version.Version=$(module_version github.com/containerd/containerd/v2)"
for name in containerd containerd-shim-runc-v2 ctr; do
  go_build "$name" "github.com/containerd/containerd/v2/cmd/$name" "$containerd" "$no_storage"
done

# runc enters namespaces in C before Go starts, and filters system calls through libseccomp.
CGO_ENABLED=1 go_build runc github.com/opencontainers/runc \
  "-X main.version=$(module_version github.com/opencontainers/runc | tr -d v)" seccomp

go_build coredns github.com/coredns/coredns
go_build helm helm.sh/helm/v4/cmd/helm \
  "-X helm.sh/helm/v4/internal/version.version=$(module_version helm.sh/helm/v4)"
