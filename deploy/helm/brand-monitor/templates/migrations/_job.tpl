{{/* A hook that brings one database to the version of this image before anything of it starts. It carries all it
     needs: on the first installation nothing else of the chart is there. Without a Secret of somebody else's it runs
     after the first installation, once the operator can have made it. */}}
{{- define "brand-monitor.migration" -}}
{{- $component := dict "root" .root "component" "migrate" -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "brand-monitor.fullname" .root }}-{{ .name }}
  labels:
    {{- include "brand-monitor.labels" .root | nindent 4 }}
    app.kubernetes.io/component: migrate
  annotations:
    helm.sh/hook: {{ ternary "post-install" "pre-install" .root.Values.secrets.externalSecret.enabled }},pre-upgrade
    helm.sh/hook-weight: {{ .weight | quote }}
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  backoffLimit: {{ .root.Values.migrations.backoffLimit }}
  activeDeadlineSeconds: {{ .root.Values.migrations.activeDeadlineSeconds }}
  ttlSecondsAfterFinished: {{ .root.Values.migrations.ttlSecondsAfterFinished }}
  template:
    metadata:
      labels:
        {{- include "brand-monitor.selector" $component | nindent 8 }}
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      enableServiceLinks: false
      {{- include "brand-monitor.pullSecrets" .root | nindent 6 }}
      securityContext:
        {{- include "brand-monitor.podSecurity" .root | nindent 8 }}
      containers:
        - name: migrate
          image: {{ include "brand-monitor.image" .root }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          args:
            {{- toYaml .args | nindent 12 }}
          env:
            {{- .env | nindent 12 }}
          securityContext:
            {{- include "brand-monitor.containerSecurity" .root | nindent 12 }}
          resources:
            {{- toYaml .root.Values.migrations.resources | nindent 12 }}
          volumeMounts:
            {{- include "brand-monitor.commonMounts" .root | nindent 12 }}
            {{- .mounts | nindent 12 }}
      volumes:
        {{- include "brand-monitor.commonVolumes" .root | nindent 8 }}
        {{- .volumes | nindent 8 }}
{{- end -}}
