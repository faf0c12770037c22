{{/* Policy and binding for requests of the controller. Takes a dict: root, name, rules, validations,
     variables (YAML text each). Fails closed: what cannot be judged is refused. */}}
{{- define "storefleet.controllerPolicy" -}}
{{- $root := .root -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {{ include "storefleet.name" .name }}
  labels:
    {{- include "storefleet.labels" (list $root "policy") | nindent 4 }}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
      {{- .rules | trim | nindent 6 }}
  matchConditions:
    - name: by-the-controller
      expression: request.userInfo.username == {{ include "storefleet.user" (list $root "controller") | squote }}
  {{- with .variables }}
  variables:
    {{- . | trim | nindent 4 }}
  {{- end }}
  validations:
    {{- .validations | trim | nindent 4 }}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {{ include "storefleet.name" .name }}
  labels:
    {{- include "storefleet.labels" (list $root "policy") | nindent 4 }}
spec:
  policyName: {{ include "storefleet.name" .name }}
  validationActions: [Deny]
{{- end }}
