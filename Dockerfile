# The packages are installed in one stage and only carried over into the other: no pip cache, no build tools.
FROM python:3.12-slim AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/fanfare
COPY requirements.lock /tmp/requirements.lock
RUN /opt/fanfare/bin/pip install --require-hashes -r /tmp/requirements.lock
COPY . /app
RUN /opt/fanfare/bin/python -m compileall -q /app

FROM python:3.12-slim
RUN groupadd --gid 10001 fanfare \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin fanfare \
 && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=packages /opt/fanfare /opt/fanfare
COPY --from=packages /app /app
# Compiled above, so nothing has to be written into the image; only /data is.
ENV PATH=/opt/fanfare/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FANFARE_DATA_DIR=/data \
    FANFARE_HOST=0.0.0.0 \
    FANFARE_PORT=8080
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['FANFARE_PORT'] + '/healthz', timeout=4)"]
# Run, not installed: see docs/decisions/0012-run-not-installed.md
ENTRYPOINT ["python", "-m", "fanfare"]
CMD ["run"]
