{{/* The pods of runs. What a run's tags may change is `resources`: everything else here holds for whoever launches. */}}
{{- define "brand-monitor.launcher" -}}
run_launcher:
  module: dagster_k8s
  class: K8sRunLauncher
  config:
    load_incluster_config: true
    job_namespace: {{ .Release.Namespace }}
    service_account_name: {{ include "brand-monitor.fullname" . }}-run
    # The image is the one that the code server runs (DAGSTER_CURRENT_IMAGE): a run never meets other code.
    image_pull_policy: {{ .Values.image.pullPolicy }}
    {{- with .Values.image.pullSecrets }}
    image_pull_secrets:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    dagster_home: /etc/brand-monitor/dagster
    instance_config_map: {{ include "brand-monitor.fullname" . }}-instance
    env_config_maps: [{{ include "brand-monitor.fullname" . }}-environment]
    labels:
      {{- include "brand-monitor.selector" (dict "root" . "component" "run") | nindent 6 }}
    only_allow_user_defined_k8s_config_fields:
      container_config: {resources: true}
    only_allow_user_defined_env_vars: []
    run_k8s_config:
      container_config:
        env:
          {{- include "brand-monitor.dagsterEnv" . | nindent 10 }}
          {{- include "brand-monitor.secretsEnv" . | nindent 10 }}
        securityContext:
          {{- include "brand-monitor.containerSecurity" . | nindent 10 }}
        resources:
          {{- toYaml .Values.runs.resources | nindent 10 }}
        volumeMounts:
          {{- include "brand-monitor.dagsterMounts" . | nindent 10 }}
          {{- include "brand-monitor.codeMounts" . | nindent 10 }}
      pod_template_spec_metadata:
        {{- with .Values.runs.annotations }}
        annotations:
          {{- toYaml . | nindent 10 }}
        {{- end }}
        labels:
          app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
      pod_spec_config:
        automountServiceAccountToken: false
        enableServiceLinks: false
        {{- with include "brand-monitor.priorityClass" . }}
        priorityClassName: {{ . }}
        {{- end }}
        terminationGracePeriodSeconds: {{ .Values.runs.terminationGracePeriodSeconds }}
        securityContext:
          {{- include "brand-monitor.podSecurity" . | nindent 10 }}
        {{- with .Values.runs.nodeSelector }}
        nodeSelector:
          {{- toYaml . | nindent 10 }}
        {{- end }}
        {{- with .Values.runs.tolerations }}
        tolerations:
          {{- toYaml . | nindent 10 }}
        {{- end }}
        volumes:
          {{- include "brand-monitor.dagsterVolumes" . | nindent 10 }}
          {{- include "brand-monitor.codeVolumes" . | nindent 10 }}
      job_spec_config:
        # More than 0 leaves a step that is in progress for ever: the second pod sees that it was begun.
        backoffLimit: 0
        ttlSecondsAfterFinished: {{ .Values.runs.ttlSecondsAfterFinished }}
        activeDeadlineSeconds: {{ .Values.runs.activeDeadlineSeconds }}
{{- end -}}
