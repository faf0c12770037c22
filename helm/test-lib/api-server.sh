# Sourced by helm/test: what only a real API server can tell. No nodes are needed.
# shellcheck shell=bash disable=SC2154

# start_api_server: sets KUBECONFIG to an API server that may be changed at will.
start_api_server() {
  if [ -n "${STOREFLEET_TEST_KUBECONFIG:-}" ]; then
    export KUBECONFIG="$STOREFLEET_TEST_KUBECONFIG"
    kubectl get --raw /readyz >/dev/null || die "the API server of STOREFLEET_TEST_KUBECONFIG does not answer"
    return
  fi
  say "starting an API server"
  AT_END+=("'$REPO_ROOT/cluster/cluster' down --state '$work/cluster' >/dev/null 2>&1")
  run_logged "$STOREFLEET_CACHE/logs/helm-test-cluster.log" \
    "$REPO_ROOT/cluster/cluster" up --profile control-plane --state "$work/cluster"
  KUBECONFIG="$("$REPO_ROOT/cluster/cluster" kubeconfig --state "$work/cluster")"
  [ -f "$KUBECONFIG" ] || KUBECONFIG="$work/cluster/kubeconfig"
  export KUBECONFIG
}

controller=--as=system:serviceaccount:storefleet-system:storefleet-controller
api=--as=system:serviceaccount:storefleet-system:storefleet-api
id=0123456789
store_ns=store-$id

api_server_tests() {
  start_api_server
  say "charts: installation, CRD rules, rights, admission policies"
  installation_tests
  crd_tests
  rights_tests
  namespace_policy_tests
  binding_policy_tests
  host_policy_tests
  crd_deletion_tests
  uninstallation_tests
}

install_platform() { helm upgrade --install storefleet "$here/storefleet" -n storefleet-system --skip-crds "$@"; }
secret_data() { kubectl -n storefleet-system get secret "$1" -o json | jq -cS .data; }

installation_tests() {
  helm -n storefleet-system uninstall storefleet >/dev/null 2>&1
  kubectl create namespace storefleet-system >/dev/null 2>&1
  check "CRDs are taken by the API server" kubectl apply --server-side -f "$here/storefleet/crds"
  kubectl wait --for=condition=Established crd/stores.storefleet.dev crd/hostclaims.storefleet.dev --timeout=30s >/dev/null
  check "CRDs can be applied again" kubectl apply --server-side -f "$here/storefleet/crds"
  check "default values install" install_platform
  local database admin
  database="$(secret_data storefleet-database)" admin="$(secret_data storefleet-admin)"
  check "production values upgrade" install_platform -f "$here/values-prod.yaml" --set postgresql.storage=2Gi
  check "local values upgrade" install_platform -f "$here/values-local.yaml" --set postgresql.storage=2Gi
  check "an upgrade keeps the database password" equals "$(secret_data storefleet-database)" "$database"
  check "an upgrade keeps the administrator's token" equals "$(secret_data storefleet-admin)" "$admin"
  helm -n storefleet-system uninstall storefleet >/dev/null
  check "default values install again" install_platform
  check "a new installation finds the database password" equals "$(secret_data storefleet-database)" "$database"
  check "the platform's pods are admitted under Pod Security restricted" kubectl label --dry-run=server --overwrite \
    namespace storefleet-system pod-security.kubernetes.io/enforce=restricted
  local chart
  for chart in $(store_charts); do
    [ -s "$work/$chart-default.yaml" ] || continue
    kubectl create namespace chart-test >/dev/null 2>&1
    sed "s/namespace: $(namespace_of "$chart")/namespace: chart-test/" "$work/$chart-default.yaml" >"$work/dry-run.yaml"
    check "$chart: the API server takes every object" kubectl apply -n chart-test --dry-run=server --validate=strict -f "$work/dry-run.yaml"
  done
}

# store NAME [SPEC]: a Store as JSON; SPEC is merged into a valid one.
store() {
  jq -cn --arg name "$1" --argjson spec "${2:-{\}}" \
    '{apiVersion: "storefleet.dev/v1alpha1", kind: "Store", metadata: {name: $name}, spec: ({engine: "woocommerce"} + $spec)}'
}
# create OBJECT ARGUMENT...: as a dry run unless --really comes first.
create() {
  local dry=--dry-run=server
  if [ "$1" = --really ]; then
    dry=--dry-run=none
    shift
  fi
  local object=$1
  shift
  kubectl create "$dry" -f - "$@" <<<"$object"
}
patch_store() { kubectl patch store "$1" --dry-run=server --type=merge -p "$2"; }

crd_tests() {
  kubectl delete stores,hostclaims --all --timeout=20s >/dev/null 2>&1
  check "Store: the smallest one" create --really "$(store demo)"
  check "Store: everything set" create "$(store full '{"plan":"large","team":"agency","title":"Ünï","adminEmail":"a@example.com",
    "hosts":["shop.example.com","xn--bcher-kva.example"],"sampleData":false,"asleep":true,"expiresAt":"2030-01-01T00:00:00Z",
    "engineVersion":"11.0.1","deletionPolicy":"Retain","values":{"any":{"thing":[1]}}}')"
  check "Store: defaults" equals "$(kubectl get store demo -o json | jq -c '.spec | [.plan, .team, .sampleData, .deletionPolicy]')" \
    '["small","default",true,"Delete"]'
  check "Store: short name and columns" equals "$(kubectl get sf demo | head -n 1 | tr -s ' ' | sed 's/ $//')" "NAME ENGINE PHASE URL AGE READY-IN"
  check "Store: a name of 40 characters" create "$(store "$(printf 'a%.0s' {1..40})")"
  refuses "Store: a name of 41 characters" "at most 40" create "$(store "$(printf 'a%.0s' {1..41})")"
  refuses "Store: a name with a dot" "at most 40 lower-case" create "$(store a.b)"
  refuses "Store: no engine" "Required value" create "$(store demo2 | jq 'del(.spec.engine)')"
  refuses "Store: unknown field" "unknown field" create "$(store demo2 '{"color":"red"}')"
  local host
  for host in http://shop.example.com shop shop.example.com/x Shop.example.com 10.0.0.1 shop.example.com:80 '*.example.com' -a.example.com; do
    refuses "Store: host $host" "a host is a domain name|should be at least 4 chars" create "$(store demo2 "{\"hosts\":[\"$host\"]}")"
  done
  refuses "Store: the same host twice" "Duplicate value" create "$(store demo2 '{"hosts":["a.example.com","a.example.com"]}')"
  refuses "Store: e-mail address" "not an e-mail address" create "$(store demo2 '{"adminEmail":"nobody"}')"
  refuses "Store: expiry" "must be of type date-time" create "$(store demo2 '{"expiresAt":"tomorrow"}')"
  refuses "Store: deletion policy" "Unsupported value" create "$(store demo2 '{"deletionPolicy":"Maybe"}')"
  refuses "Store: another engine" "engine of a store cannot be changed" patch_store demo '{"spec":{"engine":"medusa"}}'
  refuses "Store: another team" "team of a store cannot be changed" patch_store demo '{"spec":{"team":"others"}}'
  check "Store: another plan" patch_store demo '{"spec":{"plan":"large"}}'
  kubectl patch store demo --subresource=status --type=merge -p '{"status":{"phase":"Ready","readySeconds":2.5,"url":"http://demo.storefleet.localhost/",
    "steps":[{"name":"Namespace","state":"Done","startedAt":"2030-01-01T00:00:00Z"}],"conditions":[{"type":"Ready","status":"True"}]}}' >/dev/null
  check "Store: status" equals "$(kubectl get store demo -o json | jq -c '.status | [.phase, .readySeconds, .steps[0].state]')" '["Ready",2.5,"Done"]'
  refuses "Store: unknown phase" "Unsupported value" kubectl patch store demo --subresource=status --type=merge -p '{"status":{"phase":"Fine"}}'
  refuses "Store: unknown step state" "Unsupported value" kubectl patch store demo --subresource=status --type=merge \
    -p '{"status":{"steps":[{"name":"x","state":"Sleeping"}]}}'

  local claim='{"apiVersion":"storefleet.dev/v1alpha1","kind":"HostClaim","metadata":{"name":"shop.example.com"},"spec":{"storeName":"demo","storeUid":"1"}}'
  check "HostClaim: the controller creates one" create --really "$claim" "$controller"
  refuses "HostClaim: nobody gets it twice" "already exists" create "${claim/demo/other}" "$controller"
  refuses "HostClaim: it cannot be handed over" "cannot be handed over" kubectl patch hostclaim shop.example.com --type=merge -p '{"spec":{"storeName":"other"}}'
  check "HostClaim: the controller deletes it" kubectl delete hostclaim shop.example.com "$controller"
}

# can ACCOUNT VERB RESOURCE [-n NAMESPACE] and cannot …: what RBAC says.
can() { kubectl auth can-i "${@:2}" "$1" --quiet 2>/dev/null; }
cannot() { ! can "$@"; }

rights_tests() {
  local resource verb
  check "controller: watches Stores" can "$controller" watch stores
  check "controller: writes their status" can "$controller" patch stores --subresource=status
  check "controller: deletes Stores that expire" can "$controller" delete stores
  check "controller: keeps what it found out about isolation" can "$controller" patch configmaps/storefleet-isolation -n storefleet-system
  check "controller: no other configuration" cannot "$controller" patch configmaps/storefleet-config -n storefleet-system
  check "API: reads what the controller found out" can "$api" get configmaps/storefleet-isolation -n storefleet-system
  check "API: does not change it" cannot "$api" patch configmaps/storefleet-isolation -n storefleet-system
  check "chart: the API server's addresses are looked up" equals \
    "$(kubectl -n storefleet-system get networkpolicy storefleet-api -o json | jq '[.spec.egress[].to[]?.ipBlock.cidr // empty] | length > 0 and all(endswith("/32") or endswith("/128"))')" true
  check "controller: elects a leader" can "$controller" create leases -n storefleet-system
  for resource in pods persistentvolumes services endpointslices.discovery.k8s.io events deployments.apps ingresses.networking.k8s.io rolebindings.rbac.authorization.k8s.io; do
    check "controller: watches $resource everywhere" can "$controller" watch "$resource" --all-namespaces
  done
  for verb in get list watch create; do
    check "controller: no $verb of Secrets everywhere" cannot "$controller" "$verb" secrets --all-namespaces
  done
  local secret
  for secret in store-secrets store-admin store-kept sh.helm.release.v1.store.v1; do
    check "controller: watches the Secrets named $secret" can "$controller" watch "secrets/$secret" --all-namespaces
    check "controller: does not write them everywhere" cannot "$controller" patch "secrets/$secret" --all-namespaces
  done
  check "controller: watches no others" cannot "$controller" watch secrets/storefleet-admin --all-namespaces
  check "controller: no Secrets of the platform" cannot "$controller" get secrets -n storefleet-system
  check "controller: no Stores of its own" cannot "$controller" create stores
  check "controller: no pods anywhere" cannot "$controller" create pods -n default
  check "controller: no escalation" cannot "$controller" escalate clusterroles
  check "controller: no impersonation" cannot "$controller" impersonate serviceaccounts
  check "controller: no binding of cluster-admin" cannot "$controller" bind clusterroles/cluster-admin
  check "API: creates and deletes Stores" can "$api" delete stores
  check "API: no status of Stores" cannot "$api" patch stores --subresource=status
  for resource in secrets pods namespaces configmaps; do
    check "API: no $resource everywhere" cannot "$api" list "$resource" --all-namespaces
  done
  check "API: sees who leads" can "$api" get leases/storefleet-controller -n storefleet-system
  for verb in update delete list; do
    check "API: no $verb of the leader's Lease" cannot "$api" "$verb" leases/storefleet-controller -n storefleet-system
  done
  check "API: no other Leases" cannot "$api" get leases/other -n storefleet-system
  check "API: no RoleBindings" cannot "$api" create rolebindings -n default
}

# store_namespace NAME ID [FILTER]: a namespace as the controller makes it; FILTER (jq) changes it.
store_namespace() {
  jq -cn --arg name "$1" --arg id "$2" '{apiVersion: "v1", kind: "Namespace", metadata: {name: $name, labels: {
    "app.kubernetes.io/managed-by": "storefleet", "storefleet.dev/store": "demo", "storefleet.dev/store-id": $id,
    "pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/audit": "restricted",
    "pod-security.kubernetes.io/warn": "restricted"}}}' | jq -c "${3:-.}"
}
label() { kubectl label --dry-run=server --overwrite namespace "$@" "$controller"; }

namespace_policy_tests() {
  kubectl delete namespace "$store_ns" --timeout=60s >/dev/null 2>&1
  # A new policy is in force a moment after it was written.
  local attempt
  for attempt in $(seq 50); do
    create "$(store_namespace other "$id")" "$controller" >/dev/null 2>&1 || break
    [ "$attempt" -lt 50 ] || say "the admission policy never came into force"
    sleep 0.2
  done
  check "namespace: a store's" create --really "$(store_namespace "$store_ns" "$id")" "$controller"
  check "namespace: a warm slot's, without a store" create "$(store_namespace store-abcdefghjk abcdefghjk 'del(.metadata.labels["storefleet.dev/store"])')" "$controller"
  refuses "namespace: another name" "named store-<id> only" create "$(store_namespace other "$id")" "$controller"
  refuses "namespace: an id with other letters" "named store-<id> only" create "$(store_namespace store-iiiiiiiiii iiiiiiiiii)" "$controller"
  refuses "namespace: another id in the label" "must equal the id" create "$(store_namespace store-9876543210 "$id")" "$controller"
  refuses "namespace: no id in the label" "must equal the id" create "$(store_namespace store-9876543210 x 'del(.metadata.labels)')" "$controller"
  local mode
  for mode in enforce audit warn; do
    refuses "namespace: created without $mode" "Pod Security" create \
      "$(store_namespace store-9876543210 9876543210 "del(.metadata.labels[\"pod-security.kubernetes.io/$mode\"])")" "$controller"
    refuses "namespace: $mode lowered" "Pod Security" label "$store_ns" "pod-security.kubernetes.io/$mode=privileged"
  done
  refuses "namespace: Pod Security of an old version" "Pod Security" label "$store_ns" pod-security.kubernetes.io/enforce-version=v1.0
  check "namespace: claimed for a store" label "$store_ns" storefleet.dev/store=other
  refuses "namespace: its id changed" "must equal the id" label "$store_ns" storefleet.dev/store-id=9876543210
  refuses "namespace: its id removed" "must equal the id" label "$store_ns" storefleet.dev/store-id-
  kubectl label namespace "$store_ns" storefleet.dev/store-id- storefleet.dev/store- >/dev/null
  check "namespace: a store's gets the id back that somebody removed" label "$store_ns" "storefleet.dev/store-id=$id"
  refuses "namespace: without its id it is not deleted" "store namespaces only" kubectl delete namespace "$store_ns" --dry-run=server "$controller"
  kubectl label namespace "$store_ns" "storefleet.dev/store-id=$id" storefleet.dev/store=demo >/dev/null
  refuses "namespace: another one labelled" "store namespaces only" label default storefleet.dev/store-id=default
  refuses "namespace: the platform's changed" "store namespaces only" label storefleet-system a=b
  for mode in storefleet-system kube-node-lease; do
    refuses "namespace: $mode deleted" "store namespaces only" kubectl delete namespace "$mode" --dry-run=server "$controller"
  done
  check "namespace: the store's deleted" kubectl delete namespace "$store_ns" --dry-run=server "$controller"
  check "namespace: others may do as ever" kubectl label --dry-run=server namespace default a=b
}

# binding NAME ROLE ACCOUNT [FILTER]: a RoleBinding as the controller makes it.
binding() {
  jq -cn --arg name "$1" --arg role "$2" --arg account "$3" '{apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding",
    metadata: {name: $name}, roleRef: {apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: $role},
    subjects: [{kind: "ServiceAccount", name: $account, namespace: "storefleet-system"}]}' | jq -c "${4:-.}"
}
bind_in() { kubectl -n "$1" apply --server-side --dry-run="${3:-server}" --field-manager=test -f - "$controller" <<<"$2"; }

binding_policy_tests() {
  local operator api_binding
  operator="$(binding storefleet-operator storefleet-store-operator storefleet-controller)"
  api_binding="$(binding storefleet-api storefleet-store-api storefleet-api)"
  refuses "binding: in the platform's namespace" "store namespaces only" bind_in storefleet-system "$operator"
  refuses "binding: in kube-system" "store namespaces only" bind_in kube-system "$operator"
  kubectl create namespace impostor >/dev/null 2>&1
  kubectl label --overwrite namespace impostor "storefleet.dev/store=demo" "storefleet.dev/store-id=$id" >/dev/null
  refuses "binding: in a namespace that only carries the label" "store namespaces only" bind_in impostor "$operator"
  kubectl delete namespace impostor --wait=false >/dev/null
  refuses "binding: cluster-admin" "forbidden|nothing else" bind_in "$store_ns" "$(binding storefleet-operator cluster-admin storefleet-controller)"
  refuses "binding: the operator's role to the API" "one subject" bind_in "$store_ns" "$(binding storefleet-operator storefleet-store-operator storefleet-api)"
  refuses "binding: the operator's role under the API's name" "nothing else" bind_in "$store_ns" "$(binding storefleet-api storefleet-store-operator storefleet-api)"
  refuses "binding: under any other name" "nothing else" bind_in "$store_ns" "$(binding mine storefleet-store-operator storefleet-controller)"
  refuses "binding: a Role of the same name" "nothing else|not found" bind_in "$store_ns" \
    "$(binding storefleet-operator storefleet-store-operator storefleet-controller '.roleRef.kind = "Role"')"
  refuses "binding: to a user" "one subject" bind_in "$store_ns" \
    "$(binding storefleet-operator storefleet-store-operator x '.subjects = [{kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "storefleet-controller"}]')"
  refuses "binding: to a namesake elsewhere" "one subject" bind_in "$store_ns" \
    "$(binding storefleet-operator storefleet-store-operator storefleet-controller '.subjects[0].namespace = "default"')"
  refuses "binding: to one more" "one subject" bind_in "$store_ns" \
    "$(binding storefleet-operator storefleet-store-operator storefleet-controller '.subjects += [{kind: "ServiceAccount", name: "default", namespace: "default"}]')"
  refuses "binding: to nobody" "one subject" bind_in "$store_ns" \
    "$(binding storefleet-operator storefleet-store-operator storefleet-controller '.subjects = []')"
  check "binding: the operator's" bind_in "$store_ns" "$operator" none
  check "binding: the API's" bind_in "$store_ns" "$api_binding" none
  refuses "binding: a subject added later" "one subject" bind_in "$store_ns" \
    "$(binding storefleet-operator storefleet-store-operator storefleet-controller '.subjects += [{kind: "ServiceAccount", name: "default", namespace: "default"}]')"
  refuses "binding: deleted" "forbidden" kubectl -n "$store_ns" delete rolebinding storefleet-api --dry-run=server "$controller"

  local kind
  for kind in deployments.apps statefulsets.apps services persistentvolumeclaims secrets configmaps jobs.batch cronjobs.batch \
    ingresses.networking.k8s.io networkpolicies.networking.k8s.io resourcequotas limitranges serviceaccounts poddisruptionbudgets.policy; do
    check "controller in a store: creates and deletes $kind" can_all "$controller" "$kind" create patch delete deletecollection
  done
  check "controller in a store: no pods of its own" cannot "$controller" create pods -n "$store_ns"
  check "controller in a store: no shell in a pod" cannot "$controller" create pods --subresource=exec -n "$store_ns"
  check "controller in a store: no roles" cannot "$controller" create roles -n "$store_ns"
  check "API in a store: reads logs" can "$api" get pods --subresource=log -n "$store_ns"
  check "API in a store: reads the admin login" can "$api" get secrets/store-admin -n "$store_ns"
  check "API in a store: no other Secret" cannot "$api" get secrets/store -n "$store_ns"
  check "API in a store: no list of Secrets" cannot "$api" list secrets -n "$store_ns"
  check "API in a store: nothing to write" cannot "$api" delete pods -n "$store_ns"
}

can_all() {
  local verb
  for verb in "${@:3}"; do can "$1" "$verb" "$2" -n "$store_ns" || { echo "not $verb"; return 1; }; done
}

# letters COUNT: so many of them.
letters() { head -c "$1" /dev/zero | tr '\0' a; }

# with_host HOST: creates (as a dry run) a Store with that domain of its own.
with_host() { create "$(store hostly "$(jq -cn --arg host "$1" '{hosts: [$host]}')")"; }

# claim HOST STORE UID: creates (as a dry run) a HostClaim as the controller does.
claim() {
  create "$(jq -cn --arg host "$1" --arg store "$2" --arg uid "$3" '{apiVersion: "storefleet.dev/v1alpha1", kind: "HostClaim",
    metadata: {name: $host}, spec: {storeName: $store, storeUid: $uid}}')" "$controller"
}

host_policy_tests() {
  local host name long
  long="$(letters 63).$(letters 63).$(letters 63).$(letters 57).com"
  for host in storefleet.localhost victim.storefleet.localhost api.storefleet.localhost a.b.storefleet.localhost; do
    refuses "host: $host" "belongs to the platform" with_host "$host"
  done
  for host in kubernetes.default.svc kubernetes.default.svc.cluster.local cluster.local shop.invalid 1.0.0.10.in-addr.arpa; do
    refuses "host: $host" "leads to no shop" with_host "$host"
  done
  for host in localhost Shop.example.com shop.example.com. '*.example.com' bücher.example 10.0.0.1 ::1 "$(letters 64).example" "b$long"; do
    refuses "host: ${host:0:40}" "a host is a domain name|should be at least 4 chars|Too long|may not be" with_host "$host"
  done
  for host in shop.example.com xn--bcher-kva.example shop.localhost mystorefleet.localhost "$(letters 63).example" "$long"; do
    check "host: ${host:0:40} (${#host} characters)" with_host "$host"
  done
  refuses "host: one of several" "belongs to the platform" create "$(store hostly '{"hosts":["shop.example.com","storefleet.localhost"]}')"
  create --really "$(store hosted '{"hosts":["shop.example.com"]}')" >/dev/null
  refuses "host: added to a Store that exists" "belongs to the platform" patch_store hosted '{"spec":{"hosts":["storefleet.localhost"]}}'
  refuses "host: by the API's account" "belongs to the platform" kubectl patch store hosted "$api" --dry-run=server --type=merge \
    -p '{"spec":{"hosts":["victim.storefleet.localhost"]}}'
  check "host: a Store may change what is not its hosts" patch_store hosted '{"spec":{"title":"Other"}}'
  kubectl delete store hosted --timeout=20s >/dev/null
  # The names that the program keeps, as its source has them.
  for name in $(sed -n '/kReserved = {/,/};/p' "$REPO_ROOT/backend/domain/store.cpp" | grep -o '"[a-z]*"' | tr -d '"'); do
    refuses "host: a Store named $name" "keeps that name for itself" create "$(store "$name")"
  done

  check "claim: the platform's own" claim storefleet.localhost storefleet platform
  refuses "claim: the platform's host for a store" "nobody else's" claim storefleet.localhost demo uid-1
  check "claim: a store's own address" claim demo.storefleet.localhost demo uid-1
  refuses "claim: another store's address" "nobody else's" claim victim.storefleet.localhost demo uid-1
  refuses "claim: below a store's address" "nobody else's" claim a.demo.storefleet.localhost demo uid-1

  install_platform --set ingress.host=panel.shops.example.net,baseDomain=shops.example.net,ingress.otherHosts='{fleet.example.org}' >/dev/null
  eventually_refuses with_host fleet.example.org
  for host in panel.shops.example.net x.panel.shops.example.net shops.example.net example.net fleet.example.org x.fleet.example.org example.org; do
    refuses "host: $host of a platform with several" "belongs to the platform" with_host "$host"
  done
  refuses "host: a Store whose address is the platform's" "would be the platform's own" create "$(store panel)"
  check "host: what was the platform's before" with_host storefleet.localhost
  # Without the flag Helm keeps the values of the last upgrade.
  install_platform --reset-values >/dev/null
  eventually_refuses with_host storefleet.localhost
}

# eventually_refuses COMMAND...: a changed policy is in force a moment after it was written.
eventually_refuses() {
  local attempt
  for attempt in $(seq 50); do
    "$@" >/dev/null 2>&1 || return 0
    [ "$attempt" -lt 50 ] || say "the admission policy never came into force"
    sleep 0.2
  done
}

crd_deletion_tests() {
  # The policy starts to work once the API server knows the CRD's kind; until then it refuses all the same.
  refuses "CRD: not deleted while there are Stores" "there are stores, demo|failed to configure policy" \
    kubectl delete crd stores.storefleet.dev --dry-run=server
  kubectl delete stores --all --timeout=20s >/dev/null
  local attempt
  for attempt in $(seq 90); do
    kubectl delete crd stores.storefleet.dev --dry-run=server >/dev/null 2>&1 && break
    sleep 1
  done
  check "CRD: deleted once there are none" kubectl delete crd stores.storefleet.dev --dry-run=server
}

uninstallation_tests() {
  create --really "$(store survivor)" >/dev/null
  check "uninstall" helm -n storefleet-system uninstall storefleet
  check "uninstall leaves Stores alone" kubectl get store survivor
  check "uninstall keeps the Secrets" kubectl -n storefleet-system get secret storefleet-database storefleet-admin
  check "uninstall keeps the database volume" kubectl -n storefleet-system get pvc storefleet-postgresql
  kubectl delete stores --all --timeout=20s >/dev/null
  kubectl delete namespace "$store_ns" --wait=false >/dev/null
}
