{{/* Ingress rule that lets metricsPeers read a component's metrics, or nothing. */}}
{{- define "storefleet.metricsIngress" -}}
{{- with .Values.network.metricsPeers }}
- from:
    {{- toYaml . | nindent 4 }}
  ports:
    - {protocol: TCP, port: metrics}
{{- end }}
{{- end }}
