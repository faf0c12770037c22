# From Kubernetes' swagger.json: for every kind, a line "<kind>-<group>-<version><TAB><JSON schema>", named as
# kubeconform asks for it. Objects refuse unknown fields; definitions that a kind refers to come along.
def strict:
  walk(
    if type == "object" and (.properties? | type) == "object" and (has("additionalProperties") | not)
    then . + {additionalProperties: false} else . end
    | if type == "object" and .format? == "int-or-string" then {oneOf: [{type: "string"}, {type: "integer"}]} else . end
  );
def references: [.. | objects | .["$ref"]? | strings | ltrimstr("#/definitions/")] | unique;
def closure($all): def grow: . as $seen | ([.[] | $all[.] | references[]] + $seen | unique) as $next
  | if ($next | length) == ($seen | length) then . else $next | grow end; grow;

(.definitions
  | .["io.k8s.apimachinery.pkg.api.resource.Quantity"] = {oneOf: [{type: "string"}, {type: "number"}]}
  | strict
  | .["io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1"] = {type: "object"}) as $all
| $all | to_entries[]
| .key as $name | .value as $definition
| ($definition["x-kubernetes-group-version-kind"] // [])[]
| select(.kind | test("List$|Options$|^WatchEvent$|^APIGroup|^APIResource|^APIVersions$|^Status$") | not)
| . as $gvk
| ($definition | references | closure($all)) as $needed
| ([$gvk.kind, ($gvk.group | split(".")[0] // ""), $gvk.version] | map(select(. != "")) | join("-") | ascii_downcase)
  + "\t" + ($definition
    | .properties.apiVersion = {const: ([$gvk.group, $gvk.version] | map(select(. != "")) | join("/"))}
    | .properties.kind = {const: $gvk.kind}
    | . + {definitions: ([$needed[] | {key: ., value: $all[.]}] | from_entries)} | tojson)
