{{/* Names, labels and the image. */}}
{{- define "brand-monitor.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "brand-monitor.labels" -}}
app.kubernetes.io/name: brand-monitor
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* What selects the pods of a component; runs carry the same, whoever made them. */}}
{{- define "brand-monitor.selector" -}}
app.kubernetes.io/name: brand-monitor
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "brand-monitor.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository (default .Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "brand-monitor.secret" -}}
{{- default (printf "%s-keys" (include "brand-monitor.fullname" .)) .Values.secrets.existingSecret -}}
{{- end -}}

{{- define "brand-monitor.monitors" -}}
{{- default (printf "%s-monitors" (include "brand-monitor.fullname" .)) .Values.monitors.existingConfigMap -}}
{{- end -}}

{{/* Empty: the cluster's own default. */}}
{{- define "brand-monitor.priorityClass" -}}
{{- $class := .Values.runs.priorityClass -}}
{{- $own := printf "%s-%s-runs" .Release.Namespace (include "brand-monitor.fullname" .) -}}
{{- default (ternary $own "" $class.create) $class.name -}}
{{- end -}}
