# Two commands: `make demo` shows it, `make test` proves it. Each fetches what it needs the first time:
# uv (into .uv/, when there is none), then the locked dependencies (into .venv/).
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
STAMP := .venv/.synced

.PHONY: demo test check crash bench generate clean

demo: $(STAMP)
	@.venv/bin/strata demo

test: check
	@echo "· tests"
	@.venv/bin/python -m pytest -n 4

check: $(STAMP)
	@echo "· style, types, layers, generated code, flows"
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/mypy --no-error-summary .
	@.venv/bin/lint-imports > .venv/lint-imports.log || (cat .venv/lint-imports.log; exit 1)
	@.venv/bin/strata contracts check
	@.venv/bin/strata wsdl check
	@.venv/bin/strata flows lint

crash: $(STAMP)
	@.venv/bin/python -m tests.crash_matrix

bench: $(STAMP)
	@.venv/bin/python -m bench

generate: $(STAMP)
	@.venv/bin/strata contracts generate

clean:
	rm -rf .venv .uv .strata

$(STAMP): pyproject.toml uv.lock | $(UV)
	@echo "· dependencies (locked; a minute the first time)"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(UV) sync --locked --python $(PYTHON)
	@touch $(STAMP)

.uv/bin/uv:
	@echo "· uv, which installs the rest (into .uv/)"
	@$(PYTHON) -m venv .uv
	@.uv/bin/pip install --quiet --disable-pip-version-check 'uv>=0.9'
