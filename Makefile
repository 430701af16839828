# make check is what a change has to pass; the other targets are its parts and
# what takes longer.

GO       ?= go
FUZZTIME ?= 20s
BENCH    ?=
# of make test: -race, -v, -run ...
TESTFLAGS ?=

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.7.0

.PHONY: build test test-none test-clients examples bench bench-wire bench-worker storm fuzz lint check

build:
	$(GO) build ./...
	$(GO) build -o bin/csvsql ./cmd/csvsql

test:
	$(GO) test $(TESTFLAGS) ./...

# What is served is the same without a process for the engine: everything that
# starts a server. So are the clients: CSVSQL_ISOLATION=none make test-clients.
test-none:
	CSVSQL_ISOLATION=none $(GO) test -count=1 . ./cmd/csvsql ./internal/pgtest ./internal/difftest

# Real clients, over sockets, against the built command. A client that cannot be
# installed here is named as SKIPPED.
test-clients:
	$(GO) test -count=1 -v -timeout 30m ./internal/clients -install

# The modules with dependencies of their own. Each example runs as its README says;
# -count=1 because the go command does not see that the tests depend on the programs.
examples:
	cd examples && $(GO) vet ./... && $(GO) test -count=1 ./...
	cd internal/bench/peers && $(GO) vet ./... && $(GO) test ./...

# make bench BENCH='-run select -rows 200000'
bench:
	$(GO) run ./internal/bench $(BENCH)

# The protocol alone, beside other Go servers of it.
bench-wire:
	$(GO) run ./internal/bench/peers $(BENCH)

# csvsql with its engine in the server's process, and in one of its own.
bench-worker:
	$(GO) run ./internal/bench -worker -run '^(select|lookup|groupby|first-row|cancel|restart)' $(BENCH)

# The engine's process is killed 500 times under all kinds of sessions. With
# TESTFLAGS='-storm-workers user' it is that of a user.
storm:
	$(GO) test -count=1 -v -timeout 20m -run '^TestStorm$$' . -storm 500 $(TESTFLAGS)

# Every fuzz target there is, FUZZTIME each.
fuzz:
	@set -e; for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "fuzz $$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

lint:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
		if [ -n "$$unformatted" ]; then echo "not formatted by gofmt:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	@if $(GO) run $(STATICCHECK) -version >/dev/null 2>&1; then \
		echo $(GO) run $(STATICCHECK) ./...; $(GO) run $(STATICCHECK) ./...; \
	else \
		echo "SKIPPED staticcheck: $(STATICCHECK) cannot be had from the module proxy"; \
	fi

check: TESTFLAGS = -race
check: lint build test test-none test-clients examples
