# The platform under test on the embedded cluster; sourced by the scripts that test it, in the repository's folder, after
# tools/lib.sh.
# shellcheck shell=bash
# shellcheck source=../../tools/clusters.sh
. "$REPO_ROOT/tools/clusters.sh"

# bring_up_platform ARGUMENTS…: by deploy.sh with these, logged in apart from the person's own command line. At the end
# of the script the cluster is removed, unless it was running before.
bring_up_platform() {
  use_embedded
  was_running=no
  ! cluster_running || was_running=yes
  XDG_CONFIG_HOME=$(mktemp -d)
  export XDG_CONFIG_HOME
  trap leave_platform EXIT
  ./deploy.sh --cluster embedded "$@"
  use_embedded
  export STOREFLEET_CONTAINERD=$EMBEDDED_CONTAINERD
}

leave_platform() {
  [ "$was_running" = yes ] || ./deploy.sh --cluster embedded --down --yes
  rm -rf "$XDG_CONFIG_HOME"
}
