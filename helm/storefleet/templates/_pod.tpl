{{/* Pod template of API and controller. Takes (list $ component). */}}
{{- define "storefleet.pod" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $settings := index $root.Values $component -}}
metadata:
  labels:
    {{- include "storefleet.podLabels" $component | nindent 4 }}
  annotations:
    # The program reads its configuration at start only.
    checksum/config: {{ include "storefleet.config" $root | sha256sum }}
    kubectl.kubernetes.io/default-container: {{ $component }}
spec:
  {{- $spec := include "storefleet.podSpec" (list $root $component) | fromYaml }}
  {{- mustMergeOverwrite $spec (deepCopy $settings.podSpec) | toYaml | nindent 2 }}
{{- end }}

{{- define "storefleet.podSpec" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $settings := index $root.Values $component -}}
serviceAccountName: {{ include "storefleet.name" $component }}
automountServiceAccountToken: true
enableServiceLinks: false
terminationGracePeriodSeconds: 30
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  {{- include "storefleet.podSecurity" $root | nindent 2 }}
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "storefleet.selector" $component | nindent 8 }}
containers:
  - name: {{ $component }}
    image: {{ $root.Values.image.reference }}
    imagePullPolicy: {{ $root.Values.image.pullPolicy }}
    args: [serve, --role={{ $component }}, --config=/etc/storefleet/config.yaml]
    env:
      - {name: HOME, value: /tmp}
      # Helm wants folders of its own even where it stores nothing.
      - {name: HELM_CACHE_HOME, value: /tmp/helm/cache}
      - {name: HELM_CONFIG_HOME, value: /tmp/helm/config}
      - {name: HELM_DATA_HOME, value: /tmp/helm/data}
      - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
      - {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
    {{- if eq $component "api" }}
    lifecycle:
      # The ingress controller learns a moment later that this pod goes; until then it must answer.
      preStop: {sleep: {seconds: 3}}
    {{- end }}
    ports:
      {{- if eq $component "api" }}
      - {name: http, containerPort: 8080}
      {{- end }}
      - {name: metrics, containerPort: 8081}
    startupProbe:
      httpGet: {path: /livez, port: metrics}
      periodSeconds: 1
      failureThreshold: 120
    livenessProbe:
      httpGet: {path: /livez, port: metrics}
      periodSeconds: 10
      timeoutSeconds: 5
    readinessProbe:
      # All replicas share the database: taking them out of service with it would help nobody.
      httpGet: {path: "/readyz?exclude=database&exclude=watch", port: metrics}
      periodSeconds: 3
      timeoutSeconds: 3
    resources:
      {{- toYaml $settings.resources | nindent 6 }}
    securityContext:
      {{- include "storefleet.containerSecurity" $root | nindent 6 }}
    volumeMounts:
      - {name: config, mountPath: /etc/storefleet/config.yaml, subPath: config.yaml, readOnly: true}
      - {name: secrets, mountPath: /etc/storefleet/secrets, readOnly: true}
      - {name: tmp, mountPath: /tmp}
      {{- range $index, $mount := $root.Values.engines.mounts }}
      - {name: engine-{{ $index }}, mountPath: /usr/share/storefleet/engines/{{ $mount.folder }}, readOnly: true}
      {{- end }}
volumes:
  - name: config
    configMap:
      name: {{ include "storefleet.name" "config" }}
  - name: secrets
    projected:
      defaultMode: 0440
      sources:
        - secret:
            name: {{ include "storefleet.databaseSecret" $root }}
            items: [{key: url, path: databaseUrl}]
        {{- if eq $component "api" }}
        - secret:
            name: {{ include "storefleet.adminSecret" $root }}
            items: [{key: token, path: adminToken}, {key: password, path: adminPassword}]
            # A given Secret may have no password: then there is no first user.
            optional: true
        {{- with $root.Values.oidc.existingSecret }}
        - secret:
            name: {{ . }}
            items: [{key: clientSecret, path: oidcClientSecret}]
        {{- end }}
        {{- end }}
  - name: tmp
    emptyDir: {sizeLimit: 64Mi}
  {{- range $index, $mount := $root.Values.engines.mounts }}
  - name: engine-{{ $index }}
    {{- toYaml $mount.volume | nindent 4 }}
  {{- end }}
{{- end }}

{{/* PodDisruptionBudget where there is more than one replica. Takes (list $ component). */}}
{{- define "storefleet.disruptionBudget" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- if gt (int (index $root.Values $component).replicas) 1 }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "storefleet.name" $component }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "storefleet.labels" (list $root $component) | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "storefleet.selector" $component | nindent 6 }}
{{- end }}
{{- end }}

{{/* Deployment of API or controller. Takes (list $ component). */}}
{{- define "storefleet.deployment" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "storefleet.name" $component }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "storefleet.labels" (list $root $component) | nindent 4 }}
spec:
  replicas: {{ (index $root.Values $component).replicas }}
  revisionHistoryLimit: 3
  strategy:
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
  selector:
    matchLabels:
      {{- include "storefleet.selector" $component | nindent 6 }}
  template:
    {{- include "storefleet.pod" . | nindent 4 }}
{{- end }}

{{- define "storefleet.serviceAccount" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "storefleet.name" $component }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "storefleet.labels" (list $root $component) | nindent 4 }}
automountServiceAccountToken: false
{{- end }}

{{/* ClusterRoleBinding of a component's service account to the ClusterRole of the same name. */}}
{{- define "storefleet.clusterRoleBinding" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ include "storefleet.name" $component }}
  labels:
    {{- include "storefleet.labels" (list $root $component) | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ include "storefleet.name" $component }}
subjects:
  - kind: ServiceAccount
    name: {{ include "storefleet.name" $component }}
    namespace: {{ $root.Release.Namespace }}
{{- end }}
