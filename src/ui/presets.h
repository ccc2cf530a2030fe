/* SPDX-License-Identifier: GPL-3.0-or-later */
/* presets.h - the keys that people bring along from other programs, by `[ui] keys`. */
#ifndef PENFOLD_UI_PRESETS_H
#define PENFOLD_UI_PRESETS_H

#include <stddef.h>

struct preset_key {
	const char *preset;  /* "vim" */
	const char *section; /* of the action's set, "common" for actions that every view has */
	const char *action;
	const char *keys; /* as in struct action; "" for none */
};

/* The i-th entry, NULL past the end. */
const struct preset_key *
presets_nth(size_t i);
/* What the preset binds the action to, NULL when it leaves it alone. section NULL: common. */
const char *
presets_keys(const char *preset, const char *section, const char *action);

#endif
