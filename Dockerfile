# The one image behind web, worker, beat, migrate and simulator. Nothing is fetched that has no hash in a lock.
FROM python:3.11-slim AS build
WORKDIR /app
COPY docker/build.sh docker/
COPY requirements/ requirements/
RUN sh docker/build.sh packages /venv
COPY . .
RUN sh docker/build.sh static /venv && /venv/bin/python -m compileall -q .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /app rcm && mkdir /simulator && chown rcm /simulator
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
# RCM_BOOTSTRAP: the environment is the image's own, manage.py builds none.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 RCM_BOOTSTRAP=off RCM_ENVIRONMENT=production
USER rcm
EXPOSE 8000
CMD ["gunicorn", "rcm.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", \
     "--worker-class", "gthread", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
