# Sourced by cluster/cluster in this folder.
# shellcheck shell=bash
go_build sandbox-sweeper .
