{{/* What all pods share. Paths are the same everywhere: some of them travel from one process to another. */}}

{{/* The restricted Pod Security profile, for the pod and for its container. */}}
{{- define "brand-monitor.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "brand-monitor.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* A pod that leaves answers until nobody is sent to it any more: Services forget it within seconds, not at once. */}}
{{- define "brand-monitor.leaving" -}}
preStop: {sleep: {seconds: 5}}
{{- end -}}

{{/* Dagster's storage and boto3's keys, if there are any: both are looked for in the environment only. */}}
{{- define "brand-monitor.dagsterEnv" -}}
- name: DAGSTER_DATABASE_URL
  valueFrom:
    secretKeyRef: {name: {{ include "brand-monitor.secret" . }}, key: DAGSTER_DATABASE_URL}
{{- range tuple "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" }}
- name: {{ . }}
  valueFrom:
    secretKeyRef: {name: {{ include "brand-monitor.secret" $ }}, key: {{ . }}, optional: true}
{{- end }}
{{- end -}}

{{- define "brand-monitor.secretsEnv" -}}
- {name: BRAND_MONITOR_SECRETS_DIR, value: /etc/brand-monitor/secrets}
{{- end -}}

{{/* What every pod needs: two folders to write to, and certificates of servers. */}}
{{- define "brand-monitor.commonMounts" -}}
- {name: home, mountPath: /var/lib/brand-monitor}
- {name: tmp, mountPath: /tmp}
{{- with .Values.certificatesConfigMap }}
- {name: certificates, mountPath: /etc/brand-monitor/certificates, readOnly: true}
{{- end }}
{{- end -}}

{{- define "brand-monitor.commonVolumes" -}}
- {name: home, emptyDir: {}}
- {name: tmp, emptyDir: {}}
{{- with .Values.certificatesConfigMap }}
- {name: certificates, configMap: {name: {{ . }}}}
{{- end }}
{{- end -}}

{{/* What pods of Dagster need beside that: the instance file. */}}
{{- define "brand-monitor.dagsterMounts" -}}
{{ include "brand-monitor.commonMounts" . }}
- {name: instance, mountPath: /etc/brand-monitor/dagster, readOnly: true}
{{- end -}}

{{- define "brand-monitor.dagsterVolumes" -}}
{{ include "brand-monitor.commonVolumes" . }}
- {name: instance, configMap: {name: {{ include "brand-monitor.fullname" . }}-instance}}
{{- end -}}

{{/* What pods with our code need beside that. */}}
{{- define "brand-monitor.codeMounts" -}}
{{ include "brand-monitor.secretMount" . }}
- {name: monitors, mountPath: /var/lib/brand-monitor/monitors, readOnly: true}
{{- with .Values.goldConfigMap }}
- {name: gold, mountPath: /var/lib/brand-monitor/gold, readOnly: true}
{{- end }}
{{- end -}}

{{- define "brand-monitor.codeVolumes" -}}
{{ include "brand-monitor.secretVolume" . }}
- {name: monitors, configMap: {name: {{ include "brand-monitor.monitors" . }}}}
{{- with .Values.goldConfigMap }}
- {name: gold, configMap: {name: {{ . }}}}
{{- end }}
{{- end -}}

{{- define "brand-monitor.secretMount" -}}
- {name: secrets, mountPath: /etc/brand-monitor/secrets, readOnly: true}
{{- end -}}

{{/* The second source makes no use of its file: without the key the pod does not start, and nobody keeps a journal
     in a folder that is gone tomorrow. */}}
{{- define "brand-monitor.secretVolume" -}}
- name: secrets
  projected:
    sources:
      - secret: {name: {{ include "brand-monitor.secret" . }}}
      - secret:
          name: {{ include "brand-monitor.secret" . }}
          items: [{key: DATABASE_URL, path: required/DATABASE_URL}]
{{- end -}}

{{- define "brand-monitor.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Metadata of the pods of a component of the control plane. */}}
{{- define "brand-monitor.podMetadata" -}}
labels:
  {{- include "brand-monitor.selector" . | nindent 2 }}
  app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
  {{- with .root.Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  {{- range $name, $file := .checksums }}
  checksum/{{ $name }}: {{ include (print $.root.Template.BasePath $file) $.root | sha256sum }}
  {{- end }}
  {{- with .root.Values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* The parts of a pod's spec that depend on the component's values only. */}}
{{- define "brand-monitor.placement" -}}
{{- $labels := include "brand-monitor.selector" . -}}
topologySpreadConstraints:
  {{- range tuple "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- $labels | nindent 8 }}
  {{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
