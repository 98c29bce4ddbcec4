# One image for every service: `docker compose` says which API each container serves.
FROM python:3.11.14-slim-bookworm AS build
COPY --from=ghcr.io/astral-sh/uv:0.9.9 /uv /bin/uv
WORKDIR /src
ENV UV_PROJECT_ENVIRONMENT=/opt/strata UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --extra postgresql --no-install-project
COPY . .
RUN uv sync --locked --no-dev --extra postgresql --no-editable

FROM python:3.11.14-slim-bookworm
RUN useradd --uid 10001 --create-home strata && install -d -o strata /var/lib/strata
COPY --from=build /opt/strata /opt/strata
COPY --from=build /src/config /etc/strata
ENV PATH=/opt/strata/bin:$PATH PYTHONUNBUFFERED=1
USER strata
EXPOSE 8000
ENTRYPOINT ["strata"]
CMD ["serve", "--config", "/etc/strata/compose.yaml"]
