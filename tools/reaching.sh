# The address at which this machine reaches the platform: source it after cluster-facts.sh.
# An address counts when the platform has answered there, never because it should.
# shellcheck shell=bash

PLATFORM_URL=""
PLATFORM_PORT=80

# final_config FILE...: the platform's configuration as the chart makes it of these values files.
final_config() {
  local -a files=()
  local file
  for file in "$@"; do files+=(--values "$file"); done
  # The chart asks the cluster for the addresses of its API, which this does not; no configuration has them.
  helm template storefleet helm/storefleet --namespace "$NAMESPACE" "${files[@]}" \
    --set-json 'network.apiServerNetworks=["127.0.0.1/32"]' --show-only templates/config/configmap.yaml
}

# config_value KEY: of the configuration on standard input; empty where it has none.
config_value() { sed -n "s/^ *$1: \"\{0,1\}\(.*[^\"]\)\"\{0,1\}\$/\1/p"; }

# is_local_name HOST: a name that leads every browser to its own machine.
is_local_name() { case "$1" in localhost | *.localhost) ;; *) return 1 ;; esac; }

# any_answer ADDRESS PORT HOST: something there speaks HTTP.
any_answer() { curl -s -o /dev/null --noproxy '*' --max-time 3 --resolve "$3:$2:$1" "http://$3:$2/"; }

# is_platform URL [ADDRESS]: a Storefleet answers there.
is_platform() {
  local host port
  local -a to=()
  host=$(host_of "$1/")
  port=$(port_of "$1")
  [ -z "${2:-}" ] || to=(--resolve "$host:$port:$2")
  curl -s --noproxy '*' --max-time 5 "${to[@]}" "$1/version" 2>/dev/null | jq -e 'has("version") and has("apiVersion")' >/dev/null 2>&1
}

port_of() {
  local rest=${1#*://}
  rest=${rest%%/*}
  case "$rest" in
    *:*) echo "${rest##*:}" ;;
    *) case "$1" in https:*) echo 443 ;; *) echo 80 ;; esac ;;
  esac
}

# becomes_platform URL [ADDRESS]: the same, with the patience that a new route needs.
becomes_platform() {
  local attempt
  for attempt in $(seq 1 20); do
    if is_platform "$@"; then return; fi
    [ "$attempt" = 20 ] || sleep 0.5
  done
  return 1
}

# addresses KNOWN-PORT: lines "ADDRESS PORT" at which the ingress controller may be reached, the likeliest first.
addresses() {
  local known=$1
  case "$CLUSTER_KIND" in
    embedded) echo "127.0.0.1 $(cluster/cluster status -o json | jq -r .httpPort)" ;;
    k3d | kind)
      [ -z "$known" ] || echo "127.0.0.1 $known"
      printf '127.0.0.1 %s\n' 80 8080 8081
      ;;
    minikube)
      [ -z "$known" ] || echo "127.0.0.1 $known"
      echo "127.0.0.1 80" # "minikube tunnel"
      if [ "$(jq -r '.hostPort // "null"' <<<"$INGRESS")" != null ]; then echo "$(minikube -p "$CLUSTER_CONTEXT" ip) $(jq -r .hostPort <<<"$INGRESS")"; fi
      ;;
  esac
  jq -r '. as $i | (.externalAddresses[] | "\(.) \($i.servicePort)"),
    (select(.nodePort and .nodeAddress) | "\(.nodeAddress) \(.nodePort)"),
    (select(.hostPort and .nodeAddress) | "\(.nodeAddress) \(.hostPort)")' <<<"$INGRESS"
  [ "$CLUSTER_KIND" != current ] || [ -z "$known" ] || echo "127.0.0.1 $known"
}

# usable_addresses HOST KNOWN-PORT: those of them that the name leads to.
usable_addresses() {
  local address port leads_to
  if is_local_name "$1"; then leads_to="127.0.0.1 ::1"; else leads_to=$(getent ahosts "$1" | awk '{print $1}' | sort -u | tr '\n' ' '); fi
  addresses "$2" | while read -r address port; do
    [[ " $leads_to " != *" $address "* ]] || echo "$address $port"
  done | awk '!seen[$0]++'
}

# forward_record: where it is written down which process forwards a port to the cluster in use.
forward_record() { echo "$DEPLOY_STATE/port-forward-$(basename "${KUBECONFIG:-none}")"; }

# forwarding: prints the port that is being forwarded to this cluster's ingress controller; false without one.
forwarding() {
  local pid port kubeconfig
  read -r pid port kubeconfig 2>/dev/null <"$(forward_record)" || return 1
  [[ $(ps -o args= -p "$pid" 2>/dev/null) == *"tools/port-forward $kubeconfig "* ]] || return 1
  echo "$port $kubeconfig $pid"
}

# stop_forwarding: ends what an earlier run started for this cluster.
stop_forwarding() {
  local line port kubeconfig pid
  if line=$(forwarding); then
    read -r port kubeconfig pid <<<"$line"
    say "ending the port-forward of port $port"
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 1 50); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
  fi
  rm -f "$(forward_record)"
}

# start_forwarding KNOWN-PORT: forwards a port of this machine to the ingress controller; sets PLATFORM_PORT.
start_forwarding() {
  local known=$1 line port service
  if line=$(forwarding); then
    PLATFORM_PORT=${line%% *}
    return
  fi
  stop_forwarding
  service=$(jq -r '.service // ""' <<<"$INGRESS")
  [ -n "$service" ] || die "the ingress controller has no Service, so nothing can be forwarded to it" \
    "Give a domain that leads to a node: --base-domain DOMAIN"
  for port in $known 80 {8080..8099}; do
    if [ "$port" -lt 1024 ] && [ "$(id -u)" != 0 ]; then continue; fi
    listens "$port" || break
  done
  mkdir -p "$STOREFLEET_CACHE/logs"
  # In a session of its own, so that it outlives this script.
  setsid "$REPO_ROOT/tools/port-forward" "$KUBECONFIG" "$(jq -r .namespace <<<"$INGRESS")" "$service" "$(jq -r .servicePort <<<"$INGRESS")" "$port" \
    >"$STOREFLEET_CACHE/logs/port-forward.log" 2>&1 </dev/null &
  echo "$! $port $KUBECONFIG" >"$(forward_record)"
  disown
  PLATFORM_PORT=$port
  for _ in $(seq 1 50); do
    if any_answer 127.0.0.1 "$port" localhost; then
      say "a port-forward leads from port $port of this machine to the ingress controller, until a restart of this machine; ./deploy.sh starts it again, --down ends it"
      return
    fi
    sleep 0.2
  done
  tail -n 5 "$STOREFLEET_CACHE/logs/port-forward.log" >&2
  die "the port-forward to the ingress controller does not answer" "Its output is in $STOREFLEET_CACHE/logs/port-forward.log"
}

# choose_port HOST KNOWN-PORT: sets PLATFORM_PORT to one where something answers already, so that the platform is
# installed with the right one; whether it is the platform that answers shows afterwards.
choose_port() {
  local address port list
  list=$(usable_addresses "$1" "$2")
  while read -r address port <&4; do
    if [ -n "$port" ] && any_answer "$address" "$port" "$1"; then
      PLATFORM_PORT=$port
      return
    fi
  done 4<<<"$list"
  is_local_name "$1" || die "$1 does not lead to the cluster's ingress controller" \
    "Let the name lead to one of: $(addresses "" | tr '\n' ';') or leave it out, and a port of this machine is used."
  start_forwarding "$2"
}

# reach_platform HOST KNOWN-PORT: sets PLATFORM_URL and PLATFORM_PORT to where the installed platform has answered.
reach_platform() {
  local host=$1 known=$2 address port list
  list=$({
    if is_local_name "$host"; then echo "127.0.0.1 $PLATFORM_PORT"; fi
    usable_addresses "$host" "$known"
  } | awk 'NF == 2 && !seen[$0]++')
  while read -r address port <&4; do
    if [ -z "$port" ] || ! any_answer "$address" "$port" "$host"; then continue; fi
    if becomes_platform "$(url_of "$host" "$port")" "$address"; then
      PLATFORM_PORT=$port PLATFORM_URL=$(url_of "$host" "$port")
      return
    fi
    say "what answers at port $port of $address is not the platform"
  done 4<<<"$list"
  if is_local_name "$host"; then
    start_forwarding "$known"
    PLATFORM_URL=$(url_of "$host" "$PLATFORM_PORT")
    if becomes_platform "$PLATFORM_URL" 127.0.0.1; then return; fi
  fi
  die "the platform does not answer at $(url_of "$host" "$PLATFORM_PORT")" "Look at: kubectl -n $NAMESPACE get pods,ingress"
}

# url_of HOST PORT
url_of() { if [ "$2" = 80 ]; then echo "http://$1"; else echo "http://$1:$2"; fi; }
