# SPDX-License-Identifier: GPL-2.0-or-later
# The tarball, and the packages made from it; included by the Makefile.
#
#   make dist            $(BUILD)/netsonde-VERSION.tar.gz, the same bytes each time
#   make deb rpm         packages from that tarball, into $(BUILD)/deb and $(BUILD)/rpm
#   make install-compat install-plugin install-units     what packages have beyond `make install`
#
# All of it works without .git, too: in an unpacked tarball the date is that of its files.

VERSION := $(shell sed -n 's/.*NETSONDE_VERSION "\(.*\)"/\1/p' lib/base/version.h)
DIST := netsonde-$(VERSION)
TARBALL := $(BUILD)/$(DIST).tar.gz
EPOCH := $(shell git log -1 --format=%ct 2>/dev/null || stat -c %Y lib/base/version.h)

.PHONY: dist deb rpm install-compat install-plugin install-units

# Committed files alone, or without .git every file but what was built.
dist_files = if git rev-parse --git-dir >/dev/null 2>&1; then git ls-files; \
	else find . -name 'build*' -prune -o -type f -printf '%P\n'; fi | LC_ALL=C sort

dist:
	$(Q)mkdir -p $(BUILD)
	$(Q)$(dist_files) | tar -c -T - --transform 's|^|$(DIST)/|' --owner=0 --group=0 \
		--numeric-owner --mode=u=rwX,go=rX --mtime=@$(EPOCH) --format=ustar | \
		gzip -9n > $(TARBALL)
	$(call say,DIST,$(TARBALL))

# What this make was told, BUILD above all, is not for the package's own.
inner = env -u MAKEFLAGS -u BUILD

# unpack FOLDER: the sources in FOLDER/netsonde-VERSION, as somebody gets them
unpack = rm -rf $(1) && mkdir -p $(1) && tar -C $(1) -xzf $(TARBALL)

deb: dist
	$(Q)$(call unpack,$(BUILD)/deb)
	$(Q)cp $(TARBALL) $(BUILD)/deb/netsonde_$(VERSION).orig.tar.gz
	$(Q)cp -R packaging/debian $(BUILD)/deb/$(DIST)/debian
	$(Q)cd $(BUILD)/deb/$(DIST) && $(inner) SOURCE_DATE_EPOCH=$(EPOCH) \
		dpkg-buildpackage -us -uc > ../build.log 2>&1 || { tail -n 40 ../build.log; exit 1; }
	$(Q)ls $(BUILD)/deb/*.deb

RPM_TOP := $(abspath $(BUILD)/rpm)
rpm: dist
	$(Q)rm -rf $(RPM_TOP) && mkdir -p $(RPM_TOP)/SOURCES
	$(Q)$(INSTALL) -m 644 $(TARBALL) packaging/rpm/netsonde.spec $(RPM_TOP)/SOURCES
	$(Q)touch -d @$(EPOCH) $(RPM_TOP)/SOURCES/*
	$(Q)$(inner) SOURCE_DATE_EPOCH=$(EPOCH) rpmbuild -ba --nodeps \
		--define '_topdir $(RPM_TOP)' --define '_buildhost localhost' \
		--define 'use_source_date_epoch_as_buildtime 1' \
		--define 'clamp_mtime_to_source_date_epoch 1' \
		$(RPM_TOP)/SOURCES/netsonde.spec > $(RPM_TOP)/build.log 2>&1 || { tail -n 40 $(RPM_TOP)/build.log; exit 1; }
	$(Q)find $(RPM_TOP) -name '*.rpm'

LIBEXECDIR ?= $(PREFIX)/libexec
PLUGINDIR ?= $(PREFIX)/lib/nagios/plugins
UNITDIR ?= $(PREFIX)/lib/systemd/system

install-compat:
	$(INSTALL) -d $(DESTDIR)$(LIBEXECDIR)/netsonde/compat
	sed 's|@BINDIR@|$(BINDIR)|' packaging/compat/wrapper > \
		$(DESTDIR)$(LIBEXECDIR)/netsonde/compat/netstat
	chmod 755 $(DESTDIR)$(LIBEXECDIR)/netsonde/compat/netstat
	for name in route arp ping; do \
		ln -sf netstat $(DESTDIR)$(LIBEXECDIR)/netsonde/compat/$$name; \
	done

# The monitoring plugin is netsyn under another name.
install-plugin:
	$(INSTALL) -d $(DESTDIR)$(PLUGINDIR)
	ln -sf $(shell realpath -sm --relative-to=$(PLUGINDIR) $(BINDIR))/netsyn \
		$(DESTDIR)$(PLUGINDIR)/check_netsyn

install-units:
	$(INSTALL) -d $(DESTDIR)$(UNITDIR)
	for unit in netsyn.service netsyn.timer; do \
		sed 's|@BINDIR@|$(BINDIR)|' packaging/systemd/$$unit > $(DESTDIR)$(UNITDIR)/$$unit && \
		chmod 644 $(DESTDIR)$(UNITDIR)/$$unit || exit; \
	done

# The packages as their users meet them: looked at by linters, installed, used, upgraded and removed, in
# a Debian made for that and in an empty folder. And built once more, from the tarball and by another
# time zone, locale and umask, they are the same bytes.
.PHONY: check-packages check-reproducible release-check
check-packages: deb rpm
	$(Q)NETSONDE_BUILD=$(abspath $(BUILD)) bats tests/package

# rpm writes down where it builds: that is the same folder.
check-reproducible: deb rpm
	$(Q)rm -rf $(BUILD)/first && mkdir $(BUILD)/first && mv $(BUILD)/deb $(BUILD)/rpm $(BUILD)/first
	$(Q)set -e; again=$$(mktemp -d); trap 'rm -rf "$$again"' EXIT; \
		tar -C "$$again" -xzf $(TARBALL); \
		(umask 077 && cd "$$again/$(DIST)" && TZ=Pacific/Auckland LC_ALL=C \
			DEB_BUILD_OPTIONS=nocheck $(MAKE) BUILD=$(abspath $(BUILD)) deb rpm)
	$(Q)cd $(BUILD)/first && find deb rpm -name '*.deb' -o -name '*.rpm' | LC_ALL=C sort | \
		xargs -I '{}' cmp '{}' '../{}'

# Everything that a release has to pass, in an hour or two.
release-check: lint check-full asan coverage cross check-packages check-reproducible
	$(Q)$(MAKE) FUZZ_S=600 FUZZ_JOBS=$(shell nproc) fuzz
