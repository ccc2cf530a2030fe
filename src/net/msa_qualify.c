/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_qualify.c - one pass over a list of mailboxes; what already has a domain stays to the
 * byte. */
#include "net/msa_qualify.h"

#include "base/limits.h"
#include "base/mailbox_text.h"
#include "mime/compose_address.h"
#include "mime/compose_header.h"
#include "net/msa_check_letter.h"

#include <string.h>

static const char *const names[] = {"From", "Sender", "Reply-To", "To", "Cc", "Bcc",
    "Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc", "Resent-Bcc"};

/* A dot-atom alone, as "root" or "john.doe". */
static bool
is_bare(const char *word)
{
	return g_regex_match_simple("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
				    "(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$",
	    word, G_REGEX_RAW, 0);
}

char *
msa_qualify_address(const char *text, const struct msa_identity *who)
{
	const char *domain = compose_address_domain(who->address);

	if (!is_bare(text))
		return g_strdup(text);
	if (who->is_local_user(text))
		return g_strdup(who->address);
	return g_strdup_printf("%s@%s", text, domain);
}

/* The end of the mailbox that begins at p: its comma, or the end of the text. */
static const char *
mailbox_end(const char *p)
{
	bool is_quoted = false, is_angle = false;
	unsigned depth = 0;

	for (; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		else if (*p == '"')
			is_quoted = !is_quoted;
		else if (is_quoted)
			continue;
		else if (*p == '(')
			depth++;
		else if (*p == ')' && depth > 0)
			depth--;
		else if (depth == 0 && (*p == '<' || *p == '>'))
			is_angle = *p == '<';
		else if (depth == 0 && !is_angle && (*p == ',' || *p == ';'))
			return p;
	}
	return p;
}

/* An old form: the name as a comment behind the address. Owned. */
static char *
named(const char *comment, const char *spec)
{
	char *name = g_strdup(comment + 1), *out;
	char *close = strrchr(name, ')');

	if (close != NULL)
		*close = '\0';
	out = mailbox_text(g_strstrip(name), spec);
	g_free(name);
	return out;
}

/* "root (Cron Daemon)" and "Name <root>"; anything else stays. Owned. */
static char *
qualify_mailbox(const char *text, const struct msa_identity *who)
{
	const char *open = strchr(text, '('), *angle = strchr(text, '<');
	char *word, *full, *out;

	if (strchr(text, '@') != NULL || (open != NULL && angle != NULL))
		return g_strdup(text);
	if (angle != NULL) {
		word = g_strstrip(g_strndup(angle + 1, strcspn(angle + 1, ">")));
		full = msa_qualify_address(word, who);
		out = g_strdup_printf("%.*s<%s>", (int)(angle - text), text, full);
	} else {
		word = g_strstrip(g_strndup(text, open != NULL ? (gsize)(open - text)
							       : strlen(text)));
		full = msa_qualify_address(word, who);
		out = open != NULL ? named(open, full) : g_strdup(full);
	}
	if (!is_bare(word)) {
		g_free(out);
		out = g_strdup(text);
	}
	g_free(word);
	g_free(full);
	return out;
}

/* The list with its mailboxes completed; NULL when nothing changes. Owned. */
static char *
qualify_list(const char *value, const struct msa_identity *who)
{
	GString *out = g_string_sized_new(strlen(value) + 32);
	const char *p = value;

	/* a group has names of its own before ":" */
	while (*p != '\0' && strchr(value, ':') == NULL) {
		const char *end = mailbox_end(p);
		char *text = g_strstrip(g_strndup(p, (gsize)(end - p)));
		char *full = qualify_mailbox(text, who);

		g_string_append(out, full);
		if (*end != '\0')
			g_string_append(out, ", ");
		g_free(full);
		g_free(text);
		p = *end != '\0' ? end + 1 : end;
	}
	if (*p == '\0' && out->len > 0 && strcmp(out->str, value) != 0)
		return g_string_free(out, FALSE);
	g_string_free(out, TRUE);
	return NULL;
}

/* Written by compose_address where it parses, so that comments become names. */
static void
qualify_field(struct msa_mend *m, guint i, const char *name, const struct msa_identity *who)
{
	char *value = msa_mend_value(m, i);
	bool is_short = strlen(value) <= LIMIT_HEADER_VALUE && strchr(value, '@') == NULL;
	char *list = is_short || strpbrk(value, ",;") != NULL ? qualify_list(value, who) : NULL;
	GPtrArray *parsed = list != NULL ? compose_address_list(list, NULL) : NULL;

	if (parsed != NULL) {
		GString *field = g_string_new(NULL);

		compose_header_addresses(field, name, parsed);
		if (field->len > 0)
			msa_mend_take(m, i, field);
		else
			g_string_free(field, TRUE);
		g_ptr_array_unref(parsed);
	}
	g_free(list);
	g_free(value);
}

static void
add_from(struct msa_mend *m, const struct msa_identity *who)
{
	struct compose_address self = {
	    .name = (char *)(guintptr)(who->full_name != NULL ? who->full_name : ""),
	    .spec = (char *)(guintptr)who->address};
	GPtrArray *list = g_ptr_array_new();
	GString *field = g_string_new(NULL);

	g_ptr_array_add(list, &self);
	compose_header_addresses(field, "From", list);
	g_ptr_array_unref(list);
	msa_mend_add(m, field);
}

/* A letter without any empty line, as `echo text | sendmail` makes it: from the first line on that is no field
 * all of it is text. */
static void
separate(struct msa_mend *m)
{
	guint n = msa_mend_header_end(m);

	if (g_bytes_get_size(m->body) > 0 || n == m->fields->len)
		return;
	GString *body = g_string_new("\r\n");
	for (guint i = n; i < m->fields->len; i++) {
		const GString *line = m->fields->pdata[i];
		g_string_append_len(body, line->str, (gssize)line->len);
	}
	g_ptr_array_set_size(m->fields, (gint)n);
	g_bytes_unref(m->body);
	m->body = g_string_free_to_bytes(body);
}

GBytes *
msa_qualify(GBytes *letter, const struct msa_identity *who)
{
	struct msa_mend m;
	GBytes *out;

	msa_mend_init(&m, letter, NULL);
	separate(&m);
	for (guint i = 0; i < m.fields->len; i++)
		for (size_t k = 0; k < G_N_ELEMENTS(names); k++)
			if (msa_mend_is(&m, i, names[k]))
				qualify_field(&m, i, names[k], who);
	for (const struct msa_check_row *row = msa_check_address_rows; row->code != NULL; row++)
		if (row->fix != NULL)
			row->fix(&m);
	if (msa_mend_find(&m, "From") < 0)
		add_from(&m, who);
	out = msa_mend_letter(&m);
	msa_mend_fini(&m);
	return out;
}
