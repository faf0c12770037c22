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
