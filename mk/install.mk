# SPDX-License-Identifier: GPL-3.0-or-later
# Installation below $(DESTDIR)$(PREFIX).

BIN = $(DESTDIR)$(PREFIX)/bin
LIBEXEC = $(DESTDIR)$(PREFIX)/libexec/penfold
MAN = $(DESTDIR)$(PREFIX)/share/man
SHARE = $(DESTDIR)$(PREFIX)/share
DATADIR = $(DESTDIR)$(PREFIX)/share/penfold
DOC = $(DESTDIR)$(PREFIX)/share/doc/penfold
MAN1 := $(wildcard doc/*.1)
MAN5 := $(wildcard doc/*.5)
MAN7 := $(wildcard doc/*.7)
SYSTEMD = $(DESTDIR)$(PREFIX)/lib/systemd/user
UNITS := $(notdir $(wildcard contrib/systemd/*))
# as in the source, so that what README.md names is there
DOCS := $(wildcard README.md LICENSE doc/*.md doc/*.svg contrib/rc.example \
    contrib/networkmanager/* contrib/cron/* contrib/sendmail/* contrib/themes/* contrib/addresses/*)
# what goes to a place and under a name that others look for: source:place
PLACED := contrib/completion/penfold.bash:bash-completion/completions/penfold \
    contrib/completion/penfold.zsh:zsh/site-functions/_penfold \
    contrib/completion/penfold.fish:fish/vendor_completions.d/penfold.fish \
    contrib/desktop/penfold.desktop:applications/penfold.desktop \
    contrib/demo/logo.svg:icons/hicolor/scalable/apps/penfold.svg \
    $(foreach f,$(DOCS),$(f):doc/penfold/$(f))

.PHONY: install install-files uninstall dist
install: all ## install below PREFIX (/usr/local), within DESTDIR
	@$(MAKE) --no-print-directory install-files
install-files: # what is built already; nothing is built
	install -d '$(BIN)' '$(LIBEXEC)' '$(MAN)/man1' '$(MAN)/man5' '$(MAN)/man7' '$(DATADIR)' \
	    '$(SYSTEMD)'
	install -m 755 $(O)/penfold '$(BIN)'
	install -m 755 $(HELPERS) '$(LIBEXEC)'
	$(if $(MAN1),install -m 644 $(MAN1) '$(MAN)/man1')
	$(if $(MAN5),install -m 644 $(MAN5) '$(MAN)/man5')
	$(if $(MAN7),install -m 644 $(MAN7) '$(MAN)/man7')
	install -m 644 $(DATA) '$(DATADIR)'
	for unit in $(UNITS); do sed 's|@BIN@|$(PREFIX)/bin|' contrib/systemd/$$unit >'$(SYSTEMD)'/$$unit && \
	    chmod 644 '$(SYSTEMD)'/$$unit || exit 1; done
	for pair in $(PLACED); do install -D -m 644 "$${pair%%:*}" '$(SHARE)'/"$${pair#*:}" || exit 1; done

uninstall: ## remove what install put there
	rm -f '$(BIN)/penfold' $(patsubst $(O)/%,'$(LIBEXEC)/%',$(HELPERS))
	rm -f $(patsubst doc/%,'$(MAN)/man1/%',$(MAN1)) $(patsubst doc/%,'$(MAN)/man5/%',$(MAN5)) $(patsubst doc/%,'$(MAN)/man7/%',$(MAN7))
	rm -f $(patsubst $(O)/data/%,'$(DATADIR)/%',$(DATA))
	rm -f $(foreach p,$(PLACED),'$(SHARE)/$(lastword $(subst :, ,$(p)))') $(foreach u,$(UNITS),'$(SYSTEMD)/$(u)')
	@rmdir $(foreach d,$(sort $(dir $(DOCS))),'$(DOC)/$(d)') '$(DOC)/contrib' '$(DOC)' 2>/dev/null || true
	@rmdir '$(LIBEXEC)' '$(DATADIR)' '$(SYSTEMD)' 2>/dev/null || true

dist: ## a tar archive of the last commit
	@mkdir -p $(O)
	git archive --format=tar.gz --prefix=penfold/ -o $(O)/penfold.tar.gz HEAD
	@echo $(O)/penfold.tar.gz
