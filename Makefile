# SPDX-License-Identifier: GPL-3.0-or-later
# Penfold: GNU make. All output goes to $(O); `make help` lists the targets.
O ?= build
PREFIX ?= /usr/local
PKG_CONFIG ?= pkg-config
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
V ?= 0
Q := $(if $(filter 1,$(V)),,@)
SHOW = $(if $(Q),@echo "  $(1) $(2)",@:)
# Jobs for a make inside make: the caller's, or one a processor when he named none.
SUBMAKE = $(MAKE) --no-print-directory $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(JOBS))

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

# ---- compiler and libraries

PKGS := glib-2.0 gio-unix-2.0 jansson libseccomp zlib
PKGS += gmime-3.0 libxml-2.0 libarchive libidn2 libcmark
PKGS += openssl libetpan libevent
PKGS += sqlite3 gpgme
PKGS += chafa librsvg-2.0 gdk-pixbuf-2.0
PKGS += ncursesw vterm
INCLUDES := -Isrc $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags-only-I $(PKGS) 2>/dev/null))
LIBS := $(shell $(PKG_CONFIG) --libs-only-L --libs-only-l $(PKGS) 2>/dev/null) -lnotmuch -lunbound -lresolv
# libcurl is loaded when something is first asked by HTTPS (src/lookup/https_curl.h): which one?
INCLUDES += $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags-only-I libcurl 2>/dev/null))
SONAME = $(shell readelf -d "$$($(CC) -print-file-name=$(1))" 2>/dev/null | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
CURL := $(call SONAME,libcurl.so)
# and GIO when the keyring is (src/base/session_bus.h)
GIO := $(call SONAME,libgio-2.0.so)
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wwrite-strings -Wpointer-arith -Wcast-qual -Wundef -Wvla -Wformat=2 \
	-Wswitch-enum -Wnull-dereference -Werror=implicit-function-declaration
ifneq ($(findstring clang,$(CC)),) # it warns of what the libraries' macros do; gcc, of what we do
WARN += -Wno-cast-qual -Wno-missing-field-initializers
endif
comma := ,
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE \
	$(if $(filter x86_64 i386 i686,$(shell uname -m)),-fcf-protection)
OPTIMIZE := -O2 -g
ifdef SAN # a build for tests, stopped by the first finding; gcc's flow warnings are wrong under it
HARDEN := -fPIE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPTIMIZE := -O1 -g -Wno-null-dereference -Wno-maybe-uninitialized -Wno-format-truncation
endif
BASE_CFLAGS := -std=c11 -D_DEFAULT_SOURCE -D_XOPEN_SOURCE=700 $(OPTIMIZE) $(WARN) $(HARDEN) $(INCLUDES)
BASE_LDFLAGS := -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(if $(SAN),-fsanitize=address$(comma)undefined)
ALL_CFLAGS = $(BASE_CFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(BASE_LDFLAGS) $(LDFLAGS)

# ---- rooms and programs

ROOMS := base lookup picture mime auth crypto store net client ui
PROGRAMS := $(patsubst src/programs/penfold_%.c,%,$(wildcard src/programs/penfold_*.c))
HELPERS := $(PROGRAMS:%=$(O)/penfold-%)
ARCHIVES := $(ROOMS:%=$(O)/lib%.a)
CMD_OBJS := $(patsubst src/%.c,$(O)/obj/%.o,$(wildcard src/cmd/*.c))
SCREEN := $(if $(CMD_OBJS),$(O)/penfold)
DATA := $(patsubst contrib/data/%,$(O)/data/%,$(wildcard contrib/data/*))
LINK_ARCHIVES := -Wl,--start-group $(ARCHIVES) -Wl,--end-group

.PHONY: all
all: $(HELPERS) $(SCREEN) $(DATA) ## build the programs (V=1 shows the commands, O=dir builds elsewhere)

# A compiler error is no way to say that a library is missing.
$(O)/deps.ok: mk/packages.txt mk/deps.sh
	@mkdir -p $(@D)
	@CC='$(CC)' PKG_CONFIG='$(PKG_CONFIG)' mk/deps.sh -n build
	@touch $@

# Changes only when the compiler or a flag does, and then everything is compiled anew.
FLAGS := $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(LIBS)
$(O)/flags: FORCE | $(O)/deps.ok
	@printf '%s\n' '$(subst ','\'',$(FLAGS))' | cmp -s - $@ || \
	    printf '%s\n' '$(subst ','\'',$(FLAGS))' >$@

# Those who know where Penfold is installed.
PREFIX_OBJS := $(patsubst src/%.c,$(O)/obj/%.o,$(shell grep -l PENFOLD_PREFIX src/*/*.c 2>/dev/null))
$(PREFIX_OBJS): $(O)/prefix
$(PREFIX_OBJS): BASE_CFLAGS += -DPENFOLD_PREFIX='"$(PREFIX)"'
$(O)/prefix: FORCE | $(O)/deps.ok
	@echo '$(PREFIX)' | cmp -s - $@ || echo '$(PREFIX)' >$@

$(O)/obj/base/session_bus.o: BASE_CFLAGS += -DPENFOLD_GIO='"$(or $(GIO),libgio-2.0.so.0)"'
$(O)/obj/lookup/https_curl.o: BASE_CFLAGS += -DPENFOLD_CURL='"$(or $(CURL),libcurl.so.4)"'

.PHONY: FORCE
FORCE:

$(O)/obj/%.o: src/%.c $(O)/flags
	@mkdir -p $(@D)
	$(call SHOW,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

define room_rules
$(O)/lib$(1).a: $(patsubst src/%.c,$(O)/obj/%.o,$(wildcard src/$(1)/*.c)) | $(O)/deps.ok
	@rm -f $$@
	$(Q)$(AR) rcsD $$@ $$^
endef
$(foreach r,$(ROOMS),$(eval $(call room_rules,$(r))))

# A helper is src/programs/penfold_X.c and, where there is more glue, src/programs/X_*.c; it stands on
# floors 0 to 2.
HELPER_ARCHIVES := $(filter-out %/libui.a %/libclient.a,$(ARCHIVES))
LINK_HELPER := -Wl,--start-group $(HELPER_ARCHIVES) -Wl,--end-group
define helper_rule
$(O)/penfold-$(1): $(patsubst src/%.c,$(O)/obj/%.o,src/programs/penfold_$(1).c $(wildcard src/programs/$(1)_*.c)) $(HELPER_ARCHIVES)
	$(call SHOW,LD,$$@)
	$(Q)$$(CC) $$(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) $$(LINK_HELPER) $$(LIBS)
endef
$(foreach h,$(PROGRAMS),$(eval $(call helper_rule,$(h))))

$(O)/penfold: $(CMD_OBJS) $(ARCHIVES)
	$(call SHOW,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LINK_ARCHIVES) $(LIBS)

include mk/tests.mk
include mk/install.mk

# Data files stand beside the programs, as they do when installed.
$(O)/data/%: contrib/data/%
	@mkdir -p $(@D)
	@cp $< $@

# ---- the rest

.PHONY: deps clean distclean help demo docs
DEPS_RUN = CC='$(CC)' PKG_CONFIG='$(PKG_CONFIG)' mk/deps.sh $(if $(filter no,$(DEPS)),-n)

deps: ## install the packages that are missing to build and to test (DEPS=no: only name them)
	@$(DEPS_RUN) build check

# What pkg-config says is asked anew by the make inside, after the installation.
demo: ## open Penfold on a throw-away home with some mail in it; nothing to configure
	@$(DEPS_RUN) build demo
	@$(SUBMAKE) all
	@PENFOLD_BUILD='$(abspath $(O))' contrib/demo/open.sh

docs: all $(DRIVERS) ## make the man pages and the picture of the screen anew, from the program
	@$(DEPS_RUN) docs
	@PENFOLD_BUILD='$(abspath $(O))' doc/make_docs.sh

clean: ## remove all that was built
	rm -rf '$(O)'
distclean: clean # nothing is made elsewhere

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

-include $(shell find $(O) -name '*.d' 2>/dev/null)
