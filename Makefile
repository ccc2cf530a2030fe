# Penfold - GNU make. Output under $(O) (build/). `make help` lists the targets.
# SPDX-License-Identifier: GPL-3.0-or-later
O ?= build
CC ?= gcc
PREFIX ?= /usr/local
PKG_CONFIG ?= pkg-config
V ?= 0
Q := $(if $(filter 1,$(V)),,@)

ROOMS := base mime auth store net client ui
PROGRAMS := $(patsubst src/programs/%.c,%,$(wildcard src/programs/penfold_*.c))
HELPERS := $(subst _,-,$(PROGRAMS))

PKGS := glib-2.0 gio-unix-2.0 jansson gmime-3.0 libxml-2.0 openssl sqlite3 libseccomp libetpan ncursesw libidn2
INCLUDES := -Isrc $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags-only-I $(PKGS) 2>/dev/null))
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wwrite-strings -Wpointer-arith -Wcast-qual -Wundef -Wvla -Wformat=2 \
	-Wswitch-enum -Wnull-dereference
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
BASE_CFLAGS := -std=c11 -D_DEFAULT_SOURCE -D_XOPEN_SOURCE=700 -O2 -g $(WARN) $(HARDEN) $(INCLUDES) \
	-DPENFOLD_PREFIX='"$(PREFIX)"'
BASE_LDFLAGS := -pie -Wl,-z,relro,-z,now -Wl,--as-needed
ALL_CFLAGS = $(BASE_CFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(BASE_LDFLAGS) $(LDFLAGS)
LIBS := $(shell $(PKG_CONFIG) --libs-only-L --libs-only-l $(PKGS) 2>/dev/null) -lnotmuch -lunbound

ARCHIVES := $(foreach r,$(ROOMS),$(O)/lib$(r).a)
CMD_OBJS := $(patsubst src/%.c,$(O)/obj/%.o,$(wildcard src/cmd/*.c))

.PHONY: all
all: $(addprefix $(O)/,$(HELPERS)) $(if $(CMD_OBJS),$(O)/penfold)

define room_rules
$(O)/lib$(1).a: $(patsubst src/%.c,$(O)/obj/%.o,$(wildcard src/$(1)/*.c))
	@mkdir -p $$(@D)
	@rm -f $$@
	$(Q)$(AR) rcsD $$@ $$^
endef
$(foreach r,$(ROOMS),$(eval $(call room_rules,$(r))))

$(O)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC $<")
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(O)/penfold: $(CMD_OBJS) $(ARCHIVES)
	$(if $(Q),@echo "  LD $@")
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(CMD_OBJS) -Wl,--start-group $(ARCHIVES) -Wl,--end-group $(LIBS)

# a helper is src/programs/penfold_X.c and, where there is more glue, src/programs/X_*.c
define helper_rule
$(O)/penfold-$(1): $(patsubst src/%.c,$(O)/obj/%.o,src/programs/penfold_$(1).c $(wildcard src/programs/$(1)_*.c)) $(ARCHIVES)
	$(if $(Q),@echo "  LD $$@")
	$(Q)$$(CC) $$(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(ARCHIVES) -Wl,--end-group $$(LIBS)
endef
$(foreach h,$(patsubst penfold_%,%,$(PROGRAMS)),$(eval $(call helper_rule,$(h))))

# unit tests: tests/unit/ROOM/test_X.c, one program each, GLib's harness, TAP
UNIT := $(patsubst tests/unit/%.c,$(O)/tests/%,$(wildcard tests/unit/*/test_*.c))
$(O)/tests/%: tests/unit/%.c $(ARCHIVES)
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC $<")
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) -o $@ $< -Wl,--start-group $(ARCHIVES) -Wl,--end-group $(LIBS)

.PHONY: check-unit clean
check-unit: all $(UNIT)
	PENFOLD_BUILD=$(abspath $(O)) prove --exec '' $(UNIT)

clean:
	rm -rf $(O)

.SECONDARY:
-include $(shell find $(O) -name '*.d' 2>/dev/null)
