{{/* Ingress rule that lets metricsPeers read a component's metrics, or nothing. */}}
{{- define "storefleet.metricsIngress" -}}
{{- with .Values.network.metricsPeers }}
- from:
    {{- toYaml . | nindent 4 }}
  ports:
    - {protocol: TCP, port: metrics}
{{- end }}
{{- end }}

{{/* Whose X-Forwarded-For the API takes, as JSON. A pod's address is not known here: that it is private will
     do, since the API's NetworkPolicy lets in nobody but the peers. A peer that is everybody is no proxy. */}}
{{- define "storefleet.trustedProxies" -}}
{{- $given := .Values.ingress.controller.trustedProxies -}}
{{- $networks := list -}}
{{- range .Values.ingress.controller.peers -}}
{{- if not .ipBlock -}}
{{- $networks = concat $networks (list "10.0.0.0/8" "100.64.0.0/10" "172.16.0.0/12" "192.168.0.0/16" "fc00::/7") -}}
{{- else if not (hasSuffix "/0" .ipBlock.cidr) -}}
{{- $networks = append $networks .ipBlock.cidr -}}
{{- end -}}
{{- end -}}
{{- if kindIs "slice" $given }}{{ toJson $given }}{{ else }}{{ $networks | uniq | toJson }}{{ end -}}
{{- end }}

{{/* Port of the provider of single sign-on. */}}
{{- define "storefleet.oidcPort" -}}
{{- $url := urlParse .Values.oidc.issuer -}}
{{- regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) | default (ternary "443" "80" (eq $url.scheme "https")) -}}
{{- end }}

{{/* Networks of the Kubernetes API server, as JSON: as given, else as the cluster itself says. Both the Service's address
     and those behind it: enforcers differ in which one they see. Empty where nobody can be asked. */}}
{{- define "storefleet.apiServerNetworks" -}}
{{- $networks := .Values.network.apiServerNetworks -}}
{{- if not $networks -}}
{{- $service := lookup "v1" "Service" "default" "kubernetes" -}}
{{- range (dig "spec" "clusterIPs" list $service) -}}
{{- $networks = append $networks (printf "%s/%s" . (ternary "128" "32" (contains ":" .))) -}}
{{- end -}}
{{- range (dig "items" list (lookup "discovery.k8s.io/v1" "EndpointSlice" "default" "")) -}}
{{- if eq (dig "metadata" "labels" "kubernetes.io/service-name" "" .) "kubernetes" -}}
{{- range .endpoints -}}{{- range .addresses -}}
{{- $networks = append $networks (printf "%s/%s" . (ternary "128" "32" (contains ":" .))) -}}
{{- end -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $networks | uniq | toJson -}}
{{- end }}

{{/* Egress rules that API and controller share: DNS, the API server, the ingress controller, the database. */}}
{{- define "storefleet.platformEgress" -}}
- to:
    {{- toYaml .Values.network.dnsPeers | nindent 4 }}
  ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
{{- $networks := include "storefleet.apiServerNetworks" . | fromJsonArray }}
- to: # the Kubernetes API
    {{- range $networks }}
    - ipBlock: {cidr: {{ . | quote }}}
    {{- else }}
    {{- fail "network.apiServerNetworks is empty, and there is no cluster to ask (helm template, GitOps): give the addresses that `kubectl get endpoints,service kubernetes -n default` shows, each as ADDRESS/32" }}
    {{- end }}
  ports:
    {{- range .Values.network.apiServerPorts }}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
- to: # stores, as their shoppers visit them
    {{- toYaml .Values.ingress.controller.peers | nindent 4 }}
{{- if .Values.postgresql.enabled }}
- to:
    - podSelector:
        matchLabels:
          {{- include "storefleet.selector" "postgresql" | nindent 10 }}
  ports:
    - {protocol: TCP, port: 5432}
{{- else }}
- ports:
    - {protocol: TCP, port: {{ .Values.network.databasePort }}}
  {{- with .Values.network.databasePeers }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
