# SPDX-License-Identifier: GPL-2.0-or-later
# How tests are built and run; included by the Makefile.

FIXTURES := $(filter-out common,$(patsubst tests/fixture/%.c,%,$(wildcard tests/fixture/*.c))) \
	$(patsubst tests/fixture/%/,%,$(wildcard tests/fixture/*/))
LABS := $(patsubst tests/lab/%.c,%,$(wildcard tests/lab/*.c))
UNITS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*_test.c))
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*_fuzz.c))

FIXTURE_BINARIES := $(FIXTURES:%=$(BUILD)/tests/fixture/%)
LAB_BINARIES := $(LABS:%=$(BUILD)/tests/lab/%)
PRELOADS := $(patsubst tests/preload/%.c,$(BUILD)/tests/preload/%.so,$(wildcard tests/preload/*.c))
UNIT_BINARIES := $(UNITS:%=$(BUILD)/tests/unit/%)
REPLAY_BINARIES := $(COMMANDS:%=$(BUILD)/tests/replay/%)
CORPUS_BINARIES := $(FUZZERS:%=$(BUILD)/tests/corpus/%)

test_objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard $(1)))

define fixture_rule
$(BUILD)/tests/fixture/$(1): $(call test_objects,tests/fixture/$(1).c tests/fixture/$(1)/*.c \
		tests/fixture/common.c) $(BUILD)/lib/libnetsonde.a
	$$(call say,LD,$$@)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(CFLAGS_ALL) $$(LDFLAGS_ALL) -o $$@ $$^
-include $(patsubst %.o,%.d,$(call test_objects,tests/fixture/$(1).c tests/fixture/$(1)/*.c))
endef
$(foreach fixture,$(FIXTURES),$(eval $(call fixture_rule,$(fixture))))

$(LAB_BINARIES): $(BUILD)/tests/lab/%: $(BUILD)/obj/tests/lab/%.o
	$(call say,LD,$@)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^

# What takes the place of something in the C library while a command is tested.
$(PRELOADS): $(BUILD)/tests/preload/%.so: tests/preload/%.c
	$(call say,LD,$@)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -fPIC -shared -o $@ $<

# What unit tests and fuzz targets share: files to read from, output caught, judges of output.
SUPPORT := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out %_test.c,$(wildcard tests/unit/*.c)))

-include $(patsubst %.c,$(BUILD)/obj/%.d,$(wildcard tests/unit/*.c tests/replay/*.c tests/fuzz/*.c))

# Unit tests: cmocka over the library.
$(UNIT_BINARIES): $(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(SUPPORT) \
		$(BUILD)/lib/libnetsonde.a
	$(call say,LD,$@)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LIB_LIBS) -lcmocka

# The commands as they are, but for where netlink comes from: recordings (tests/replay/nl_link.c takes
# the place of lib/host/nl_link.c), for the number of sockets, which is unknown (sockstat.c), and for a
# clock that can be set (step.c). They are never installed.
define replay_rule
$(BUILD)/tests/replay/$(1): $(BUILD)/obj/tests/replay/nl_link.o $(BUILD)/obj/tests/replay/step.o \
		$(BUILD)/obj/tests/replay/sockstat.o \
		$(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard cmd/$(1).c cmd/$(1)/*.c)) \
		$(BUILD)/lib/libnetsonde.a
	$$(call say,LD,$$@)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(CFLAGS_ALL) $$(LDFLAGS_ALL) -o $$@ $$^ $$(LIB_LIBS) $$(call own_libs,$(1))
endef
$(foreach command,$(COMMANDS),$(eval $(call replay_rule,$(command))))

LIBS_capture_fuzz = $(if $(HAS_PCAP),libpcap)

# The fuzz targets without a fuzzer: each reads the committed corpus once.
$(CORPUS_BINARIES): $(BUILD)/tests/corpus/%: $(BUILD)/obj/tests/fuzz/%.o \
		$(BUILD)/obj/tests/fuzz/read_corpus.o $(SUPPORT) $(BUILD)/lib/libnetsonde.a
	$(call say,LD,$@)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LIB_LIBS) $(call own_libs,$(@F))

UNIT_ALL := $(UNIT_BINARIES) $(REPLAY_BINARIES) $(CORPUS_BINARIES)
TEST_ALL := $(UNIT_ALL) $(FIXTURE_BINARIES) $(LAB_BINARIES) $(PRELOADS)

.PHONY: test-programs
test-programs: all $(TEST_ALL)

check: all $(TEST_ALL)
	$(Q)NETSONDE_BUILD=$(abspath $(BUILD)) tests/check all

check-full: all $(TEST_ALL)
	$(Q)NETSONDE_BUILD=$(abspath $(BUILD)) tests/check full

.PHONY: unit-programs
unit-programs: $(UNIT_ALL)

check-unit: all $(UNIT_ALL)
	$(Q)NETSONDE_BUILD=$(abspath $(BUILD)) tests/check unit

lint: all
	$(Q)$(MAKE) --no-print-directory -Bn V=1 all > $(BUILD)/build.log
	$(Q)BUILD_LOG=$(abspath $(BUILD))/build.log \
		CLANG_TIDY_FLAGS="$(CPPFLAGS_ALL) -std=gnu17" tests/lint/run . $(COMMANDS:%=$(BUILD)/bin/%)

# Everything once more under AddressSanitizer and UndefinedBehaviorSanitizer.
asan:
	$(Q)$(MAKE) BUILD=$(BUILD)-asan FORTIFY= CFLAGS="-O1 -g -fno-omit-frame-pointer" \
		SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=all" check

# What the tests run of the library: lines and branches, by gcov. What is not reached is listed with
# its reason in tests/uncovered.
.PHONY: coverage
coverage:
	$(Q)$(MAKE) BUILD=$(BUILD)-coverage FORTIFY= CFLAGS="-O0 -g" SANITIZE=--coverage test-programs
	$(Q)chmod -R a+rwX $(BUILD)-coverage # nobody runs commands, too
	-$(Q)umask 0; $(MAKE) BUILD=$(BUILD)-coverage FORTIFY= CFLAGS="-O0 -g" SANITIZE=--coverage \
		check > $(BUILD)-coverage/check.log 2>&1; tail -n 1 $(BUILD)-coverage/check.log
	$(Q)tests/coverage $(BUILD)-coverage

# libFuzzer, FUZZ_S seconds a target, FUZZ_JOBS targets at a time.
FUZZ_S ?= 60
FUZZ_JOBS ?= 1
FUZZ_BINARIES := $(FUZZERS:%=$(BUILD)/tests/fuzz/%)

$(FUZZ_BINARIES): $(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(SUPPORT) \
		$(BUILD)/lib/libnetsonde.a
	$(call say,LD,$@)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -fsanitize=fuzzer $(LDFLAGS_ALL) -o $@ $^ $(LIB_LIBS) $(call own_libs,$(@F))

.PHONY: fuzz-run
fuzz-run: $(FUZZ_BINARIES)
	$(Q)FUZZ_S=$(FUZZ_S) FUZZ_JOBS=$(FUZZ_JOBS) tests/fuzz/run $^

fuzz:
	$(Q)$(MAKE) BUILD=$(BUILD)-fuzz CC=clang FORTIFY= CFLAGS="-O1 -g -fno-omit-frame-pointer" \
		SANITIZE="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" fuzz-run

bench: all $(FIXTURE_BINARIES)
	$(Q)NETSONDE_BUILD=$(abspath $(BUILD)) bench/run

# The library and its unit tests on other kinds of machine, 32-bit and big-endian ones among them.
.PHONY: cross
cross:
	$(Q)for arch in i386 arm64 s390x; do tests/cross/run $$arch $(BUILD)-$$arch || exit; done
