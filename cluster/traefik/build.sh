# Sourced by cluster/cluster in this folder.
# shellcheck shell=bash
go_build traefik github.com/traefik/traefik/v3/cmd/traefik \
  "-X github.com/traefik/traefik/v3/pkg/version.Version=$(module_version github.com/traefik/traefik/v3)"
