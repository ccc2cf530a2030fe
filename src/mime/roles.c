/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roles.c - two passes over the flat list of parts: children tell their parents the best that they
 * can show, then parents tell their children whether they are shown. */
#include "mime/roles.h"

#include "mime/mail.h"

#include <string.h>

/* How well a part can be shown as text, by rising preference within an alternative. */
enum rank {
	RANK_NONE,
	RANK_LAST, /* some text that is shown when there is nothing else */
	RANK_TEXT, /* text that is shown where it stands */
	RANK_HTML,
	RANK_PLAIN,
};

struct note {
	enum rank rank;
	int chosen;  /* alternative: index of the child that is shown; related: the root */
	bool shown;  /* by its parents */
	bool within; /* inside an attached message */
};

static bool
is_blank_text(const struct mail_part *part)
{
	if (part->content.len > 1000)
		return false;
	for (size_t i = 0; i < part->content.len; i++)
		if (!g_ascii_isspace(part->content.bytes[i]))
			return false;
	return true;
}

static enum rank
leaf_rank(const struct mail_part *part)
{
	static const char *const texts[] = { "text/x-patch", "text/x-diff", "text/markdown",
		"text/enriched", "text/rfc822-headers", "message/delivery-status",
		"message/disposition-notification", "message/global-delivery-status",
		"message/feedback-report" };
	if (part->is_message ||
	    (part->disposition && strcmp(part->disposition, "attachment") == 0))
		return RANK_NONE;
	if (strcmp(part->type, "text/plain") == 0 || g_str_has_prefix(part->type, "multipart/"))
		return is_blank_text(part) ? RANK_LAST : RANK_PLAIN;
	if (strcmp(part->type, "text/html") == 0)
		return RANK_HTML;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		if (strcmp(part->type, texts[i]) == 0)
			return RANK_TEXT;
	return g_str_has_prefix(part->type, "text/") ? RANK_LAST : RANK_NONE;
}

static bool
is_type(const struct mail_part *part, const char *type)
{
	return strcmp(part->type, type) == 0;
}

/* Is this child the root that multipart/related names by "start"? */
static bool
is_start(const struct mail_part *related, const struct mail_part *child)
{
	const char *start =
	    g_mime_object_get_content_type_parameter(related->object, "start");
	if (!start || !child->content_id)
		return false;
	size_t len = strlen(child->content_id);
	const char *at = *start == '<' ? start + 1 : start;
	return strncmp(at, child->content_id, len) == 0 && (at[len] == '>' || at[len] == '\0');
}

/* A child reports to its parent. Children come last to first. */
static void
report(GPtrArray *parts, struct note *notes, int i)
{
	const struct mail_part *part = parts->pdata[i];
	if (part->parent < 0)
		return;
	const struct mail_part *holder = parts->pdata[part->parent];
	struct note *up = &notes[part->parent];
	if (holder->is_message)
		return;
	if (is_type(holder, "multipart/related")) {
		bool named = up->chosen >= 0 && is_start(holder, parts->pdata[up->chosen]);
		if (!named) { /* so the first child wins in the end */
			up->chosen = i;
			up->rank = notes[i].rank;
		}
		return;
	}
	/* the last of equals is the richest (RFC 2046 5.1.4), and comes first here */
	if (up->chosen < 0 || notes[i].rank > up->rank) {
		up->chosen = i;
		up->rank = notes[i].rank;
	}
}

static bool
is_shown_by(const struct mail_part *holder, const struct note *up, int i, enum rank rank)
{
	if (!up->shown)
		return false;
	if (is_type(holder, "multipart/alternative") || is_type(holder, "multipart/related"))
		return up->chosen == i;
	return rank > RANK_LAST;
}

/* A text that was passed over for another form of itself? */
static bool
is_other_form(GPtrArray *parts, const struct mail_part *part)
{
	for (int up = part->parent; up >= 0;) {
		const struct mail_part *holder = parts->pdata[up];
		if (is_type(holder, "multipart/alternative"))
			return true;
		if (holder->is_message)
			return false;
		up = holder->parent;
	}
	return false;
}

static void
decide(GPtrArray *parts, struct note *notes, int i)
{
	struct mail_part *part = parts->pdata[i];
	struct note *n = &notes[i];
	n->shown = true;
	if (part->parent >= 0) {
		const struct mail_part *holder = parts->pdata[part->parent];
		const struct note *up = &notes[part->parent];
		n->within = up->within || holder->is_message;
		n->shown = !n->within && is_shown_by(holder, up, i, n->rank);
	}
	if (part->role == MAIL_CONTAINER)
		return;
	if (n->within)
		part->role = MAIL_WITHIN;
	else if (n->shown && n->rank > RANK_NONE)
		part->role = MAIL_BODY;
	else if (n->rank > RANK_NONE && is_other_form(parts, part))
		part->role = MAIL_ALTERNATIVE;
	else if (n->rank > RANK_NONE && !part->filename && is_blank_text(part))
		part->role = MAIL_BODY; /* nothing to show, nothing to save */
	else
		part->role = MAIL_ATTACHMENT;
}

void
roles_assign(GPtrArray *parts)
{
	struct note *notes = g_new0(struct note, parts->len + 1);
	for (size_t i = 0; i < parts->len; i++) {
		const struct mail_part *part = parts->pdata[i];
		notes[i].chosen = -1;
		if (part->role != MAIL_CONTAINER)
			notes[i].rank = leaf_rank(part);
	}
	for (int i = (int)parts->len; i-- > 0;)
		report(parts, notes, i);
	for (int i = 0; i < (int)parts->len; i++)
		decide(parts, notes, i);
	g_free(notes);
}
