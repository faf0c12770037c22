# Sourced by cluster/cluster in this folder: what only tests use.
# shellcheck shell=bash disable=SC2154
cd ../upstream || exit 1
go_build kwok sigs.k8s.io/kwok/cmd/kwok
go_build kubeconform github.com/yannh/kubeconform/cmd/kubeconform

# How simulated nodes and pods live, from KWOK's own module.
stages=$(go list -m -f '{{.Dir}}' sigs.k8s.io/kwok)/kustomize/stage
for file in node/fast/node-initialize node/heartbeat-with-lease/node-heartbeat-with-lease \
  pod/fast/pod-ready pod/fast/pod-complete pod/fast/pod-delete; do
  printf -- '---\n'
  cat "$stages/$file.yaml"
done >"$out/kwok-stages.yaml"
