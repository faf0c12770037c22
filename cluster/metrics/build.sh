# Sourced by cluster/cluster in this folder: what a cluster measures with. Nothing waits for it, so it is built last.
# shellcheck shell=bash
cd ../upstream || exit 1
go_build metrics-server sigs.k8s.io/metrics-server/cmd/metrics-server
