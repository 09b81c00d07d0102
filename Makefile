# SPDX-License-Identifier: GPL-2.0-or-later
# netsonde: six network diagnostic commands over one library. GNU make.
#
#   make                 build the commands in $(BUILD)/bin
#   make install         DESTDIR= PREFIX=/usr/local
#   make deps GOAL...    install, as root, the Debian packages that the goals need
#   make demo            what netsonde shows of this very host
#   make check           every test, under ten minutes; check-full for every measure
#   make check-unit      the tests that need neither network, root nor namespaces
#   make lint asan fuzz bench coverage cross completions clean
#   make dist deb rpm    a tarball, and packages made from it; check-packages tries them
#   make release-check   everything that a release has to pass
#
# V=1 shows commands, CC=clang is fine, BUILD=folder builds elsewhere.

# --- packages ---------------------------------------------------------------------------------------
DEPS := gcc libc6-dev pkg-config libmnl-dev libcap-dev
DEPS_bpf := clang bpftool libbpf-dev
DEPS_check := $(DEPS_bpf) bats bats-support bats-assert libcmocka-dev iproute2 iputils-ping \
	iputils-arping fping net-tools nftables procps jq libpcap-dev libseccomp-dev mandoc \
	monitoring-plugins-common shellcheck strace libcap2-bin \
	libgssapi-krb5-2 libpcre2-8-0 libwrap0 openssh-client
DEPS_lint := $(DEPS_check) clang clang-format clang-tidy cppcheck devscripts blhc
DEPS_asan := $(DEPS_check)
DEPS_fuzz := clang libclang-rt-14-dev libpcap-dev libseccomp-dev
DEPS_bench := $(DEPS_bpf) iproute2 iputils-ping fping tshark net-tools lsof time nmap hping3 traceroute jq
DEPS_deb := $(DEPS_bpf) debhelper libmnl-dev libcap-dev libpcap-dev libseccomp-dev libcmocka-dev bats \
	jq fakeroot dpkg-dev lintian
DEPS_rpm := $(DEPS_bpf) rpm rpmlint libpcap-dev libseccomp-dev
DEPS_check-packages := $(DEPS_deb) $(DEPS_rpm) bats bats-support bats-assert debootstrap libcap2-bin \
	iproute2 devscripts blhc
DEPS_check-reproducible := $(DEPS_deb) $(DEPS_rpm)
DEPS_coverage := $(DEPS_check) gcovr
DEPS_cross := qemu-user gcc-i686-linux-gnu libc6-dev-i386-cross gcc-aarch64-linux-gnu \
	libc6-dev-arm64-cross gcc-s390x-linux-gnu libc6-dev-s390x-cross
DEPS_check-full := $(DEPS_check) tshark valgrind
DEPS_release-check := $(DEPS_lint) $(DEPS_check-full) $(DEPS_coverage) $(DEPS_cross) $(DEPS_check-packages) \
	$(DEPS_fuzz)
# Packages that would start a service: unpacked into the build folder instead, for one tool each.
UNPACK_check := nginx openssh-server
UNPACK_check-full := $(UNPACK_check) prometheus
UNPACK_release-check := $(UNPACK_check-full)

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
LDFLAGS_ALL = -pie -pthread -Wl,-z,relro -Wl,-z,now -Wl,--as-needed $(SANITIZE) $(LDFLAGS)

ARCH := $(shell $(CC) -dumpmachine 2>/dev/null | cut -d- -f1)
HARDENING := -fstack-protector-strong -fstack-clash-protection -Werror=format-security
ifneq ($(filter x86_64 i%86,$(ARCH)),)
HARDENING += -fcf-protection
endif
FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2

# What may be missing: auto, yes or no. Packages say yes or no.
#   PCAP      libpcap: capture files are read, by the commands that read them alone
#   SECCOMP   libseccomp: commands that read packets keep to the system calls they need
#   BPF       clang, bpftool and libbpf's headers: netconn has the kernel list who holds sockets;
#             nothing of the three is needed to run it
PCAP ?= auto
SECCOMP ?= auto
BPF ?= auto
CLANG ?= clang
BPFTOOL ?= $(shell PATH="$$PATH:/usr/sbin" command -v bpftool)
# The order of bytes is that of the machine it is built for.
BPF_TARGET = bpf$(if $(filter s390 s390x powerpc powerpc64 mips sparc64,$(ARCH)),eb,el)
# Some distributions' bpftool is a script that looks for the running kernel's.
can_bpf = echo 'int x;' | $(CLANG) -target $(BPF_TARGET) -c -o /dev/null -xc - && $(BPFTOOL) version && \
	$(PKG_CONFIG) --exists libbpf
has = $(if $(filter auto,$(1)),$(shell $(PKG_CONFIG) --exists $(2) && echo yes),$(filter yes,$(1)))
LIBS_netarp = $(if $(HAS_PCAP),libpcap)
LIBS_netshake = $(if $(HAS_PCAP),libpcap)

# Cleaning up needs no libraries.
ifneq ($(filter-out clean,$(or $(MAKECMDGOALS),all)),)
HAS_PCAP := $(call has,$(PCAP),libpcap)
# Sanitizers make system calls of their own.
HAS_SECCOMP := $(if $(SANITIZE),,$(call has,$(SECCOMP),libseccomp))
HAS_BPF := $(if $(filter auto,$(BPF)),$(shell ($(can_bpf)) >/dev/null 2>&1 && echo yes),$(filter yes,$(BPF)))
LIBS += $(if $(HAS_SECCOMP),libseccomp)
LIB_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(LIBS)) $(if $(HAS_PCAP),-DHAVE_LIBPCAP) \
	$(if $(HAS_SECCOMP),-DHAVE_LIBSECCOMP) $(if $(HAS_BPF),-DHAVE_BPF -isystem $(BUILD)/bpf)
features = capture files: $(or $(HAS_PCAP),no); seccomp: $(or $(HAS_SECCOMP),no); BPF: $(or $(HAS_BPF),no)
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
	$(call say,WITH,'$(strip $(features))')

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

# Programs for the kernel, each as a header that has it and loads it (bpftool-gen(8), light skeleton).
$(BUILD)/bpf/%.bpf.o: lib/host/bpf/%.bpf.c lib/host/bpf/kernel.h
	$(call say,BPF,$<)mkdir -p $(@D)
	$(Q)$(CLANG) -target $(BPF_TARGET) -O2 -g -Wall -Wextra $(WERROR) -Ilib \
		-fdebug-prefix-map=$(CURDIR)=. -c -o $@ $<

$(BUILD)/bpf/%.lskel.h: $(BUILD)/bpf/%.bpf.o
	$(Q)$(BPFTOOL) gen skeleton -L $< name $* > $@

.SECONDARY: $(BUILD)/bpf/fd_iter.bpf.o
ifneq ($(HAS_BPF),)
$(BUILD)/obj/lib/host/fd_bpf.o: $(BUILD)/bpf/fd_iter.lskel.h
endif

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
