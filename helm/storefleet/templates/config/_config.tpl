{{/* A map of numbers as JSON; Helm takes large ones for floating-point numbers. */}}
{{- define "storefleet.wholeNumbers" -}}
{{- $whole := dict -}}
{{- range $key, $value := . -}}{{- $_ := set $whole $key (int64 $value) -}}{{- end -}}
{{- toJson $whole -}}
{{- end -}}

{{/* What the program reads at start: /etc/storefleet/config.yaml. Nothing secret. */}}
{{- define "storefleet.config" -}}
baseDomain: {{ .Values.baseDomain | quote }}
platformHost: {{ include "storefleet.host" . | quote }}
otherHosts: {{ toJson .Values.ingress.otherHosts }}
ownHosts: {{ include "storefleet.ownHosts" . }}
urlScheme: {{ .Values.urls.scheme }}
urlPort: {{ .Values.urls.port | int }}
ingressClass: {{ .Values.ingress.className | quote }}
ingressAnnotations: {{ toJson .Values.ingress.storeAnnotations }}
ingressAddress: {{ .Values.ingress.controller.address | quote }}
ingressPeers: {{ toJson .Values.ingress.controller.peers }}
blockedEgress: {{ toJson .Values.network.blockedEgress }}
allowedEgress: {{ toJson .Values.network.allowedEgress }}
allowSmtp: {{ .Values.network.allowSmtp }}
isolation:
  required: {{ .Values.isolation.required }}
  intervalMinutes: {{ .Values.isolation.intervalMinutes }}
  namespace: {{ include "storefleet.probeNamespace" . }}
upgrades:
  atOnce: {{ .Values.upgrades.atOnce }}
  paused: {{ .Values.upgrades.paused }}
  prepull: {{ .Values.upgrades.prepull }}
storageClass: {{ .Values.storage.className | quote }}
volumesCanGrow: {{ .Values.storage.canGrow }}
storeServiceType: {{ .Values.stores.serviceType }}
enginesDir: /usr/share/storefleet/engines
dashboardDir: /usr/share/storefleet/dashboard
docsDir: /usr/share/storefleet/docs-ui
enabledEngines: {{ toJson .Values.engines.enabled }}
images: {{ toJson .Values.images }}
pullPolicy: {{ .Values.image.pullPolicy }}
helmHelper: /usr/local/bin/storefleet-helm
namespace: {{ .Release.Namespace }}
controllerPodLabels:
  {{- include "storefleet.selector" "controller" | nindent 2 }}
publicUrl: {{ include "storefleet.publicUrl" . | quote }}
trustedProxies: {{ include "storefleet.trustedProxies" . }}
{{- if .Values.oidc.issuer }}
oidc: {{ toJson (omit .Values.oidc "existingSecret") }}
{{- end }}
listenPort: 8080
metricsPort: 8081
historyDays: {{ .Values.history.days }}
auditDays: {{ .Values.audit.days }}
leaseSeconds: {{ .Values.controller.leaseSeconds }}
rateLimit: {{ toJson .Values.rateLimit }}
limits: {{ include "storefleet.wholeNumbers" .Values.limits }}
log:
  level: {{ .Values.logLevel }}
  format: {{ .Values.logFormat }}
{{- end }}
