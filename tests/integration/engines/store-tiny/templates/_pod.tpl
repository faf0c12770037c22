{{/* What both pods have in common: they fit Pod Security "restricted" and land on simulated nodes. */}}
{{- define "tiny.pod" -}}
automountServiceAccountToken: false
terminationGracePeriodSeconds: 1
nodeSelector: {type: simulated}
tolerations:
  - {key: kwok.x-k8s.io/node, operator: Exists, effect: NoSchedule}
securityContext:
  runAsNonRoot: true
  runAsUser: 10000
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "tiny.container" -}}
image: {{ .Values.image.reference | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  capabilities: {drop: [ALL]}
{{- end }}
