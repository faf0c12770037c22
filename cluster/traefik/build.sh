# Sourced by cluster/cluster in this folder: Traefik without what the cluster never uses, which is more than half of
# what its own main compiles. Its configuration imports all of it, so that leaving it out needs changed modules: made
# here from the ones that Go has verified, with the packages of absent/ in place of the real ones.
# shellcheck shell=bash disable=SC2154
traefik=github.com/traefik/traefik/v3 lego=github.com/go-acme/lego/v4
sources="$out/sources"
mkdir "$sources"
cp go.mod go.sum "$sources/"
for module in "$traefik" "$lego"; do
  go mod download "$module"
  folder=$(go list -m -f '{{.Dir}}' "$module")
  [ -n "$folder" ] || die "the module $module is not there" "Check that the Go module proxy can be reached, then run this again."
  cp -r --no-preserve=mode "$folder" "$sources/$(basename "$(dirname "$module")")"
  go mod edit -replace "$module=$sources/$(basename "$(dirname "$module")")" "$sources/go.mod"
done

# stand_in PACKAGE FILE: the folder of a package, below $sources, holds nothing but FILE.
stand_in() {
  [ -d "$sources/$1" ] || die "there is no package $1 any more" "Look where Traefik has it now, and say so in cluster/traefik/build.sh."
  rm -rf "${sources:?}/$1"
  mkdir "$sources/$1"
  sed "s/^package absent/package $(basename "$1")/" "absent/$2" >"$sources/$1/absent.go"
}
stand_in lego/providers/dns dns/dns.go
for provider in docker ecs consulcatalog nomad kv/consul kv/etcd kv/redis kv/zk; do
  stand_in "traefik/pkg/provider/$provider" provider/provider.go
done

GOFLAGS="${GOFLAGS:-} -modfile=$sources/go.mod" go_build traefik "$traefik/cmd/traefik" \
  "-X $traefik/pkg/version.Version=$(module_version "$traefik")"
rm -rf "$sources"
