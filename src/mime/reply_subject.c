/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reply_subject.c - the words that mail programs of many languages put before a subject. */
#include "mime/reply.h"

#include <string.h>

static const char *const answers[] = { "re", "aw", "sv", "antw", "antwort", "vs", "rif", "res",
	"odp", "ynt", "atb", "\345\233\236\345\244\215", "\347\255\224\345\244\215", NULL };
static const char *const forwards[] = { "fwd", "fw", "wg", "tr", "rv", "vb", "enc", "pd",
	"doorst", "vl", "\350\275\254\345\217\221", NULL };

/* Bytes of one such prefix with its colon and blanks: "Re: ", "AW:", "Re[2]: ", "Re^2:"; 0 for
 * none. A wide colon is one too. */
static size_t
prefix_length(const char *subject, const char *const *words)
{
	static const char wide_colon[] = "\357\274\232";
	for (; *words; words++) {
		size_t n = strlen(*words);
		if (g_ascii_strncasecmp(subject, *words, n) != 0)
			continue;
		const char *p = subject + n;
		if (*p == '[' || *p == '^' || *p == '(') {
			p++;
			p += strspn(p, "0123456789");
			p += *p == ']' || *p == ')';
		}
		p += strspn(p, " ");
		size_t colon = *p == ':' ? 1 : 0;
		if (g_str_has_prefix(p, wide_colon))
			colon = strlen(wide_colon);
		if (colon > 0)
			return (size_t)(p - subject) + colon + strspn(p + colon, " ");
	}
	return 0;
}

char *
reply_subject(const char *subject)
{
	size_t n;
	subject += strspn(subject, " ");
	while ((n = prefix_length(subject, answers)) > 0)
		subject += n;
	return g_strconcat("Re: ", subject, NULL);
}

char *
reply_forward_subject(const char *subject)
{
	subject += strspn(subject, " ");
	if (prefix_length(subject, forwards) > 0)
		return g_strdup(subject);
	return g_strconcat("Fwd: ", subject, NULL);
}
