#!/bin/sh
# The steps by which the image is made; the Dockerfile runs them, and .ci/image_steps in a bare folder as well.
#   docker/build.sh packages VENV   install the locked packages into a new environment
#   docker/build.sh static VENV     fetch the front end and collect the static files
set -eu
step=$1
venv=$2
cd "$(dirname "$0")/.."

case $step in
packages)
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/prod.txt
    ;;
static)
    python3 manage.py assets
    # Settings must be complete to be read; nothing behind these addresses is asked, and none of it is kept.
    RCM_BOOTSTRAP=off RCM_ENVIRONMENT=production ALLOWED_HOSTS=localhost \
        SECRET_KEY=0000000000-only-for-this-step-0000000000-never-kept-0000000000 \
        DATABASE_URL=postgresql://nobody@127.0.0.1:9/nothing REDIS_URL=redis://127.0.0.1:9/0 \
        "$venv/bin/python" manage.py collectstatic --noinput --verbosity 0
    rm -rf .local/stamps .local/boot .local/log
    ;;
*)
    echo "unknown step: $step" >&2
    exit 2
    ;;
esac
