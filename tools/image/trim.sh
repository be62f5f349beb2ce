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

# litellm: the pages of its proxy server, and a native part (38 MB) that its loader does without when absent.
rm -rf litellm/proxy/_experimental/out litellm/rust_bridge/_native*.so
# kubernetes: a second copy of the whole client for asyncio, which nothing here imports (41 MB).
rm -rf kubernetes/aio
# botocore describes 400 services (28 MB): kept are those that this product, Dagster's resources and credentials call.
find botocore/data -mindepth 1 -maxdepth 1 -type d | grep -vE \
  '/(s3|sts|sso|sso-oidc|signin|secretsmanager|ssm|kms|rds|logs|sns|sqs|ses|sesv2)$' | xargs rm -rf
# Source maps of the webserver's pages: for who debugs those pages.
find dagster_webserver -name '*.map' -delete
# Tests of the two that bring many (20 MB). Not of all: `dagster._utils.test` is imported at run time, whatever its name.
find numpy scipy -type d -name tests -prune -exec rm -rf {} +
# C headers, type stubs and sources of extensions serve who compiles.
find . -type f \( -name '*.h' -o -name '*.hpp' -o -name '*.pxd' -o -name '*.pyx' -o -name '*.pyi' -o -name '*.a' \) -delete

# Symbols of large libraries (165 MB, half of them in xllamacpp). Not those in `*.libs`: their load segments were
# moved when the wheel was made, and strip may break them.
find . -name '*.so' -size +2M -not -path '*.libs/*' -exec strip --strip-unneeded {} +

# The package itself is copied beside the environment.
echo /app > app.pth

# Unchecked: the layers are read-only, so a source never differs from its bytecode. Left out are two parts that no
# process here imports.
"$venv/bin/python" -m compileall -q -j 0 --invalidation-mode unchecked-hash -x 'litellm/proxy/|numpy/f2py/' .
