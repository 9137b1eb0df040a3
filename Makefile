# The project's commands. `make` alone lists them.
PYTHON ?= python3
STAGE ?= dev
export PORT EMULATOR_PORT

BIN := .venv/bin
# What each environment was made of last; what runs and deploys needs little of what the tests need.
RUN := .venv/made-to-run
DEV := .venv/made-to-test
EMULATOR := .venv-emulator/made
STAGES := local dev prod

.DEFAULT_GOAL := help
.PHONY: help openapi run test check bench package deploy destroy format clean lint template security

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUN) $(EMULATOR) ## run the service at http://localhost:8000 (PORT= and EMULATOR_PORT= change the ports)
	@$(BIN)/python -m infra.local

test: $(DEV) $(EMULATOR) node_modules/made ## run every test that needs no Docker
	@$(BIN)/pytest -n 2 --dist loadfile

check: lint template security test ## run what CI runs: style, types, templates, security, tests

bench: $(DEV) $(EMULATOR) ## measure the service beside its peer and write benchmarks/README.md
	@$(BIN)/python -m benchmarks

package: $(RUN) ## write the template and the zips of STAGE to build/, without any account
	@$(BIN)/python -m infra.package $(STAGE)

deploy: $(RUN) ## deploy STAGE=dev or prod to AWS; PARAMETERS='AlarmEmail=me@example.org' sets the template's
	@$(BIN)/python -m infra.deploy $(STAGE) $(PARAMETERS)

destroy: $(RUN) ## delete STAGE from AWS; prod keeps its table
	@$(BIN)/python -m infra.deploy $(STAGE) --destroy

format: $(DEV) ## put the code in the project's style
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

openapi: $(DEV) ## write docs/openapi.json
	@$(BIN)/python -m infra.openapi

clean: ## delete what these commands made, the tasks of `make run` included
	rm -rf .venv .venv-emulator .venv-peer build .state node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

template: $(DEV)
	@for stage in $(STAGES); do $(BIN)/python -m infra.package $$stage || exit 1; done
	$(BIN)/cfn-lint $(STAGES:%=build/%/template.json)

# pip-audit asks the package index for known vulnerabilities, which a machine without a network cannot.
security: $(DEV)
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml app.py chalicelib infra
	@if $(BIN)/python -c "import urllib.request as r; r.urlopen('https://pypi.org/pypi/pip/json', timeout=5)" 2>/dev/null; \
	then for file in layer deploy emulator; do \
		$(BIN)/pip-audit --progress-spinner off --no-deps --disable-pip -r infra/$$file-requirements.txt || exit 1; \
	done; \
	else echo "pip-audit: the package index cannot be reached from here, nothing audited"; fi

# Environments. Each is made anew only when the file that pins it changes.
$(RUN): infra/deploy-requirements.txt
	@$(call make-venv,.venv,infra/deploy-requirements.txt)

$(DEV): requirements-dev.txt requirements.txt infra/layer-requirements.txt infra/deploy-requirements.txt
	@$(call make-venv,.venv,requirements-dev.txt)

$(EMULATOR): infra/emulator-requirements.txt
	@$(call make-venv,.venv-emulator,infra/emulator-requirements.txt)

define make-venv
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	|| { echo "make: $(PYTHON) is not Python 3.11 or later: install one (apt-get install python3) or name one with PYTHON=."; exit 1; }
$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	|| { echo "make: Python cannot make environments here: apt-get install python3-venv"; exit 1; }
echo "making $(1) from $(2)"
test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
$(1)/bin/pip install --disable-pip-version-check -r $(2) \
	|| { echo "make: $(1) is not complete: see pip's message above, check the network, and run make again."; exit 1; }
touch $@
endef

# axe-core for the page's accessibility test and DynamoDB Local; what needs them is skipped where there is no npm.
node_modules/made: package-lock.json
	@if command -v npm > /dev/null; then npm ci --silent --ignore-scripts --no-audit --no-fund; else mkdir -p node_modules; fi
	@touch $@
