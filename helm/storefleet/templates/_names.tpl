{{/* All names start alike whatever the release is called: the CRDs allow one platform a cluster. */}}
{{- define "storefleet.name" -}}
{{- if . }}storefleet-{{ . }}{{ else }}storefleet{{ end -}}
{{- end }}

{{/* Labels of every object. Takes (list $ component). */}}
{{- define "storefleet.labels" -}}
{{- $root := index . 0 -}}
{{ include "storefleet.selector" (index . 1) }}
app.kubernetes.io/part-of: storefleet
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end }}

{{/* Labels that select the pods of a component; never change them, selectors are immutable. */}}
{{- define "storefleet.selector" -}}
app.kubernetes.io/name: storefleet
app.kubernetes.io/component: {{ . }}
{{- end }}

{{/* Labels of pods: nothing that changes with a version, which would restart the database. */}}
{{- define "storefleet.podLabels" -}}
{{ include "storefleet.selector" . }}
app.kubernetes.io/part-of: storefleet
{{- end }}

{{/* Namespace of the probe pod, which tells whether NetworkPolicies are enforced. */}}
{{- define "storefleet.probeNamespace" -}}storefleet-probe{{- end }}

{{- define "storefleet.host" -}}
{{- .Values.ingress.host | default .Values.baseDomain -}}
{{- end }}

{{/* The names that the platform keeps for itself, as JSON: stores have what is below the base domain, by their
     names, and nobody has anything else that is one of these, below or above. */}}
{{- define "storefleet.keptHosts" -}}
{{- concat (list .Values.baseDomain (include "storefleet.host" .)) .Values.ingress.otherHosts | uniq | toJson -}}
{{- end }}

{{/* What the API answers to besides these, as JSON; nothing: to any host. */}}
{{- define "storefleet.ownHosts" -}}
{{- $service := printf "%s.%s" (include "storefleet.name" "api") .Release.Namespace -}}
{{- if .Values.ingress.catchAll -}}
{{- list $service (printf "%s.svc" $service) (printf "%s.svc.cluster.local" $service) | toJson -}}
{{- else -}}
[]
{{- end -}}
{{- end }}

{{/* Where people reach the platform. */}}
{{- define "storefleet.publicUrl" -}}
{{- $port := int .Values.urls.port -}}
{{- $usual := ternary 443 80 (eq .Values.urls.scheme "https") -}}
{{ .Values.urls.scheme }}://{{ include "storefleet.host" . }}{{ if ne $port $usual }}:{{ $port }}{{ end }}
{{- end }}

{{- define "storefleet.databaseSecret" -}}
{{- if .Values.postgresql.enabled -}}
{{- .Values.postgresql.existingSecret | default (include "storefleet.name" "database") -}}
{{- else -}}
{{- required "externalDatabase.existingSecret is needed where postgresql.enabled is false" .Values.externalDatabase.existingSecret -}}
{{- end -}}
{{- end }}

{{- define "storefleet.adminSecret" -}}
{{- .Values.api.existingSecret | default (include "storefleet.name" "admin") -}}
{{- end }}

{{/* The user name under which a service account's requests arrive. Takes (list $ component). */}}
{{- define "storefleet.user" -}}
system:serviceaccount:{{ (index . 0).Release.Namespace }}:{{ include "storefleet.name" (index . 1) }}
{{- end }}

{{- define "storefleet.podSecurity" -}}
runAsNonRoot: true
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "storefleet.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}
