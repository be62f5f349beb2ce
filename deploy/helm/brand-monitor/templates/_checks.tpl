{{/* What a schema cannot say: settings that contradict each other are refused before anything is installed. */}}
{{- define "brand-monitor.check" -}}
{{- $settings := .Values.settings -}}
{{- $secrets := .Values.secrets -}}
{{- if not $settings.S3_BUCKET -}}
{{- fail "settings.S3_BUCKET is required: the lake lives in a bucket, since a folder of a pod is gone with the pod" -}}
{{- end -}}
{{- if and (not $secrets.existingSecret) (not $secrets.externalSecret.enabled) -}}
{{- fail "secrets.existingSecret or secrets.externalSecret is required: a Secret with DATABASE_URL and DAGSTER_DATABASE_URL" -}}
{{- end -}}
{{- if and $secrets.existingSecret $secrets.externalSecret.enabled -}}
{{- fail "secrets.existingSecret and secrets.externalSecret exclude each other" -}}
{{- end -}}
{{- if and $secrets.externalSecret.enabled (not (and $secrets.externalSecret.storeRef.name $secrets.externalSecret.remoteKey)) -}}
{{- fail "secrets.externalSecret needs storeRef.name and remoteKey" -}}
{{- end -}}
{{- if and (not $settings.NEO4J_URI) (not .Values.ephemeral.graph) -}}
{{- fail "settings.NEO4J_URI is required: an embedded graph cannot be shared by pods. To do without the graph, set ephemeral.graph=true" -}}
{{- end -}}
{{- if and (not $settings.OPENSEARCH_URL) (not .Values.ephemeral.search) -}}
{{- fail "settings.OPENSEARCH_URL is required: an embedded index cannot be shared by pods. To do without search, set ephemeral.search=true" -}}
{{- end -}}
{{- if and .Values.monitors.files .Values.monitors.existingConfigMap -}}
{{- fail "monitors.files and monitors.existingConfigMap exclude each other" -}}
{{- end -}}
{{- if le (int .Values.runs.activeDeadlineSeconds) (int .Values.monitoring.maxRuntimeSeconds) -}}
{{- fail "runs.activeDeadlineSeconds must be longer than monitoring.maxRuntimeSeconds: Kubernetes would end a run that Dagster still lets go on" -}}
{{- end -}}
{{- if and .Values.pgbouncer.enabled (le (int .Values.pgbouncer.connectionsPerDatabase) (int .Values.concurrency.maxConcurrentRuns)) -}}
{{- fail "pgbouncer.connectionsPerDatabase must be more than concurrency.maxConcurrentRuns: each run that asks keeps a connection for its lock" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not (or .Values.ingress.host .Values.ingress.readOnlyHost)) -}}
{{- fail "ingress.enabled needs ingress.host or ingress.readOnlyHost" -}}
{{- end -}}
{{- if and .Values.ingress.host (not .Values.webserver.enabled) -}}
{{- fail "ingress.host needs webserver.enabled" -}}
{{- end -}}
{{- if and .Values.ingress.readOnlyHost (not .Values.webserverReadOnly.enabled) -}}
{{- fail "ingress.readOnlyHost needs webserverReadOnly.enabled" -}}
{{- end -}}
{{- end -}}
