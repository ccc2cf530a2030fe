/* SPDX-License-Identifier: GPL-3.0-or-later */
/* members.h - which threads belong to something, for hundreds of thousands of them: eight bytes and some room
 * each. */
#ifndef PENFOLD_UI_MEMBERS_H
#define PENFOLD_UI_MEMBERS_H

#include <glib.h>
#include <stdbool.h>

struct members;

/* For at most n threads. */
struct members *
members_new(guint n);
void
members_free(struct members *m);
void
members_add(struct members *m, const char *thread);
bool
members_has(const struct members *m, const char *thread);

#endif
