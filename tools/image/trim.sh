#!/bin/sh
# trim.sh VENV BACKEND - takes out of an environment what no process of the image reads, then compiles what is left.
# Every line says why its loss is not noticed; brand_monitor_tests/deploy/test_image.py runs what remains.
set -eu
venv=$1 backend=$2
cd "$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"

# The build backend makes the wheel of our package, and nothing at run time: it is kept beside the environment.
mkdir -p "$backend"
cp -r hatchling hatchling-*.dist-info editables trove_classifiers "$backend"
# `sqlglotc` and `sqlglotrs` (60 MB) speed up a parser that has the same code in Python and reads a few short models.
# `hf-xet` fetches weights from a hub: nothing here does.
uv pip uninstall --quiet --python "$venv" hatchling editables trove-classifiers sqlglotc sqlglotrs hf-xet

# litellm: the pages of its proxy server, and a native part (38 MB) that its loader does without when absent. What of
# the proxy imports fastapi (11 MB) cannot be imported anyhow: that package is an extra and is not in the lock.
rm -rf litellm/proxy/_experimental/out litellm/proxy/swagger litellm/proxy/_lazy_openapi_snapshot.json \
  litellm/rust_bridge/_native*.so
[ -d fastapi ] || grep -rlE --include='*.py' '^(from|import) fastapi' litellm/proxy | xargs rm -f
# kubernetes: a second copy of the whole client for asyncio, which nothing here imports (41 MB).
rm -rf kubernetes/aio
# botocore describes 400 services (28 MB): kept are those that this product, Dagster's resources and credentials call.
find botocore/data -mindepth 1 -maxdepth 1 -type d | grep -vE \
  '/(s3|sts|sso|sso-oidc|signin|secretsmanager|ssm|kms|rds|logs|sns|sqs|ses|sesv2)$' | xargs rm -rf
# babel knows 700 locales (30 MB): dbt's tables are printed with English numbers, and nothing else here asks it.
find babel/locale-data -name '*.dat' ! -name root.dat ! -name en.dat ! -name 'en_*.dat' -delete
# scipy: parts that neither the product nor the parts that it uses (sparse, special, stats) import (9 MB).
rm -rf scipy/cluster scipy/datasets scipy/fftpack scipy/io scipy/odr scipy/signal
# Source maps of the webserver's pages: for who debugs those pages.
find dagster_webserver -name '*.map' -delete
# Tests of those that bring many (30 MB). Not of all: `dagster._utils.test` is imported at run time, whatever its name.
find graphene greenlet jsonschema networkx numpy regex scipy tld websocket -type d -name tests -prune -exec rm -rf {} +
rm -rf alembic/testing sqlalchemy/testing
# C headers, type stubs and sources of extensions serve who compiles.
find . -type f \( -name '*.h' -o -name '*.hpp' -o -name '*.cpp' -o -name '*.pxd' -o -name '*.pxi' -o -name '*.pyx' \
  -o -name '*.pyi' -o -name '*.a' \) -delete

# Symbols of libraries (175 MB, half of them in xllamacpp). Not those in `*.libs`: their load segments were moved when
# the wheel was made, and strip may break them.
find . -name '*.so' -not -path '*.libs/*' -exec strip --strip-unneeded {} +

# The package itself and the embedded model's weights are copied beside the environment, each as a layer of its own.
printf '/app\n/opt/model\n' > app.pth

# Unchecked: the layers are read-only, so a source never differs from its bytecode.
compile='-m compileall -q --invalidation-mode unchecked-hash'
# Of the Kubernetes client the generated part is kept as bytecode alone (20 MB of sources that nobody reads). With its
# docstrings: the client's `watch` reads the type of an answer from them.
"$venv/bin/python" $compile -b -j 0 kubernetes/client/api kubernetes/client/models
find kubernetes/client/api kubernetes/client/models -name '*.py' -delete
# Of the rest, what a process imports (bytecode.py); what is not in its list is compiled when it is imported.
"$venv/bin/python" "$(dirname "$0")/bytecode.py" > /tmp/imported
xargs -n 400 -P "$(nproc)" "$venv/bin/python" $compile < /tmp/imported
