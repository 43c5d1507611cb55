# One image for every room; what a container does is its command (see docker-compose.yml).
ARG PYTHON=python:3.12-slim-bookworm
FROM ${PYTHON} AS build
WORKDIR /src
COPY requirements requirements
RUN python -m venv /opt/kiemtin \
 && /opt/kiemtin/bin/pip install --no-cache-dir --require-hashes -r requirements/run.lock -r requirements/build.lock
COPY setup.py pyproject.toml MANIFEST.in README.md kiemtin.py ./
COPY db db
COPY crawler crawler
COPY classifier classifier
COPY review_ui review_ui
# nothing that installs stays in the image
RUN /opt/kiemtin/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
 && /opt/kiemtin/bin/pip uninstall --yes --quiet setuptools pip

FROM ${PYTHON}
# chromium-headless-shell: screenshots of evidence; liberation2: the metrics of Times New Roman with every Vietnamese letter
RUN apt-get update \
 && apt-get install -y --no-install-recommends chromium-headless-shell chromium-sandbox fonts-liberation2 fonts-noto-cjk openssl \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home --home-dir /var/lib/kiemtin kiemtin
COPY --from=build /opt/kiemtin /opt/kiemtin
ENV PATH=/opt/kiemtin/bin:$PATH KIEMTIN_HOME=/var/lib/kiemtin PYTHONUNBUFFERED=1
USER kiemtin
VOLUME /var/lib/kiemtin
EXPOSE 8000
CMD ["kiemtin", "web", "--host", "0.0.0.0", "--port", "8000"]
