/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queries as text; what they mean is notmuch's business. */
#include "base/query.h"

#include <glib.h>
#include <string.h>

bool
query_is_everything(const char *query)
{
	if (query == NULL)
		return true;
	query += strspn(query, " \t\n");
	query += *query == '*';
	return query[strspn(query, " \t\n")] == '\0';
}

char *
query_and(const char *a, const char *b)
{
	if (query_is_everything(a))
		return g_strdup(query_is_everything(b) ? "*" : b);
	return query_is_everything(b) ? g_strdup(a) : g_strdup_printf("(%s) and (%s)", a, b);
}
