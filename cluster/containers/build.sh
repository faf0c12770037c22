# Sourced by cluster/cluster in this folder: programs that only ever run in containers.
# shellcheck shell=bash
for name in pause hello; do go_build "$name" "./$name"; done
