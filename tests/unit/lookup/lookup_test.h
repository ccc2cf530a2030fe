/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lookup_test.h - zones written in place, for the tests of all that asks the DNS. */
#ifndef PENFOLD_TESTS_LOOKUP_TEST_H
#define PENFOLD_TESTS_LOOKUP_TEST_H

#include "lookup/dns_zone.h"

#include <string.h>

/* A zone from JSON with ' for ". */
static inline struct dns *
test_zone(const char *json)
{
	char *text = g_strdelimit(g_strdup(json), "'", '"');
	json_error_t why;
	json_t *object = json_loads(text, 0, &why);

	if (object == NULL)
		g_error("test zone: %s", why.text);
	g_free(text);
	return dns_zone_new(object);
}

#endif
