# Sourced by cluster/cluster in this folder. shellcheck shell=bash
go_build cluster-launcher .
for name in pause hello; do go_build "$name" "./containers/$name"; done
