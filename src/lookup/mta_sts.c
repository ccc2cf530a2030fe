/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mta_sts.c - RFC 8461 sections 3 and 4.1. */
#include "lookup/mta_sts.h"

#include <string.h>

#define MAX_AGE	  31557600
#define MAX_LINES 200

char *
mta_sts_id(const struct dns_answer *answer)
{
	char *id = NULL;
	guint i, n = 0;

	for (i = 0; i < answer->strings->len; i++) {
		const char *text = answer->strings->pdata[i];
		char **fields;
		size_t k;

		if (!g_str_has_prefix(text, "v=STSv1;") && strcmp(text, "v=STSv1") != 0)
			continue;
		n++;
		fields = g_strsplit(text, ";", 10);
		for (k = 1; fields[k] != NULL; k++) {
			g_strstrip(fields[k]);
			if (g_str_has_prefix(fields[k], "id=") && id == NULL)
				id = g_strndup(fields[k] + 3, 32);
		}
		g_strfreev(fields);
	}
	if (n != 1 || id == NULL || *id == '\0')
		g_clear_pointer(&id, g_free);
	return id;
}

static bool
take_mode(struct mta_sts *p, const char *value)
{
	static const char *const modes[] = {"none", "testing", "enforce"};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(modes); i++) {
		if (strcmp(modes[i], value) == 0) {
			p->mode = (enum mta_sts_mode)i;
			return true;
		}
	}
	return false;
}

static bool
take_field(struct mta_sts *p, const char *key, const char *value, unsigned *seen)
{
	guint64 age;

	if (strcmp(key, "version") == 0) {
		*seen |= 1;
		return strcmp(value, "STSv1") == 0;
	}
	if (strcmp(key, "mode") == 0) {
		*seen |= 2;
		return take_mode(p, value);
	}
	if (strcmp(key, "max_age") == 0) {
		*seen |= 4;
		if (!g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT32, &age, NULL))
			return false;
		p->max_age = (gint64)MIN(age, MAX_AGE);
	} else if (strcmp(key, "mx") == 0) {
		g_ptr_array_add(p->mx, g_ascii_strdown(value, -1));
	}
	return true; /* what is unknown is passed over */
}

bool
mta_sts_parse(const char *text, size_t len, struct mta_sts *out)
{
	char *copy = g_strndup(text, len);
	char **lines = g_strsplit(copy, "\n", MAX_LINES);
	unsigned seen = 0;
	bool good = strlen(copy) == len && g_str_is_ascii(copy);
	size_t i;

	*out = (struct mta_sts){.mx = g_ptr_array_new_with_free_func(g_free)};
	for (i = 0; good && lines[i] != NULL; i++) {
		char *colon = strchr(g_strstrip(lines[i]), ':');

		if (colon == NULL) {
			good = *lines[i] == '\0';
			continue;
		}
		*colon = '\0';
		g_strchomp(lines[i]);
		good = take_field(out, lines[i], g_strchug(colon + 1), &seen);
	}
	g_strfreev(lines);
	g_free(copy);
	return good && seen == 7 && (out->mode == MTA_STS_NONE || out->mx->len > 0);
}

void
mta_sts_clear(struct mta_sts *policy)
{
	g_clear_pointer(&policy->mx, g_ptr_array_unref);
}

bool
mta_sts_matches(const struct mta_sts *policy, const char *host)
{
	guint i;

	for (i = 0; i < policy->mx->len; i++) {
		const char *pattern = policy->mx->pdata[i];
		const char *dot = strchr(host, '.');

		if (g_ascii_strcasecmp(pattern, host) == 0)
			return true;
		if (g_str_has_prefix(pattern, "*.") && dot != NULL && dot > host &&
		    g_ascii_strcasecmp(pattern + 1, dot) == 0)
			return true;
	}
	return false;
}
