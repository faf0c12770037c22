# What the image builds share; source it, do not run it.
# shellcheck shell=bash
# shellcheck source=tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tools/lib.sh"

IMAGE_PREFIX=localhost/storefleet
CONTAINER_ENGINE=""

# builder: prints "docker" where its engine runs, else "buildah" (installed if missing).
builder() {
  [ -n "$CONTAINER_ENGINE" ] || CONTAINER_ENGINE=${STOREFLEET_BUILDER:-}
  if [ -z "$CONTAINER_ENGINE" ]; then
    if command -v docker >/dev/null && timeout 5 docker info >/dev/null 2>&1; then
      CONTAINER_ENGINE=docker
    else
      need_packages buildah
      CONTAINER_ENGINE=buildah
    fi
  fi
  echo "$CONTAINER_ENGINE"
}

# buildah_here ARGS...: buildah with everything it stores below the cache folder.
buildah_here() {
  local run_root=/run/storefleet-buildah
  [ -w /run ] || run_root="$STOREFLEET_CACHE/containers/run"
  BUILDAH_ISOLATION=chroot buildah --root "$STOREFLEET_CACHE/containers/storage" --runroot "$run_root" "$@"
}

# engine_has IMAGE: true when the builder already holds the image.
engine_has() {
  case "$(builder)" in
    docker) docker image inspect "$1" >/dev/null 2>&1 ;;
    *) buildah_here inspect --type image "$1" >/dev/null 2>&1 ;;
  esac
}

# bootstrap_base SUITE ARCHIVE: makes a slim Debian root from the package archive, as a tar file.
bootstrap_base() {
  local suite=$1 archive=$2 root keyring
  need_packages debootstrap
  root=$(mktemp -d "$STOREFLEET_CACHE/base/$suite.XXXXXX")
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  say "bootstrapping Debian $suite"
  run_logged "$STOREFLEET_CACHE/logs/debootstrap-$suite.log" \
    debootstrap --variant=minbase --keyring="$keyring" "$suite" "$root" ${STOREFLEET_DEBIAN_MIRROR:+"$STOREFLEET_DEBIAN_MIRROR"}
  slim_down "$suite" "$root"
  tar -C "$root" --sort=name --numeric-owner --mtime=@0 -cf "$archive.part" .
  mv "$archive.part" "$archive"
  rm -rf "$root"
}

# slim_down SUITE ROOT: what the slim variants of the official images leave out, and their sources list.
slim_down() {
  local suite=$1 root=$2 mirror
  cat >"$root/etc/dpkg/dpkg.cfg.d/docker" <<'CONF'
force-unsafe-io
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/groff/*
path-exclude /usr/share/info/*
path-exclude /usr/share/linda/*
path-exclude /usr/share/lintian/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
CONF
  printf '%s\n' 'APT::Install-Recommends "false";' 'Acquire::Languages "none";' 'APT::Keep-Downloaded-Packages "false";' \
    >"$root/etc/apt/apt.conf.d/docker"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
  # debootstrap notes the archive that it used; updates and security fixes stand beside it.
  mirror=$(sed -n 's/^deb \([^ ]*\) .*/\1/p' "$root/etc/apt/sources.list" | head -n 1)
  printf 'deb %s %s main\n' "$mirror" "$suite" "$mirror" "$suite-updates" "$mirror-security" "$suite-security" \
    >"$root/etc/apt/sources.list"
  find "$root/usr/share/doc" -type f ! -name copyright -delete
  find "$root/usr/share/doc" -type l -delete
  find "$root/usr/share/doc" -type d -empty -delete
  rm -rf "$root"/usr/share/{man,info,groff,lintian,linda,locale}/* "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* \
    "$root"/var/cache/debconf/*-old "$root"/var/log/*.log "$root"/var/log/apt/* "$root"/debootstrap
  : >"$root/etc/resolv.conf"
  rm -f "$root/etc/hostname" "$root/etc/machine-id"
}

# base_image SUITE: makes sure the builder holds a Debian base and prints its name. In order:
# the image or archive named by STOREFLEET_BASE_BOOKWORM or _TRIXIE, what the builder holds, a registry, debootstrap.
base_image() {
  local suite=$1 name given="" archive
  case "$suite" in
    bookworm) given=${STOREFLEET_BASE_BOOKWORM:-} ;;
    trixie) given=${STOREFLEET_BASE_TRIXIE:-} ;;
  esac
  name="docker.io/library/debian:$suite-slim"
  archive="$STOREFLEET_CACHE/base/$suite-slim.tar"
  if [ -n "$given" ] && [ ! -f "$given" ]; then
    echo "$given"
    return
  fi
  if [ -n "$given" ]; then
    archive=$given
    name="$IMAGE_PREFIX/base-$suite:$(short_hash <"$given")"
  fi
  if engine_has "$name"; then
    echo "$name"
    return
  fi
  mkdir -p "$STOREFLEET_CACHE/base"
  if [ -z "$given" ] && [ ! -f "$archive" ]; then
    say "looking for debian:$suite-slim in the registry"
    if pull "$name"; then
      echo "$name"
      return
    fi
    bootstrap_base "$suite" "$archive"
  fi
  import_root "$archive" "$name"
  echo "$name"
}

pull() {
  case "$(builder)" in
    docker) with_signs "pulling $1" "" quietly timeout 60 docker pull "$1" ;;
    *) with_signs "pulling $1" "" quietly timeout 60 buildah --root "$STOREFLEET_CACHE/containers/storage" pull "docker://$1" ;;
  esac
}
quietly() { "$@" >/dev/null 2>&1; }

# import_root ARCHIVE NAME: a root file system in a tar file becomes an image.
import_root() {
  local archive=$1 name=$2 container
  if [ "$(builder)" = docker ]; then
    docker import "$archive" "$name" >/dev/null
    return
  fi
  container=$(buildah_here from scratch)
  buildah_here add --quiet "$container" "$archive" / >/dev/null
  buildah_here config --cmd /bin/bash --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  buildah_here commit --quiet --rm "$container" "$name" >/dev/null
}

# image_build NAME TAG FOLDER ARGS...: builds FOLDER/Containerfile with cached layers.
image_build() {
  local name=$1 tag=$2 folder=$3 log
  shift 3
  log="$STOREFLEET_CACHE/logs/image-$name.log"
  say "building the image $name:$tag"
  case "$(builder)" in
    docker) unlocked run_logged "$log" docker build -t "$IMAGE_PREFIX/$name:$tag" -f "$folder/Containerfile" "$@" "$folder" ;;
    *)
      # buildah keeps the layers of every stage for the next build.
      unlocked run_logged "$log" buildah_here bud --layers --format docker -t "$IMAGE_PREFIX/$name:$tag" \
        -f "$folder/Containerfile" "$@" "$folder"
      ;;
  esac
}

# unlocked COMMAND...: runs it without the lock files of this script, which a process that outlives
# a failed build would otherwise hold.
unlocked() (
  for fd in /proc/"$BASHPID"/fd/*; do
    fd=${fd##*/}
    [ "$fd" -le 9 ] || [ "$fd" -eq 255 ] || exec {fd}>&-
  done
  "$@"
)

archive_of() { echo "$STOREFLEET_CACHE/images/$1-$2.tar"; }

# image_archive NAME TAG: writes the image into the cache as one uncompressed docker archive.
image_archive() {
  local name=$1 tag=$2 archive
  archive=$(archive_of "$name" "$tag")
  mkdir -p "$(dirname "$archive")"
  rm -f "$archive".part*
  say "writing $(basename "$archive")"
  case "$(builder)" in
    docker) with_signs "writing $(basename "$archive")" "" docker save -o "$archive.part" "$IMAGE_PREFIX/$name:$tag" ;;
    *)
      with_signs "writing $(basename "$archive")" "" buildah_here push --quiet "$IMAGE_PREFIX/$name:$tag" "docker-archive:$archive.part:$IMAGE_PREFIX/$name:$tag" >/dev/null
      ;;
  esac
  mv "$archive.part" "$archive"
}

# drop_old NAME: keeps the newest three archives of an image with their layers, and what other build
# stages left behind for six hours, since the next build may start from it.
drop_old() {
  local name=$1 limit old
  if [ "$(builder)" = buildah ]; then
    limit=$(date -u -d '6 hours ago' '+%Y-%m-%d %H:%M:%S')
    buildah_here images --noheading --format '{{.CreatedAtRaw}}|{{.Name}}:{{.Tag}}|{{.ID}}' 2>/dev/null | sort -r |
      awk -F'|' -v name="$IMAGE_PREFIX/$name:" -v limit="$limit" \
        'index($2, name) == 1 && ++kept > 3 {print $2} $2 ~ /<none>/ && $1 < limit {print $3}' |
      while read -r old; do buildah_here rmi "$old" >/dev/null 2>&1 || true; done
  fi
  find "$STOREFLEET_CACHE/images" -maxdepth 1 -name "$name-*.tar" -printf '%T@ %p\n' 2>/dev/null |
    sort -rn | tail -n +4 | cut -d' ' -f2- | xargs -r rm -f --
}

# print_image NAME TAG: the two lines on standard output that every build ends with.
print_image() {
  echo "image=$IMAGE_PREFIX/$1:$2"
  echo "archive=$(archive_of "$1" "$2")"
}

# combine TEXT...: 16 hex digits for all of the texts.
combine() { printf '%s\n' "$@" | short_hash; }
