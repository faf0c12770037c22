# Which ingress controller stores are to be reached through, and how the platform meets it.
#   input:  {classes, services, pods, nodes}, the items of each as Kubernetes lists them
#   $class, $service: names that somebody has chosen, "" for none ($service as NAMESPACE/NAME)
#   output: {class, address, peers, namespace, service, podLabels, hostNetwork, externalAddresses, nodePort}
#           or {problem, classes}: noController, manyClasses, unknownClass, noPods, manyPods, noService

# The pods of a controller, by what an IngressClass says that controls it: the standard name label, and images.
def known: [
  {controller: "traefik.io/ingress-controller", name: "traefik", image: "(^|/)traefik$"},
  {controller: "k8s.io/ingress-nginx", name: "ingress-nginx", image: "(^|/)(ingress-nginx/controller|nginx-ingress-controller|ingress-nginx-controller)$"},
  {controller: "nginx.org/ingress-controller", name: "nginx-ingress", image: "(^|/)nginx-ingress$"},
  {controller: "haproxy-ingress.github.io/controller", name: "haproxy-ingress", image: "(^|/)haproxy-ingress$"},
  {controller: "haproxy.org/ingress-controller", name: "kubernetes-ingress", image: "haproxytech/kubernetes-ingress$"},
  {controller: "ingress-controllers.konghq.com/kong", name: "kong", image: "(^|/)kong(-gateway)?$"},
  {controller: "projectcontour.io/", name: "envoy", image: "(^|/)envoy$"}
];

def is_default: .metadata.annotations["ingressclass.kubernetes.io/is-default-class"] == "true";
# Without tag and digest; a registry's port is no tag.
def image_name: sub("@.*$"; "") | sub(":[^/:]*$"; "");
def words: [.spec.containers[] | (.command // [])[], (.args // [])[] | ascii_downcase];
# What a rollout changes is no label to go by.
def lasting: del(.["pod-template-hash"], .["controller-revision-hash"], .["pod-template-generation"],
  .["statefulset.kubernetes.io/pod-name"], .["apps.kubernetes.io/pod-index"], .["helm.sh/chart"], .["app.kubernetes.io/version"]);

# How sure it is that a pod is one of the class's controller: 0 is no.
def score($chosen; $kind):
  (.metadata.labels // {}) as $labels
  | ((if $kind and $labels["app.kubernetes.io/name"] == $kind.name then 2 else 0 end)
    + (if $kind and any(.spec.containers[].image | image_name; test($kind.image)) then 2 else 0 end)
    + (if any(words[]; endswith("=" + $chosen.spec.controller)) then 3 else 0 end)) as $sure
  | if $sure > 0 and ($labels["app.kubernetes.io/component"] // "controller") as $part
      | ($part == "admission-webhook" or $part == "default-backend" or $part == "defaultbackend") then 0 else $sure end;

# Whether a pod says which class it serves, and which.
def serves: [words[] | capture("ingress-?class=(?<name>[^$]+)$").name] | first;

def http_port: (.spec.ports // []) as $ports | first(($ports[] | select(.port == 80)), ($ports[] | select(.name == "http" or .name == "web")));
def selects($pod): (.spec.selector // {}) as $wanted
  | ($wanted | length) > 0 and .metadata.namespace == $pod.metadata.namespace
    and all($wanted | to_entries[]; ($pod.metadata.labels // {})[.key] == .value);
def rank: {LoadBalancer: 0, NodePort: 1, ClusterIP: 2}[.spec.type] // 3;

# Where a node's own connections come from: its addresses, and those that it has in its pod network (.0 and .1).
def node_blocks: [.[] |
    ((.status.addresses // [])[] | select(.type == "InternalIP" or .type == "ExternalIP").address
      | . + (if contains(":") then "/128" else "/32" end)),
    ((.spec.podCIDRs // [.spec.podCIDR // empty])[] | split("/")[0] + (if contains(":") then "/127" else "/31" end))
  ] | unique | map({ipBlock: {cidr: .}});

def peers($pod; $service; $nodes):
  if $pod.spec.hostNetwork == true then $nodes | node_blocks
  else [{
    namespaceSelector: {matchLabels: {"kubernetes.io/metadata.name": $pod.metadata.namespace}},
    podSelector: {matchLabels: ($service.spec.selector // ($pod.metadata.labels | lasting))}
  }] end;

def host_port($pod): first($pod.spec.containers[].ports[]? | select(.containerPort == 80 or .name == "http" or .name == "web")
  | .hostPort // (if $pod.spec.hostNetwork then .containerPort else empty end)) // null;

def described($class; $pod; $service; $nodes):
  (($nodes[0].status.addresses // []) | map(select(.type == "InternalIP" and (.address | contains(":") | not)).address) | first) as $node
  | ($service | if . then http_port else null end) as $port
  | {
    class: $class, namespace: $pod.metadata.namespace, service: $service.metadata.name,
    podLabels: ($service.spec.selector // ($pod.metadata.labels | lasting)), hostNetwork: ($pod.spec.hostNetwork == true),
    address: (if $port then "\($service.metadata.name).\($pod.metadata.namespace).svc:\($port.port)" else "\($node):\(host_port($pod))" end),
    servicePort: $port.port, nodePort: $port.nodePort, hostPort: host_port($pod),
    nodeAddress: $node,
    externalAddresses: [($service.status.loadBalancer.ingress // [])[] | .ip // .hostname],
    peers: peers($pod; $service; $nodes)
  };

def with_pods($class; $found; $in):
  ($found | group_by([.metadata.namespace, (.metadata.labels // {} | lasting)])) as $groups
  | if ($groups | length) == 0 then {problem: "noPods", class: $class}
    elif ($groups | length) > 1 then {problem: "manyPods", class: $class, pods: [$groups[] | "\(.[0].metadata.namespace)/\(.[0].metadata.name)"]}
    else $groups[0][0] as $pod
      | ([$in.services[] | select(selects($pod) and ([http_port] | length) > 0)] | sort_by(rank, .metadata.name) | first) as $service
      | if $service == null and host_port($pod) == null then
          {problem: "noService", class: $class, pods: ["\($pod.metadata.namespace)/\($pod.metadata.name)"]}
        else described($class; $pod; $service; $in.nodes) end
    end;

. as $in
| [.classes[].metadata.name] as $names
| (if $class != "" then [.classes[] | select(.metadata.name == $class)]
   elif (.classes | length) == 1 then .classes
   else [.classes[] | select(is_default)] end) as $chosen
| if $service != "" then
    ($service | split("/")) as [$namespace, $name]
    | ([.services[] | select(.metadata.namespace == $namespace and .metadata.name == $name)] | first) as $given
    | ([.pods[] | . as $pod | select($given != null and ($given | selects($pod)))]) as $pods
    | if $given == null or ($pods | length) == 0 then {problem: "noPods", class: ""}
      elif ($chosen | length) != 1 and $class == "" then {problem: "manyClasses", classes: $names}
      else described($chosen[0].metadata.name // $class; $pods[0]; $given; $in.nodes) end
  elif $class != "" and ($chosen | length) == 0 then {problem: "unknownClass", classes: $names}
  elif (.classes | length) == 0 then
    {problem: "noController", pods: [.pods[] | . as $pod | select(any(known[]; . as $kind | $pod | any(.spec.containers[].image | image_name; test($kind.image)))) | "\(.metadata.namespace)/\(.metadata.name)"]}
  elif ($chosen | length) != 1 then {problem: "manyClasses", classes: $names}
  else $chosen[0] as $one
    | ([known[] | . as $kind | select($one.spec.controller | startswith($kind.controller))] | first) as $kind
    | [.pods[] | {pod: ., score: score($one; $kind), serves: serves} | select(.score > 0)] as $candidates
    # One that names another class is none of this one; one that names this class goes before those that name none.
    | [$candidates[] | select(.serves == null or .serves == ($one.metadata.name | ascii_downcase))] as $fitting
    | (if any($fitting[]; .serves != null) then [$fitting[] | select(.serves != null)] else $fitting end) as $fitting
    | ([$fitting[].score] | max) as $best
    | with_pods($one.metadata.name; [$fitting[] | select(.score == $best).pod]; $in)
  end
