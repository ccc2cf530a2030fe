/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filter.h - the rules of [filter "name"]: which messages they mean, and what is to be done. Deciding
 * changes nothing. */
#ifndef PENFOLD_STORE_FILTER_H
#define PENFOLD_STORE_FILTER_H

#include "store/index.h"

#include <jansson.h>

/* One rule. Strings are borrowed from the rc, lists owned. */
struct filter {
	const char *name, *account, *query, *move;
	GPtrArray *headers; /* struct filter_header * */
	const char *const *verdicts, *const *flags;
	GPtrArray *changes; /* "+a", "-b"; owned strings, NULL-terminated */
	char **run;	    /* argv, NULL for none */
	bool notifies, stops;
};

/* All rules in the order of the rc file: array of struct filter * with free function. PF_ERROR_CONFIG
 * names the rule and what is wrong with it. */
GPtrArray *
filters_load(const struct rc *rc, GError **error);
/* Are there any? */
bool
filters_exist(const struct rc *rc);

/* Which of the messages (ids, borrowed) a rule means: a new array with owned ids, in no order.
 * PF_ERROR_USAGE for a query that does not parse. */
GPtrArray *
filter_matches(struct index *ix, const struct filter *f, const GPtrArray *ids, GError **error);

/* {tag: [...], move, run: [...], notify}: what a rule does. New reference. */
json_t *
filter_actions(const struct filter *f);

#endif
