{{/* dagster.yaml of every pod. Its limits are those of dagster.yaml at the root of the repository (a test compares). */}}
{{- define "brand-monitor.storage" -}}
storage:
  postgres:
    postgres_url: {env: DAGSTER_DATABASE_URL}
{{- end -}}

{{- define "brand-monitor.instance" -}}
{{- $settings := .Values.settings -}}
local_artifact_storage:
  module: dagster._core.storage.root
  class: LocalArtifactStorage
  config: {base_dir: /var/lib/brand-monitor/dagster}
compute_logs:
  module: dagster_aws.s3.compute_log_manager
  class: S3ComputeLogManager
  config:
    bucket: {{ $settings.S3_BUCKET | quote }}
    prefix: {{ printf "%s/compute_logs" (trimAll "/" (default "" $settings.S3_PREFIX)) | trimPrefix "/" | quote }}
    local_dir: /var/lib/brand-monitor/dagster/compute_logs
    skip_empty_files: true
    upload_interval: 30
    {{- with $settings.S3_REGION }}
    region: {{ . | quote }}
    {{- end }}
    {{- with $settings.S3_ENDPOINT_URL }}
    endpoint_url: {{ . | quote }}
    {{- end }}
    {{- with $settings.S3_KMS_KEY_ID }}
    upload_extra_args: {ServerSideEncryption: "aws:kms", SSEKMSKeyId: {{ . | quote }}}
    {{- end }}
run_coordinator:
  module: dagster.core.run_coordinator
  class: QueuedRunCoordinator
  config:
    dequeue_use_threads: true
    dequeue_num_workers: 4
    max_user_code_failure_retries: 3
concurrency:
  runs:
    max_concurrent_runs: {{ .Values.concurrency.maxConcurrentRuns }}
    tag_concurrency_limits:
      # A day, and a day of an engine, never runs twice at once, whoever started it.
      - key: dagster/partition
        value: {applyLimitPerUniqueValue: true}
        limit: 1
      # A run of a range names no day, so there is one at a time: of two that overlap, one may have begun
      # with an older monitor file, and would leave a mixture of both.
      - {key: dagster/asset_partition_range_start, limit: 1}
      # The embedded model takes all cores that it gets.
      - {key: dagster/partition/engine, value: local, limit: 1}
      - {key: dagster/partition/engine, value: grounded, limit: 1}
  pools:
    default_limit: {{ .Values.concurrency.defaultPoolLimit }}
    granularity: op
run_monitoring:
  enabled: true
  start_timeout_seconds: {{ .Values.monitoring.startTimeoutSeconds }}
  cancel_timeout_seconds: 300
  poll_interval_seconds: {{ .Values.monitoring.pollIntervalSeconds }}
  max_runtime_seconds: {{ .Values.monitoring.maxRuntimeSeconds }}
  # A run is started again as a new one: only an executor of steps in pods could go on with the old one.
  max_resume_run_attempts: 0
  # A run that died in a pool holds its place so long; the one that is started in its stead waits for it.
  free_slots_after_run_end_seconds: 30
run_retries:
  enabled: true
  max_retries: {{ .Values.monitoring.maxRetries }}
  # A step that failed has asked for its own retries, or must not be retried.
  retry_on_asset_or_op_failure: false
schedules: {use_threads: true, num_workers: 4}
sensors: {use_threads: true, num_workers: 4}
backfills: {use_threads: true, num_workers: 2}
auto_materialize: {use_threads: true, num_workers: 2}
freshness: {enabled: true}
retention:
  schedule: {purge_after_days: {{ .Values.retention.scheduleTickDays }}}
  sensor:
    purge_after_days:
      skipped: {{ .Values.retention.skippedSensorTickDays }}
      started: {{ .Values.retention.sensorTickDays }}
      failure: {{ .Values.retention.sensorTickDays }}
      success: {{ .Values.retention.sensorTickDays }}
telemetry: {enabled: false}
{{- end -}}
