{{/* A webserver: the full one, and the one that refuses every change. */}}
{{- define "brand-monitor.webserver" -}}
{{- $name := printf "%s-%s" (include "brand-monitor.fullname" .root) .component -}}
{{- $component := dict "root" .root "component" .component "values" .values
  "checksums" (dict "instance" "/configuration/instance.yaml" "workspace" "/configuration/workspace.yaml") -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  labels:
    {{- include "brand-monitor.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
spec:
  replicas: {{ .values.replicas }}
  revisionHistoryLimit: 3
  strategy:
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
  selector:
    matchLabels:
      {{- include "brand-monitor.selector" $component | nindent 6 }}
  template:
    metadata:
      {{- include "brand-monitor.podMetadata" $component | nindent 6 }}
    spec:
      serviceAccountName: {{ $name }}
      # Both look at the run launcher when a page asks for it, and that one wants a token; what the token may do is in
      # access/roles.yaml: nothing at all for the read-only one.
      automountServiceAccountToken: true
      enableServiceLinks: false
      terminationGracePeriodSeconds: 30
      {{- include "brand-monitor.pullSecrets" .root | nindent 6 }}
      securityContext:
        {{- include "brand-monitor.podSecurity" .root | nindent 8 }}
      {{- include "brand-monitor.placement" $component | nindent 6 }}
      containers:
        - name: webserver
          image: {{ include "brand-monitor.image" .root }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          args:
            - dagster-webserver
            - --host=0.0.0.0
            - --port=3000
            - --workspace=/etc/brand-monitor/workspace/workspace.yaml
            - --log-format=json
            {{- if .readOnly }}
            - --read-only
            {{- end }}
          env:
            - {name: DAGSTER_HOME, value: /etc/brand-monitor/dagster}
            {{- include "brand-monitor.dagsterEnv" .root | nindent 12 }}
          ports:
            - {name: http, containerPort: 3000}
          # Until it is imported; then: is the process there, and does it answer? Neither asks the database, whose
          # failure a restart would not repair.
          startupProbe:
            tcpSocket: {port: http}
            periodSeconds: 5
            failureThreshold: 36
          readinessProbe:
            httpGet: {path: /server_info, port: http}
            periodSeconds: 10
            timeoutSeconds: 5
          livenessProbe:
            tcpSocket: {port: http}
            periodSeconds: 30
            timeoutSeconds: 10
            failureThreshold: 6
          lifecycle:
            {{- include "brand-monitor.leaving" .root | nindent 12 }}
          securityContext:
            {{- include "brand-monitor.containerSecurity" .root | nindent 12 }}
          resources:
            {{- toYaml .values.resources | nindent 12 }}
          volumeMounts:
            {{- include "brand-monitor.dagsterMounts" .root | nindent 12 }}
            - {name: workspace, mountPath: /etc/brand-monitor/workspace, readOnly: true}
      volumes:
        {{- include "brand-monitor.dagsterVolumes" .root | nindent 8 }}
        - {name: workspace, configMap: {name: {{ include "brand-monitor.fullname" .root }}-workspace}}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}
  labels:
    {{- include "brand-monitor.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
spec:
  selector:
    {{- include "brand-monitor.selector" $component | nindent 4 }}
  ports:
    - {name: http, port: 80, targetPort: http}
{{- if gt (int .values.replicas) 1 }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $name }}
  labels:
    {{- include "brand-monitor.labels" .root | nindent 4 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "brand-monitor.selector" $component | nindent 6 }}
{{- end }}
{{- end -}}
