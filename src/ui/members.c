/* SPDX-License-Identifier: GPL-3.0-or-later */
/* members.c - a hash table of numbers without removal: open addressing, at most half full. Two threads of one
 * number are taken for one; of half a million, that happens once in a hundred million boxes. */
#include "ui/members.h"

#define FNV_OFFSET 0xcbf29ce484222325u
#define FNV_PRIME  0x100000001b3u

struct members {
	guint64 *slots; /* 0: free */
	gsize mask;
	guint room;
};

struct members *
members_new(guint n)
{
	struct members *m = g_new0(struct members, 1);
	gsize size = 16;
	while (size < (gsize)n * 2)
		size *= 2;
	m->slots = g_new0(guint64, size);
	m->mask = size - 1;
	m->room = n;
	return m;
}

void
members_free(struct members *m)
{
	if (m == NULL)
		return;
	g_free(m->slots);
	g_free(m);
}

static guint64
number_of(const char *thread)
{
	guint64 h = FNV_OFFSET;
	for (const char *p = thread; *p != '\0'; p++)
		h = (h ^ (guchar)*p) * FNV_PRIME;
	h ^= h >> 32;
	return h != 0 ? h : 1;
}

/* The slot of a number, or the free one where it would be. */
static gsize
slot_of(const struct members *m, guint64 number)
{
	gsize i = number & m->mask;
	while (m->slots[i] != 0 && m->slots[i] != number)
		i = (i + 1) & m->mask;
	return i;
}

void
members_add(struct members *m, const char *thread)
{
	guint64 number = number_of(thread);
	gsize i = slot_of(m, number);
	if (m->slots[i] != 0 || m->room == 0)
		return;
	m->slots[i] = number;
	m->room--;
}

bool
members_has(const struct members *m, const char *thread)
{
	return m->slots[slot_of(m, number_of(thread))] != 0;
}
