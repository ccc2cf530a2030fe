/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_caps.c - EHLO keywords. Words are separated by any run of spaces and tabs: servers
 * exist that send a TAB, and clients that spin on it. */
#include "net/smtp_caps.h"

#include "base/limits.h"
#include "base/words.h"

#include <string.h>

void
smtp_caps_init(struct smtp_caps *caps)
{
	*caps = (struct smtp_caps){.auth = g_ptr_array_new_with_free_func(g_free)};
	g_ptr_array_add(caps->auth, NULL);
}

void
smtp_caps_fini(struct smtp_caps *caps)
{
	g_ptr_array_unref(caps->auth);
	caps->auth = NULL;
}

static void
add_mechanisms(struct smtp_caps *caps, char *const *words)
{
	for (; *words != NULL; words++) {
		if (**words != '\0' && caps->auth->len <= LIMIT_SASL_NAMES)
			g_ptr_array_insert(
			    caps->auth, (gint)caps->auth->len - 1, g_strdup(*words));
	}
}

static void
set_size(struct smtp_caps *caps, const char *digits)
{
	caps->has_size = true;
	if (digits != NULL &&
	    !g_ascii_string_to_unsigned(digits, 10, 0, G_MAXUINT64, &caps->size, NULL))
		caps->size = 0;
}

/* RFC 9422 4: "MAILMAX=20 RCPTMAX=100"; a limit that is no number is none. */
static void
set_limits(struct smtp_caps *caps, char *const *words)
{
	static const struct {
		const char *name;
		size_t offset;
	} limits[] = {
	    {"MAILMAX=", offsetof(struct smtp_caps, mail_max)},
	    {"RCPTMAX=", offsetof(struct smtp_caps, rcpt_max)},
	    {"RCPTDOMAINMAX=", offsetof(struct smtp_caps, rcpt_domain_max)},
	};
	size_t i;

	for (; *words != NULL; words++) {
		for (i = 0; i < G_N_ELEMENTS(limits); i++) {
			size_t n = strlen(limits[i].name);
			guint64 value;

			if (g_ascii_strncasecmp(*words, limits[i].name, n) == 0 &&
			    g_ascii_string_to_unsigned(
				*words + n, 10, 1, G_MAXUINT32, &value, NULL))
				*(guint64 *)(void *)((char *)caps + limits[i].offset) =
				    value;
		}
	}
}

static void
parse_line(struct smtp_caps *caps, char **words)
{
	static const struct {
		const char *keyword;
		size_t offset;
	} flags[] = {
	    {"STARTTLS", offsetof(struct smtp_caps, has_starttls)},
	    {"PIPELINING", offsetof(struct smtp_caps, has_pipelining)},
	    {"8BITMIME", offsetof(struct smtp_caps, has_8bitmime)},
	    {"SMTPUTF8", offsetof(struct smtp_caps, has_smtputf8)},
	    {"CHUNKING", offsetof(struct smtp_caps, has_chunking)},
	    {"DSN", offsetof(struct smtp_caps, has_dsn)},
	    {"ENHANCEDSTATUSCODES", offsetof(struct smtp_caps, has_enhanced)},
	    {"REQUIRETLS", offsetof(struct smtp_caps, has_requiretls)},
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(flags); i++) {
		if (g_ascii_strcasecmp(words[0], flags[i].keyword) == 0)
			*(bool *)((char *)caps + flags[i].offset) = true;
	}
	if (g_ascii_strcasecmp(words[0], "SIZE") == 0)
		set_size(caps, words[1]);
	else if (g_ascii_strcasecmp(words[0], "LIMITS") == 0)
		set_limits(caps, words + 1);
	else if (g_ascii_strcasecmp(words[0], "AUTH") == 0)
		add_mechanisms(caps, words + 1);
	else if (g_ascii_strncasecmp(words[0], "AUTH=", 5) == 0) {
		/* the draft's old form: the first mechanism sticks to the keyword */
		char *first[] = {words[0] + 5, NULL};

		add_mechanisms(caps, first);
		add_mechanisms(caps, words + 1);
	}
}

void
smtp_caps_parse(struct smtp_caps *caps, const char *text)
{
	char **lines = g_strsplit(text, "\n", -1);
	size_t i;

	smtp_caps_fini(caps);
	smtp_caps_init(caps);
	for (i = 1; lines[0] != NULL && lines[i] != NULL; i++) {
		char **words = words_split(lines[i], " \t\r");

		if (words[0] != NULL)
			parse_line(caps, words);
		g_strfreev(words);
	}
	g_strfreev(lines);
}
