{{/* Where PgBouncer is reached. */}}
{{- define "brand-monitor.pooler" -}}
{{- printf "%s-pgbouncer:6432" (include "brand-monitor.fullname" .) -}}
{{- end -}}

{{/* Dagster's storage of all pods but the migrations, which ask the server itself. */}}
{{- define "brand-monitor.pooledStorage" -}}
storage:
  custom:
    module: brand_monitor.pooled_storage
    class: PooledPostgresStorage
    config:
      postgres_url: {env: DAGSTER_DATABASE_URL}
      pooler: {{ include "brand-monitor.pooler" . | quote }}
{{- end -}}
