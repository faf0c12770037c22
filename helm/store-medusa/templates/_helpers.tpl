{{/* Labels that select a component's pods: {{ include "store.selector" "web" }} */}}
{{- define "store.selector" -}}
app.kubernetes.io/name: store
app.kubernetes.io/component: {{ . }}
{{- end }}

{{/* All labels of a component: {{ include "store.labels" (list . "web") }} */}}
{{- define "store.labels" -}}
{{ include "store.selector" (index . 1) }}
app.kubernetes.io/part-of: storefleet
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
{{- end }}

{{/* What every pod of a store has in common: {{ include "store.pod" 10002 }} with the user's id */}}
{{- define "store.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: 15
securityContext:
  runAsNonRoot: true
  runAsUser: {{ int . }}
  runAsGroup: {{ int . }}
  fsGroup: {{ int . }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "store.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* "64Mi" as the database writes it: "64MB" */}}
{{- define "store.bytes" -}}
{{ . | trimSuffix "i" }}B
{{- end }}

{{- define "store.storageClass" -}}
{{- with .Values.storage.className }}
storageClassName: {{ . | quote }}
{{- end }}
{{- end }}
