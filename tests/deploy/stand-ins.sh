# An installation on the embedded cluster as k3d, kind and Minikube would show it: their programs are stood in for, and
# the context, the Service's name, the labels and the class of the ingress controller are not the embedded cluster's own.
# Sourced by run. Needs root and the machine's only cluster.
#
# Medusa's image is loaded once, behind Minikube, where two stores are made of it: only there the ingress controller's
# class, Service and network are not those that the end-to-end tests make their stores on. Behind k3d and kind no store
# is made, and the images of engines only leave their names. Each program is still called with each archive, and the
# images that the platform runs are loaded behind each of them.
# shellcheck shell=bash disable=SC2154

if [ "$(id -u)" != 0 ]; then
  skip "stand-ins: the embedded cluster needs root"
  return
fi
if [ "$(cluster/cluster status -o json | jq -r .running)" = true ]; then
  skip "stand-ins: the embedded cluster runs, and may be somebody's; stop it with: cluster/cluster down"
  return
fi
BIN=$(cluster/cluster bin-dir)
world="$work/stand-ins"
names="$world/names"
mkdir -p "$world/bin" "$world/state" "$world/home"
# Everything that was built is used again, and so is the place where deploy.sh remembers what it made.
AT_END+=("cluster/cluster reset >/dev/null 2>&1" "rm -f '$STOREFLEET_CACHE'/deploy/made-*")
# Somebody else answers at port 80, which so is a wrong guess; the embedded cluster takes 8080.
/usr/bin/python3 -m http.server 80 --bind 127.0.0.1 --directory "$world/home" >/dev/null 2>&1 &
AT_END+=("kill $! 2>/dev/null")

# fresh_cluster: one that no program has loaded images into, and no run has installed on.
# The address of its API server is that of a loopback forward, as with those programs, so that nothing gives the
# embedded cluster away.
fresh_cluster() {
  cluster/cluster reset >/dev/null 2>&1
  : >"$names"
  cluster/cluster up 2>"$world/up.log" || die "the embedded cluster does not start" "$(tail -n 3 "$world/up.log")"
  embedded=$(cluster/cluster kubeconfig)
  sed "s#server: .*#server: https://127.0.0.1:16443#; s#certificate-authority-data: .*#insecure-skip-tls-verify: true#; s#certificate-authority: .*#insecure-skip-tls-verify: true#" "$embedded" >"$world/outside"
}
fresh_cluster
port=$(cluster/cluster status -o json | jq -r .httpPort)

# load-image and list-images of the nodes behind the stand-ins; of the images in ONLY_NAMES they take only the name.
cat >"$world/load" <<LOAD
#!/bin/bash
case "\$1" in
  load-image)
    archive=\$(basename "\$2" .tar)
    name=\${archive%-*} tag=\${archive##*-}
    if [[ " \$ONLY_NAMES " = *" \$name "* ]]; then
      echo "localhost/storefleet/\$name:\$tag" >>"$names"
    else
      exec "$REPO_ROOT/cluster/cluster" load-image "\$2"
    fi
    ;;
  list-images)
    cat "$names"
    exec "$BIN/ctr" --address /run/storefleet-cluster/containerd.sock --namespace k8s.io images list --quiet
    ;;
esac
LOAD
chmod +x "$world/load"
export ONLY_NAMES="woocommerce medusa"

# behind PROGRAM CLUSTER COMMAND...: as on a machine that has this program, with a cluster of this name.
behind() {
  local program=$1
  rm -rf "${world:?}/bin"
  mkdir "$world/bin"
  ln -s "$HERE/stand-ins/$program" "$world/bin/$program"
  env HOME="$world/home" XDG_CONFIG_HOME="$world/home/.config" KUBECONFIG="$world/kubeconfig" PATH="$world/bin:$BIN:$PATH" \
    STOREFLEET_CACHE="$STOREFLEET_CACHE" STAND_IN_STATE="$world/state" STAND_IN_CLUSTER="$world/outside" STAND_IN_LOAD="$world/load" \
    STAND_IN_IP=10.41.0.1 "${@:2}" </dev/null
}
# with-domain COMMAND...: where shops.test is a domain that leads to the node.
{ cat /etc/hosts && echo "10.41.0.1 shops.test host.shops.test"; } >"$world/hosts"
cat >"$world/with-domain" <<DOMAIN
#!/bin/bash
exec unshare --mount bash -c 'mount --bind "\$0" /etc/hosts && exec "\$@"' "$world/hosts" "\$@"
DOMAIN
chmod +x "$world/with-domain"
"$BIN/cluster-launcher" forward "16443=10.41.0.1:$(sed -n 's#.*server: https://10.41.0.1:##p' "$embedded")" >"$world/forward.log" 2>&1 &
AT_END+=("kill $! 2>/dev/null")

# another_way_in: the ingress controller has another Service and a class of another name.
another_way_in() {
  kubectl --kubeconfig "$embedded" apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: Service
metadata: {name: way-in, namespace: kube-system}
spec: {type: NodePort, selector: {app.kubernetes.io/name: traefik}, ports: [{name: http, port: 80, targetPort: web}]}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: way-in}
spec: {controller: traefik.io/ingress-controller}
YAML
  kubectl --kubeconfig "$embedded" delete ingressclass traefik --ignore-not-found >/dev/null
}
# on_host_network: it moves to the network of its node, as ingress-nginx on bare metal has it.
on_host_network() {
  local before
  before=$(kubectl --kubeconfig "$embedded" -n kube-system get pods -l app.kubernetes.io/name=traefik -o name)
  kubectl --kubeconfig "$embedded" -n kube-system get deployment traefik -o json |
    jq '.spec.template.spec |= (.hostNetwork = true | .containers[0] |= (.args |= map(sub(":8080$"; ":18080")) | (.ports[] | select(.name == "traefik").containerPort) = 18080))' |
    kubectl --kubeconfig "$embedded" replace -f - >/dev/null
  kubectl --kubeconfig "$embedded" -n kube-system wait --for=delete "$before" --timeout=60s >/dev/null
}

# installs PROGRAM [OPTION...]: the whole of deploy.sh; sets URL and OUTPUT.
installs() {
  local program=$1 password
  OUTPUT=$(behind "$program" "$world/with-domain" ./deploy.sh --cluster "$program" --engine medusa "${@:2}" 2>&1)
  URL=$(sed -n 's/^Platform:  //p' <<<"$OUTPUT")
  if [ -n "$URL" ]; then pass "$program: a platform"; else fail "$program: a platform" "$OUTPUT"; fi
  password=$(kubectl --kubeconfig "$embedded" -n storefleet-system get secret storefleet-admin -o 'go-template={{.data.password | base64decode}}')
  if [ -z "$password" ] || grep -qF -- "$password" <<<"$OUTPUT"; then fail "$program: no password without a terminal"; else pass "$program: no password without a terminal"; fi
  is "$program: the printed address answers" v1 "$("$world/with-domain" curl -s --max-time 10 "$URL/version" | jq -r .apiVersion)"
}
# sells PROGRAM [OPTION...]: the same with a store, which is reached.
sells() {
  local store
  installs "$@"
  store=$(sed -n 's/^Store:     //p' <<<"$OUTPUT")
  if [ -n "$store" ]; then pass "$1: a store"; else fail "$1: a store" "$OUTPUT"; fi
  is "$1: its address answers" 200 "$("$world/with-domain" curl -s -o /dev/null -w '%{http_code}' -L --max-time 30 "$store")"
}
# new_machine: kubectl knows nothing, and no program has a cluster.
new_machine() {
  printf 'apiVersion: v1\nkind: Config\n' >"$world/kubeconfig"
  rm -rf "$world/state"
  mkdir "$world/state"
}
value_of() { "$BIN/helm" --kubeconfig "$embedded" -n storefleet-system get values storefleet -o json | jq -r "$1"; }

new_machine
echo "$world/outside" >"$world/state/minikube-minikube"
touch "$world/deaf"
ends_badly "minikube takes no image and does not say so (7a)" "minikube did not take the image" behind minikube env STAND_IN_DEAF="$world/deaf" ./deploy.sh --cluster minikube --engine medusa

new_machine
installs k3d --store ""
is "k3d's own command loaded the images" 4 "$(grep -c '^k3d image import --cluster storefleet ' "$world/state/calls")"
is "not at port 80, where somebody else answers" "http://storefleet.localhost:$port" "$URL"
ends_well "again, nothing is left to do" "the platform is installed as it should be" behind k3d ./deploy.sh --cluster k3d --engine medusa --store ""
before=$(value_of '.engines.enabled | join(",")')
ends_well "an engine of one's own is added" "installing the platform" behind k3d ./deploy.sh --cluster k3d --store "" --add-engine tests/engines/store-stall
ends_well "without it, it stays (N3)" "stay as they are installed" behind k3d ./deploy.sh --cluster k3d --store ""
is "and is on offer" "$before,$(sed -n 's/^name: *//p' tests/engines/store-stall/engine.yaml)" "$(value_of '.engines.enabled | join(",")')"
ends_well "k3d: --down" "everything is removed" behind k3d ./deploy.sh --down --yes --cluster k3d
is "removes the cluster that deploy.sh made" "k3d cluster delete storefleet" "$(grep delete "$world/state/calls")"

fresh_cluster
new_machine
installs kind --store ""
is "kind's own command loaded the images" 4 "$(grep -c '^kind load image-archive --name storefleet ' "$world/state/calls")"
ends_well "kind: --down" "everything is removed" behind kind ./deploy.sh --down --yes --cluster kind
is "removes the cluster that deploy.sh made" "kind delete cluster --name storefleet" "$(grep delete "$world/state/calls")"

fresh_cluster
another_way_in
new_machine
ONLY_NAMES=woocommerce # the stores are Medusa's
echo "$world/outside" >"$world/state/minikube-minikube"
sells minikube
is "the class and the Service that are there" "way-in way-in.kube-system.svc:80" "$(value_of '"\(.ingress.className) \(.ingress.controller.address)"')"
is "the port-forward is named" "a port-forward leads from port ${URL##*:} of this machine" "$(grep -o 'a port-forward leads from port [0-9]* of this machine' <<<"$OUTPUT" | uniq)"
ends_well "a domain that leads to the node" "^Platform:  http://shops.test:$(kubectl --kubeconfig "$embedded" -n kube-system get service way-in -o 'jsonpath={.spec.ports[0].nodePort}')$" \
  behind minikube "$world/with-domain" ./deploy.sh --cluster minikube --store "" --base-domain shops.test
on_host_network
sells minikube --base-domain shops.test --store host
is "the ingress controller on the network of its node: its port, where 'minikube ip' says (7b)" "http://shops.test:8000" "$URL"
is "and its peers are the node's addresses" "10.41.0.1/32" "$(value_of '[.ingress.controller.peers[].ipBlock.cidr] | map(select(. == "10.41.0.1/32")) | join(" ")')"
ends_well "minikube: --down leaves a cluster that it did not make" "removing the platform" behind minikube ./deploy.sh --down --yes --cluster minikube
is "which still exists" minikube "$(behind minikube minikube profile list -o json | jq -r '.valid[].Name')"
is "and has no platform" "" "$(kubectl --kubeconfig "$embedded" get namespace storefleet-system --ignore-not-found -o name)"
is "and nothing forwards a port" "" "$(pgrep -f "tools/port-forward $STOREFLEET_CACHE/deploy/" || true)"
