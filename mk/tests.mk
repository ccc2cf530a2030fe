# SPDX-License-Identifier: GPL-3.0-or-later
# Tests: every test file is a program that prints TAP; prove runs them through tests/lib/run_test.
#   tests/unit/ROOM/test_X.c    -> $(O)/tests/ROOM/test_X
#   tests/{ui,faults,bench}/X.c -> $(O)/tests/{ui,faults,bench}/X; X_preload.c -> X_preload.so
#   tests/fuzz/fuzz_X.c         -> $(O)/san/fuzz/replay_X, and for `make fuzz` $(O)/fuzz/fuzz_X
#   tests/{cmd,servers,ui,faults,lint}/t_*                       as they are

# Tests wait more than they work: three for two processors.
AT_ONCE = $(shell expr $(JOBS) + \( $(JOBS) + 1 \) / 2)
PROVE = PENFOLD_BUILD='$(abspath $(O))' PENFOLD_SOURCE='$(CURDIR)' prove -f -j$(AT_ONCE) --exec tests/lib/run_test
STATE = --statefile='$(abspath $(O))/prove.state'

UNIT := $(patsubst tests/unit/%.c,$(O)/tests/%,$(wildcard tests/unit/*/test_*.c))
DRIVERS := $(patsubst tests/%_preload.c,$(O)/tests/%_preload.so,$(wildcard tests/faults/*_preload.c)) \
	$(patsubst tests/%.c,$(O)/tests/%,$(filter-out %_preload.c,$(wildcard tests/ui/*.c tests/faults/*.c)))
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAY := $(FUZZ:%=$(O)/san/fuzz/replay_%)
CMD_TESTS := $(wildcard tests/cmd/t_*)
SERVER_TESTS := $(wildcard tests/servers/t_*)
UI_TESTS := $(wildcard tests/ui/t_*.sh tests/ui/t_*.py)
FAULT_TESTS := $(wildcard tests/faults/t_*)
LINT_TESTS := $(wildcard tests/lint/t_*)

# ---- building them

# A unit test is linked to its room and the floors that the room stands on, and to nothing else.
# g_assert_cmpmem() takes lengths as int.
UNIT_base := base
UNIT_lookup := base lookup
UNIT_picture := base picture
UNIT_mime := base mime
UNIT_auth := base lookup mime auth
UNIT_crypto := base mime crypto
UNIT_store := base mime store
UNIT_net := base lookup mime net
UNIT_client := base client
UNIT_ui := base client ui
define unit_rule
$(O)/tests/$(1)/%: tests/unit/$(1)/%.c $(UNIT_$(1):%=$(O)/lib%.a) $(O)/flags
	@mkdir -p $$(@D)
	$$(call SHOW,CC,$$<)
	$(Q)$$(CC) $$(ALL_CFLAGS) -Wno-conversion -Wno-sign-conversion -MMD -MP $$(ALL_LDFLAGS) -o $$@ $$< -Wl,--start-group $(UNIT_$(1):%=$(O)/lib%.a) \
	    -Wl,--end-group $$(LIBS)
endef
$(foreach r,$(ROOMS),$(eval $(call unit_rule,$(r))))

$(O)/tests/%_preload.so: tests/%_preload.c $(O)/flags
	@mkdir -p $(@D)
	$(call SHOW,CC,$<)
	$(Q)$(CC) $(filter-out -fPIE,$(ALL_CFLAGS)) -D_GNU_SOURCE -fPIC -shared -MMD -MP -o $@ $< -ldl

$(O)/tests/%: tests/%.c $(ARCHIVES) $(O)/flags
	@mkdir -p $(@D)
	$(call SHOW,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) -o $@ $< $(LINK_ARCHIVES) $(LIBS) -lutil

# ---- running them

.PHONY: check check-run check-unit check-sanitize check-servers check-ui check-faults fuzz-replay
check: ## build and run every test; installs what is missing first (DEPS=no: only names it)
	@$(DEPS_RUN) build check
	@$(SUBMAKE) check-build
	@$(MAKE) --no-print-directory check-run

.PHONY: check-build check-programs
check-programs: all $(UNIT) $(DRIVERS) ## build what the tests run, without the sanitizers' build
check-build: check-programs
	@$(MAKE) --no-print-directory O='$(O)/san' SAN=1 replay-programs

# The long ones first. Those that hold the screen to its milliseconds come last, one at a time, when nothing else runs.
TIMED := tests/ui/t_{ahead,backlog,feel,journey,latency,latency_busy,mail,offline,stalled,sync,typeahead,within}.*
check-run:
	@start=$$(date +%s); $(PROVE) $(STATE) --state=save --rules='seq=$(TIMED)' --rules='par=**' \
	    $(FAULT_TESTS) $(SERVER_TESTS) $(CMD_TESTS) $(REPLAY) $(UNIT) $(UI_TESTS); status=$$?; \
	echo "make check took $$(($$(date +%s) - start)) s after the build"; exit $$status

check-again: ## run what failed in the last `make check` once more
	$(PROVE) -j1 $(STATE) --state=failed,save
.PHONY: check-again

check-unit: all $(UNIT) ## the unit tests alone
	$(PROVE) $(UNIT)

check-sanitize: ## the unit tests under AddressSanitizer and UBSan
	@$(SUBMAKE) O='$(O)/san' SAN=1 check-unit

check-servers: all $(DRIVERS) ## the tests against real servers alone
	$(PROVE) $(SERVER_TESTS)

check-cmd: all $(DRIVERS) ## the tests of the command line, the demo and the man pages alone
	$(PROVE) $(CMD_TESTS)
.PHONY: check-cmd

check-faults: all $(DRIVERS) ## the tests that kill and fail the programs alone
	$(PROVE) $(FAULT_TESTS)

check-ui: all $(DRIVERS) ## the tests of the screen alone
	$(PROVE) $(UI_TESTS)

lint: check-build ## layers, banned functions, lengths, words, cppcheck
	@$(DEPS_RUN) lint
	$(PROVE) $(LINT_TESTS)
.PHONY: lint

metrics: ## lengths of functions and files, by room
	@tests/lint/metrics.py src
.PHONY: metrics

format: ## lay out the sources by .clang-format
	@$(DEPS_RUN) format
	clang-format -i $(wildcard src/*/*.[ch] tests/*/*.[ch] tests/unit/*/*.[ch])
format-check: ## say which sources are not laid out so
	@$(DEPS_RUN) format
	clang-format -n -Werror $(wildcard src/*/*.[ch] tests/*/*.[ch] tests/unit/*/*.[ch])
.PHONY: format format-check

# ---- fuzzing; the corpora are replayed by `make check` without clang

fuzz-replay: ## feed the fuzzers' corpora to the parsers under ASan and UBSan
	@$(SUBMAKE) O='$(O)/san' SAN=1 replay-programs
	$(PROVE) $(REPLAY)

# in the make inside, where O is the sanitized build
.PHONY: replay-programs
replay-programs: $(FUZZ:%=$(O)/fuzz/replay_%)
$(O)/fuzz/replay_%: tests/fuzz/fuzz_%.c tests/fuzz/replay_main.c $(HELPER_ARCHIVES) $(O)/flags
	@mkdir -p $(@D)
	$(call SHOW,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< tests/fuzz/replay_main.c $(LINK_HELPER) $(LIBS)

SECONDS ?= 60
FUZZ_FLAGS := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
.PHONY: fuzz fuzz-programs
fuzz: ## build the fuzzers with clang and run them (T=name for one, SECONDS=60 for each)
	@$(DEPS_RUN) build fuzz
	@$(SUBMAKE) O='$(O)/clang' CC=clang CFLAGS='$(FUZZ_FLAGS) -U_FORTIFY_SOURCE $(CFLAGS)' fuzz-programs
	@O='$(O)/clang' tests/fuzz/run.sh '$(SECONDS)' $(or $(T),$(FUZZ))

fuzz-programs: $(FUZZ:%=$(O)/fuzz/fuzz_%)
$(O)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(HELPER_ARCHIVES) $(O)/flags
	@mkdir -p $(@D)
	$(call SHOW,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $< $(LINK_HELPER) $(LIBS)

# ---- measuring

bench: all $(O)/tests/bench/bench_dkim $(O)/tests/faults/fault_preload.so ## measure against the peers that are installed, all in one run
	@PENFOLD_BUILD='$(abspath $(O))' tests/bench/bench.py $(BENCH)
.PHONY: bench
