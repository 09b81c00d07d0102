# SPDX-License-Identifier: GPL-2.0-or-later
# netsonde: six network diagnostic commands over one library. GNU make.
#
#   make                 build the commands in $(BUILD)/bin
#   make install         DESTDIR= PREFIX=/usr/local
#   make deps GOAL...    install, as root, the Debian packages that the goals need
#   make demo            what netsonde shows of this very host
#   make check           every test, under ten minutes; check-full for every measure
#   make check-unit      the tests that need neither network, root nor namespaces
#   make lint asan fuzz bench completions clean
#
# V=1 shows commands, CC=clang is fine, BUILD=folder builds elsewhere.

# --- packages ---------------------------------------------------------------------------------------
DEPS := gcc libc6-dev pkg-config libmnl-dev libcap-dev
DEPS_check := bats bats-support bats-assert libcmocka-dev iproute2 iputils-ping iputils-arping \
	fping net-tools nftables procps jq libpcap-dev libseccomp-dev mandoc monitoring-plugins-common \
	shellcheck strace libcap2-bin \
	libgssapi-krb5-2 libpcre2-8-0 libwrap0 openssh-client
DEPS_lint := $(DEPS_check) clang clang-format clang-tidy cppcheck
DEPS_asan := $(DEPS_check)
DEPS_fuzz := clang libclang-rt-14-dev libpcap-dev libseccomp-dev
DEPS_bench := iproute2 iputils-ping fping tshark net-tools lsof time nmap hping3 traceroute jq
DEPS_deb := debhelper libmnl-dev libcap-dev libpcap-dev libseccomp-dev libcmocka-dev bats jq fakeroot \
	dpkg-dev lintian
DEPS_rpm := rpm rpmlint libpcap-dev libseccomp-dev
DEPS_coverage := $(DEPS_check) gcovr
DEPS_cross := qemu-user gcc-i686-linux-gnu libc6-dev-i386-cross gcc-aarch64-linux-gnu \
	libc6-dev-arm64-cross gcc-s390x-linux-gnu libc6-dev-s390x-cross
DEPS_check-full := $(DEPS_check) tshark valgrind
# Packages that would start a service: unpacked into the build folder instead, for one tool each.
UNPACK_check := nginx openssh-server
UNPACK_check-full := $(UNPACK_check) prometheus

ifneq ($(filter deps,$(MAKECMDGOALS)),)
# The goals beside deps are made by a make of their own, which sees what was installed.
GOALS := $(filter-out deps,$(MAKECMDGOALS))

.PHONY: deps $(GOALS)
deps:
	@packaging/install-deps $(sort $(DEPS) $(foreach goal,$(GOALS),$(DEPS_$(goal))))
	@packaging/unpack-deps $(or $(BUILD),build)/unpacked $(foreach goal,$(GOALS),$(UNPACK_$(goal)))

$(GOALS): deps
	@$(MAKE) --no-print-directory $@
else

BUILD ?= build
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d
INSTALL ?= install
PKG_CONFIG ?= pkg-config

COMMANDS := netconn netroute netarp netping netshake netsyn
LIBS := libmnl libcap

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes
CFLAGS ?= -O2 -g
CFLAGS_ALL = -std=gnu17 $(WARNINGS) $(WERROR) -fPIE $(HARDENING) $(SANITIZE) $(CFLAGS)
# Where long has 32 bits, times and file sizes have 64 all the same.
CPPFLAGS_ALL = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -Ilib $(LIB_CFLAGS) $(FORTIFY) $(CPPFLAGS)
LDFLAGS_ALL = -pie -pthread -Wl,-z,relro,-z,now,--as-needed $(SANITIZE) $(LDFLAGS)

ARCH := $(shell $(CC) -dumpmachine 2>/dev/null | cut -d- -f1)
HARDENING := -fstack-protector-strong -fstack-clash-protection
ifneq ($(filter x86_64 i%86,$(ARCH)),)
HARDENING += -fcf-protection
endif
FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2

# What may be missing: auto, yes or no. Packages say yes or no.
#   PCAP      libpcap: capture files are read, by the commands that read them alone
#   SECCOMP   libseccomp: commands that read packets keep to the system calls they need
PCAP ?= auto
SECCOMP ?= auto
has = $(if $(filter auto,$(1)),$(shell $(PKG_CONFIG) --exists $(2) && echo yes),$(filter yes,$(1)))
LIBS_netarp = $(if $(HAS_PCAP),libpcap)
LIBS_netshake = $(if $(HAS_PCAP),libpcap)

# Cleaning up needs no libraries.
ifneq ($(filter-out clean,$(or $(MAKECMDGOALS),all)),)
HAS_PCAP := $(call has,$(PCAP),libpcap)
# Sanitizers make system calls of their own.
HAS_SECCOMP := $(if $(SANITIZE),,$(call has,$(SECCOMP),libseccomp))
LIBS += $(if $(HAS_SECCOMP),libseccomp)
LIB_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(LIBS)) $(if $(HAS_PCAP),-DHAVE_LIBPCAP) \
	$(if $(HAS_SECCOMP),-DHAVE_LIBSECCOMP)
own_libs = $(if $(LIBS_$(1)),$(shell $(PKG_CONFIG) --libs $(LIBS_$(1))))
LIB_LIBS := $(shell $(PKG_CONFIG) --libs $(LIBS))
endif

ifeq ($(V),1)
Q :=
say :=
else
Q := @
say = @printf '  %-7s %s\n' $(1) $(2);
endif

.DELETE_ON_ERROR:
.PHONY: all install clean demo check check-full check-unit lint asan fuzz bench completions

all: $(COMMANDS:%=$(BUILD)/bin/%)

include tests/tests.mk
include packaging/packages.mk

# --- the library and the commands -------------------------------------------------------------------
LIB_SOURCES := $(wildcard lib/*/*.c)
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/obj/%.o)
LIBRARY := $(BUILD)/lib/libnetsonde.a

command_sources = $(wildcard cmd/$(1).c cmd/$(1)/*.c)
command_objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(call command_sources,$(1)))

$(BUILD)/obj/%.o: %.c
	$(call say,CC,$<)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(LIBRARY): $(LIB_OBJECTS)
	$(call say,AR,$@)mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

define command_rule
$(BUILD)/bin/$(1): $(call command_objects,$(1)) $(LIBRARY)
	$$(call say,LD,$$@)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(CFLAGS_ALL) $$(LDFLAGS_ALL) -o $$@ $$^ $$(LIB_LIBS) $$(call own_libs,$(1))
endef
$(foreach command,$(COMMANDS),$(eval $(call command_rule,$(command))))

-include $(LIB_OBJECTS:.o=.d) $(foreach command,$(COMMANDS),$(patsubst %.o,%.d,$(call command_objects,$(command))))

# --- installing -------------------------------------------------------------------------------------
install: all
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man7 $(DESTDIR)$(MANDIR)/man8 \
		$(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR)
	$(INSTALL) -m 755 $(COMMANDS:%=$(BUILD)/bin/%) $(DESTDIR)$(BINDIR)
	$(INSTALL) -m 644 $(COMMANDS:%=man/%.8) $(DESTDIR)$(MANDIR)/man8
	$(INSTALL) -m 644 man/netsonde.7 $(DESTDIR)$(MANDIR)/man7
	$(INSTALL) -m 644 $(COMMANDS:%=completions/bash/%) $(DESTDIR)$(BASHDIR)
	$(INSTALL) -m 644 $(COMMANDS:%=completions/zsh/_%) $(DESTDIR)$(ZSHDIR)
	$(INSTALL) -m 644 $(COMMANDS:%=completions/fish/%.fish) $(DESTDIR)$(FISHDIR)

completions: all
	$(Q)set -e; for command in $(COMMANDS); do \
		$(BUILD)/bin/$$command --dump-completion bash > completions/bash/$$command; \
		$(BUILD)/bin/$$command --dump-completion zsh > completions/zsh/_$$command; \
		$(BUILD)/bin/$$command --dump-completion fish > completions/fish/$$command.fish; \
	done

demo: all
	$(Q)BUILD=$(BUILD) packaging/demo

clean:
	rm -rf $(BUILD)

endif
