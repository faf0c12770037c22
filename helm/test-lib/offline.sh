# Sourced by helm/test: what needs no API server.
# shellcheck shell=bash disable=SC2154

# render CHART ARGUMENT...: the chart's objects as YAML; the platform chart in its own namespace.
render() {
  local chart=$1
  shift
  # Without a cluster nobody can be asked where its API is.
  [ "$chart" != storefleet ] || set -- --set-json 'network.apiServerNetworks=["192.0.2.1/32","2001:db8::1/128"]' "$@"
  helm template store "$here/$chart" --namespace "$(namespace_of "$chart")" "$@"
}

# store_charts: the folders of all store charts.
store_charts() {
  local file
  for file in "$here"/store-*/Chart.yaml; do [ ! -f "$file" ] || basename "$(dirname "$file")"; done
}

namespace_of() { [ "$1" = storefleet ] && echo storefleet-system || echo store-0123456789; }

# json FILE: the objects of a YAML file, one JSON document a line. kubectl reads YAML without a server
# only where it also changes something: an annotation that no test looks at.
json() { kubectl annotate --local -f "$1" -o json storefleet.dev/read-by=test | jq -c .; }

# Or else every test below would pass on nothing.
is_read() { equals "$(json "$1" | wc -l)" "$(grep -c '^kind:' "$1")"; }

# make_schemas: JSON schemas of every built-in kind from Kubernetes' own API description, which comes
# with its Go module; strict, in the layout that kubeconform expects. Sets $schemas, empty if there is none.
make_schemas() {
  schemas=""
  local module swagger
  module="$(cd "$REPO_ROOT/cluster/upstream" && GOFLAGS=-mod=mod go list -m -f '{{.Dir}}' k8s.io/kubernetes 2>/dev/null)" || return 0
  swagger="$module/api/openapi-spec/swagger.json"
  [ -f "$swagger" ] || return 0
  local target
  target="$STOREFLEET_CACHE/kubeconform-schemas/$(sha256sum "$swagger" "$here/test-lib/schemas.jq" | short_hash)"
  if [ ! -d "$target" ]; then
    mkdir -p "$target.new"
    jq -rf "$here/test-lib/schemas.jq" "$swagger" | while IFS=$'\t' read -r name schema; do
      printf '%s' "$schema" >"$target.new/$name.json"
    done
    mv "$target.new" "$target" 2>/dev/null || rm -rf "$target.new"
  fi
  schemas="$target"
}

conforms() {
  kubeconform -strict -summary -schema-location "$schemas/{{.ResourceKind}}{{.KindSuffix}}.json" "$1"
}

no_wildcards() {
  ! json "$1" | jq -e 'select(.kind | test("Role$")) | .rules[]? |
    select([.apiGroups[]?, .resources[]?, .verbs[]?, .nonResourceURLs[]?] | any(contains("*")))' >&2
}

no_dangerous_verbs() {
  ! json "$1" | jq -e 'select(.kind | test("Role$")) | . as $role | .rules[]? |
    select((.verbs | any(. == "escalate" or . == "impersonate")) or
           ((.verbs | index("bind")) and ((.resourceNames // []) | length == 0)))' >&2
}

# Every value of a Secret, encoded and decoded, must be absent from everything that is no Secret.
no_secret_elsewhere() {
  local value
  json "$1" | jq -c 'select(.kind != "Secret")' >"$work/public"
  json "$1" | jq -r 'select(.kind == "Secret") | .data[]?, (.data[]? | @base64d), .stringData[]?' >"$work/values"
  while IFS= read -r value; do
    [ -z "$value" ] || ! grep -qF -- "$value" "$work/public" || return 1
  done <"$work/values"
}

restricted_pods() {
  json "$1" | jq -c 'select(.spec.template.spec? // .spec.containers?)' >"$work/pods"
  jq -se '[.[] | (.spec.template.spec // .spec) |
    .securityContext.runAsNonRoot == true and .securityContext.seccompProfile.type == "RuntimeDefault" and
    ([.containers[], .initContainers[]?] | all(
      .securityContext.allowPrivilegeEscalation == false and .securityContext.readOnlyRootFilesystem == true and
      .securityContext.capabilities.drop == ["ALL"] and .resources.requests.memory and .resources.limits.memory))
    ] | length > 0 and all' "$work/pods"
}

exact_images() {
  ! json "$1" | jq -r '.. | .image? | strings' | grep -vE '(:[A-Za-z0-9_][A-Za-z0-9_.-]*|@sha256:[0-9a-f]{64})$' |
    grep . && ! json "$1" | jq -r '.. | .image? | strings' | grep ':latest$'
}

short_values() { [ "$(wc -l <"$here/$1/values.yaml")" -lt 250 ]; }

namespaced_kinds_of_the_fixed_list() {
  ! json "$1" | jq -r .kind | sort -u | grep -vxE 'Deployment|StatefulSet|Service|PersistentVolumeClaim|ConfigMap|Secret|Job|CronJob|Ingress|NetworkPolicy|ResourceQuota|LimitRange|ServiceAccount|PodDisruptionBudget|Pod'
}

offline_tests() {
  local chart file values name
  make_schemas
  for chart in storefleet $(store_charts); do
    values=""
    [ "$chart" = storefleet ] || values="$here/test-lib/store-values.yaml"
    check "$chart: lint" helm lint --strict --quiet ${values:+-f "$values"} "$here/$chart"
    check "$chart: values.yaml is short" short_values "$chart"
    for name in default local prod; do
      file="$work/$chart-$name.yaml"
      case $name in
        default) check "$chart: renders" render_to "$file" "$chart" ${values:+-f "$values"} ;;
        *)
          [ "$chart" = storefleet ] || continue
          check "$chart: renders with values-$name.yaml" render_to "$file" "$chart" -f "$here/values-$name.yaml"
          ;;
      esac
      [ -s "$file" ] || continue
      check "$chart, $name: is read in full" is_read "$file"
      if [ -n "$schemas" ]; then
        check "$chart, $name: conforms to Kubernetes' schemas" conforms "$file"
      else
        skip "$chart, $name: kubeconform (no API description in the Go module cache)"
      fi
      check "$chart, $name: pods are restricted, with resources" restricted_pods "$file"
      check "$chart, $name: images have exact tags" exact_images "$file"
      check "$chart, $name: no wildcard in roles" no_wildcards "$file"
      check "$chart, $name: no escalate, impersonate or unlimited bind" no_dangerous_verbs "$file"
      check "$chart, $name: no secret outside Secrets" no_secret_elsewhere "$file"
    done
    [ "$chart" = storefleet ] ||
      check "$chart: only kinds that the operator's role covers" namespaced_kinds_of_the_fixed_list "$work/$chart-default.yaml"
    refuses "$chart: unknown value" "additional properties" render "$chart" ${values:+-f "$values"} --set no.such.value=1
  done
  platform_value_tests
}

render_to() {
  local file=$1
  shift
  render "$@" >"$file"
}

# field FILE KIND NAME FILTER: prints part of one object.
field() { json "$1" | jq -r --arg kind "$2" --arg name "$3" "select(.kind == \$kind and .metadata.name == \$name) | $4"; }
equals() { [ "$1" = "$2" ] || { echo "got '$1', want '$2'"; return 1; }; }

# config FILE KEY FILTER: prints part of what config.yaml has under a key, where that is JSON; null where it has none.
config() {
  local value
  value="$(field "$1" ConfigMap storefleet-config '.data["config.yaml"]' | sed -n "s/^$2: //p")"
  jq -r "$3" <<<"${value:-null}"
}

single_sign_on_value_tests() {
  local ports='[.spec.egress[] | .ports[]?.port] | map(tostring) | join(" ")'
  local secrets='[.spec.template.spec.volumes[] | .projected.sources[]?.secret.items[].path] | join(",")'
  render storefleet --set oidc.issuer=https://login.example.com:8443/realm,oidc.clientId=storefleet,oidc.existingSecret=sso \
    --set urls.scheme=https,urls.port=443,ingress.host=fleet.example.com >"$work/oidc.yaml"
  check "single sign-on: the API reads its settings" equals \
    "$(config "$work/oidc.yaml" oidc '.issuer + " " + .clientId') $(config "$work/oidc.yaml" publicUrl .)" \
    "https://login.example.com:8443/realm storefleet https://fleet.example.com"
  check "single sign-on: the API alone gets the client's secret" equals \
    "$(field "$work/oidc.yaml" Deployment storefleet-api "$secrets") $(field "$work/oidc.yaml" Deployment storefleet-controller "$secrets")" \
    "databaseUrl,adminToken,adminPassword,oidcClientSecret databaseUrl"
  check "single sign-on: the API may reach the provider" equals \
    "$(field "$work/oidc.yaml" NetworkPolicy storefleet-api "$ports")" "53 53 443 6443 5432 8443"
  check "single sign-on: none by default" equals "$(config "$work/storefleet-default.yaml" oidc .)" null
  render storefleet --set urls.port=8080 >"$work/port.yaml"
  check "the platform's URL has its port" equals "$(config "$work/port.yaml" publicUrl .)" http://storefleet.localhost:8080
}

# policy_words: what the policies for the controller's requests answer, one rule a line.
policy_words() { json "$work/storefleet-default.yaml" | jq -r 'select(.kind == "ValidatingAdmissionPolicy" and (.metadata.name | test("-(namespaces|rolebindings)$"))) | .spec.validations[].message'; }

# The program takes only these very words for a denial (backend/operator/admission_check.cpp).
program_knows_the_policies_words() {
  local words
  tr -d '\n' <"$REPO_ROOT/backend/operator/admission_check.cpp" | sed 's/" *"//g; s/\\"/"/g' >"$work/admission_check"
  while IFS= read -r words; do
    grep -qF -- "$words" "$work/admission_check" || { echo "not in admission_check.cpp: $words"; return 1; }
  done < <(policy_words)
}

isolation_value_tests() {
  local file component anywhere='[.spec.egress[] | select(has("to") | not) | .ports[].port] | map(tostring) | join(" ")'
  for file in default local prod; do
    for component in api controller; do
      check "$component, $file: no connection to just anybody" equals "$(field "$work/storefleet-$file.yaml" NetworkPolicy "storefleet-$component" "$anywhere")" ""
    done
  done
  check "the API server is reached at its own addresses only" equals \
    "$(field "$work/storefleet-default.yaml" NetworkPolicy storefleet-api '[.spec.egress[].to[]?.ipBlock.cidr // empty] | join(" ")')" "192.0.2.1/32 2001:db8::1/128"
  refuses "without a cluster and without addresses nothing renders" "network.apiServerNetworks is empty" \
    helm template store "$here/storefleet" -n storefleet-system
  render storefleet --set-json 'oidc={"issuer":"https://login.internal","clientId":"a","peers":[{"ipBlock":{"cidr":"10.9.9.9/32"}}]}' >"$work/sso-peers.yaml"
  check "single sign-on: a provider that is named is the only one" equals \
    "$(field "$work/sso-peers.yaml" NetworkPolicy storefleet-api '[.spec.egress[] | select(.ports[0].port == 443 and (.ports | length) == 1) | .to[].ipBlock.cidr] | join(" ")')" 10.9.9.9/32
  check "the probe pod's namespace is restricted" equals \
    "$(field "$work/storefleet-default.yaml" Namespace storefleet-probe '.metadata.labels["pod-security.kubernetes.io/enforce"]')" restricted
  check "the probe pod has no token" equals \
    "$(field "$work/storefleet-default.yaml" Deployment storefleet-isolation '.spec.template.spec.automountServiceAccountToken')" false
  check "the probe pod is let in by one port and out by none" equals \
    "$(field "$work/storefleet-default.yaml" NetworkPolicy storefleet-isolation '.spec | (.policyTypes | join(" ")) + " " + ([.ingress[].ports[].port | tostring] | join(" ")) + " " + (.egress | tostring)')" "Ingress Egress 7001 null"
  check "isolation is required in production" grep -qx '      required: true' <(field "$work/storefleet-prod.yaml" ConfigMap storefleet-config '.data["config.yaml"]' | sed -n '/^isolation:/,/^[^ ]/p' | sed 's/^/    /')
  check "isolation is not required on a laptop" grep -qx '      required: false' <(field "$work/storefleet-local.yaml" ConfigMap storefleet-config '.data["config.yaml"]' | sed -n '/^isolation:/,/^[^ ]/p' | sed 's/^/    /')
  check "the admission policies' words are those that the program knows" program_knows_the_policies_words
}

trusted_proxies_value_tests() {
  local filter='join(" ")' private="10.0.0.0/8 100.64.0.0/10 172.16.0.0/12 192.168.0.0/16 fc00::/7"
  check "proxies: pods are private addresses" equals "$(config "$work/storefleet-default.yaml" trustedProxies "$filter")" "$private"
  render storefleet --set-json 'ingress.controller.peers=[{"ipBlock":{"cidr":"203.0.113.10/32"}},{"ipBlock":{"cidr":"0.0.0.0/0"}}]' >"$work/peers.yaml"
  check "proxies: nodes by their addresses, everybody is none" equals "$(config "$work/peers.yaml" trustedProxies "$filter")" 203.0.113.10/32
  render storefleet --set-json 'ingress.controller.trustedProxies=["10.42.0.0/16"]' >"$work/proxies.yaml"
  check "proxies: what is given counts alone" equals "$(config "$work/proxies.yaml" trustedProxies "$filter")" 10.42.0.0/16
  render storefleet --set-json 'ingress.controller.trustedProxies=[]' >"$work/proxies.yaml"
  check "proxies: an empty list is nobody" equals "$(config "$work/proxies.yaml" trustedProxies "$filter")" ""
}

host_value_tests() {
  local service=storefleet-api.storefleet-system
  check "hosts: the API answers to its own alone" equals "$(config "$work/storefleet-default.yaml" ownHosts 'join(" ")')" \
    "$service $service.svc $service.svc.cluster.local"
  check "hosts: the program knows the platform's" equals "$(config "$work/storefleet-prod.yaml" platformHost .)" storefleet.example.com
  check "hosts: who comes for no shop that is there meets the API" equals \
    "$(field "$work/storefleet-prod.yaml" Ingress storefleet-catch-all '(.spec.rules | length | tostring) + " " + (.spec.rules[0].host | tostring) + " " + .spec.rules[0].http.paths[0].backend.service.name')" \
    "1 null storefleet-api"
  render storefleet --set ingress.catchAll=false,ingress.otherHosts='{fleet.example.org}' >"$work/hosts.yaml"
  check "hosts: no Ingress without a host where one is not wanted" equals "$(json "$work/hosts.yaml" | jq -r 'select(.kind == "Ingress") | .metadata.name')" storefleet-api
  check "hosts: then it answers to any" equals "$(config "$work/hosts.yaml" ownHosts length) $(config "$work/hosts.yaml" otherHosts '.[0]')" "0 fleet.example.org"
}

upgrade_value_tests() {
  local spec='.spec.template.spec'
  render storefleet --set images.medusa=registry.example.com/medusa:2,upgrades.podSpec.nodeSelector.stores=yes >"$work/images.yaml"
  check "each image of stores is kept on the nodes" equals \
    "$(json "$work/images.yaml" | jq -r 'select(.kind == "DaemonSet") | .metadata.name + " " + .spec.template.spec.containers[0].image' | sort | paste -sd, -)" \
    "storefleet-images-medusa registry.example.com/medusa:2,storefleet-images-woocommerce localhost/storefleet/woocommerce:dev"
  check "where stores run" equals "$(field "$work/images.yaml" DaemonSet storefleet-images-medusa "$spec.nodeSelector.stores")" yes
  check "by pods that may do nothing" equals \
    "$(field "$work/images.yaml" DaemonSet storefleet-images-medusa "[$spec.automountServiceAccountToken, $spec.securityContext.runAsNonRoot, $spec.containers[0].securityContext.readOnlyRootFilesystem] | join(\" \")")" "false true true"
  check "and reach nobody" equals "$(field "$work/images.yaml" NetworkPolicy storefleet-images '.spec | (.policyTypes | join(" ")) + " " + (.ingress | tostring) + (.egress | tostring)')" "Ingress Egress nullnull"
  render storefleet --set upgrades.prepull=false >"$work/no-images.yaml"
  check "not where that is not wanted" equals "$(json "$work/no-images.yaml" | jq -r 'select(.kind == "DaemonSet") | .metadata.name')" ""
  check "which the controller is told" grep -qx '  prepull: false' <(field "$work/no-images.yaml" ConfigMap storefleet-config '.data["config.yaml"]')
}

platform_value_tests() {
  local wrong
  for wrong in baseDomain=UPPER urls.scheme=ftp urls.port=0 image.reference=noTag image.reference=a:latest \
    image.pullPolicy=Sometimes api.replicas=-1 logLevel=loud ingress.controller.address=nowhere \
    'network.blockedEgress={10.0.0.0}' 'ingress.controller.peers[0].nonsense=1' 'engines.enabled={}' \
    postgresql.enabled=false postgresql.storage=much oidc.issuer=login.example.com oidc.issuer=https://login.example.com \
    'oidc.scopes={profile}' 'ingress.controller.trustedProxies={10.42.0.0}' \
    'network.allowedEgress={everywhere}' 'network.apiServerNetworks={10.0.0.1}' isolation.intervalMinutes=0 \
    upgrades.atOnce=0 upgrades.paused=maybe controller.leaseSeconds=5; do
    refuses "storefleet: $wrong" "don't meet the specifications" render storefleet --set "$wrong"
  done
  render storefleet --set postgresql.enabled=false,externalDatabase.existingSecret=mine,api.existingSecret=theirs >"$work/external.yaml"
  check "external database: no PostgreSQL is installed" equals "$(json "$work/external.yaml" | jq -r 'select(.kind == "StatefulSet" or .kind == "Secret") | .kind')" ""
  check "external database: its Secret is mounted" equals \
    "$(field "$work/external.yaml" Deployment storefleet-api '[.spec.template.spec.volumes[] | .projected.sources[]?.secret.name] | join(",")')" mine,theirs
  local controller_secrets
  controller_secrets="$(field "$work/storefleet-default.yaml" Deployment storefleet-controller '[.spec.template.spec.volumes[] | .projected.sources[]?.secret.items[].path] | join(",")')"
  check "the controller does not get the administrator's token" equals "$controller_secrets" databaseUrl
  check "one replica has no disruption budget" equals "$(json "$work/storefleet-default.yaml" | jq -r 'select(.kind == "PodDisruptionBudget") | .metadata.name')" ""
  check "two replicas have one" equals "$(field "$work/storefleet-prod.yaml" PodDisruptionBudget storefleet-api .spec.maxUnavailable)" 1
  check "https: the dashboard's Ingress has a certificate" equals \
    "$(field "$work/storefleet-prod.yaml" Ingress storefleet-api '.spec.tls[0].secretName + " " + .spec.tls[0].hosts[0]')" "storefleet-tls storefleet.example.com"
  check "monitoring: every metric in alerts and dashboard is one of the program's" "$here/storefleet/test-monitoring"
  sed 's/storefleet_stores/storefleet_shops/' "$here/storefleet/files/alerts.yaml" >"$work/alerts.yaml"
  refuses "monitoring: an alert on a metric that does not exist" "storefleet_shops is no metric" \
    "$here/storefleet/test-monitoring" "$work/alerts.yaml" "$here/storefleet/files/dashboard.json"
  render storefleet --set monitoring.alerts.enabled=true,monitoring.alerts.labels.release=prometheus,monitoring.dashboard.enabled=true >"$work/monitoring.yaml"
  check "monitoring: alerts are rules of the Prometheus operator" equals \
    "$(field "$work/monitoring.yaml" PrometheusRule storefleet-alerts '.metadata.labels.release + " " + .spec.groups[0].name')" "prometheus storefleet"
  check "monitoring: Grafana finds the dashboard" equals \
    "$(field "$work/monitoring.yaml" ConfigMap storefleet-dashboard '.metadata.labels.grafana_dashboard + " " + (.data["storefleet.json"] | fromjson | .title)')" "1 Storefleet"
  check "monitoring: off by default" equals \
    "$(json "$work/storefleet-default.yaml" | jq -r 'select(.metadata.labels["app.kubernetes.io/component"] == "monitoring") | .kind')" ""
  host_value_tests
  single_sign_on_value_tests
  trusted_proxies_value_tests
  isolation_value_tests
  upgrade_value_tests
  render storefleet --set-json 'controller.podSpec={"nodeSelector":{"disk":"ssd"},"priorityClassName":"high"}' >"$work/override.yaml"
  check "podSpec is merged verbatim" equals \
    "$(field "$work/override.yaml" Deployment storefleet-controller '.spec.template.spec | .nodeSelector.disk + " " + .priorityClassName + " " + .serviceAccountName')" "ssd high storefleet-controller"
  render storefleet --set logLevel=debug >"$work/changed.yaml"
  local checksum='.spec.template.metadata.annotations["checksum/config"]'
  refuses "a changed configuration restarts the pods" "." equals \
    "$(field "$work/changed.yaml" Deployment storefleet-api "$checksum")" "$(field "$work/storefleet-default.yaml" Deployment storefleet-api "$checksum")"
}
