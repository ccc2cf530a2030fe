/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.c - which report a message is, by its structure. */
#include "mime/report_private.h"

#include "base/jsonl.h"
#include "base/limits.h"

#include <string.h>

/* --- parts of fields --- */

static json_t *
read_fields(const struct mail_part *part, json_t *(*read)(const char *, size_t))
{
	GString *text = report_part_text(part);
	json_t *report = read(text->str, text->len);

	g_string_free(text, TRUE);
	return report;
}

static json_t *
of_fields(const struct mail *m)
{
	static const struct {
		const char *type;
		json_t *(*read)(const char *text, size_t len);
	} kinds[] = {
	    {"message/delivery-status", report_dsn},
	    {"message/global-delivery-status", report_dsn},
	    {"message/disposition-notification", report_mdn},
	    {"message/global-disposition-notification", report_mdn},
	    {"message/feedback-report", report_arf},
	};
	json_t *report = NULL;
	size_t i;

	for (i = 0; report == NULL && i < G_N_ELEMENTS(kinds); i++) {
		const struct mail_part *part = report_find(m, kinds[i].type);

		if (part != NULL)
			report = read_fields(part, kinds[i].read);
	}
	if (report != NULL)
		json_object_set_new(report, "original", report_original(m));
	return report;
}

/* --- files --- */

static json_t *
of_bytes(const char *bytes, size_t len)
{
	GBytes *plain = report_unpack(bytes, len);
	json_t *report = NULL;
	const char *text;
	gsize n;

	if (plain == NULL)
		return NULL;
	text = g_bytes_get_data(plain, &n);
	report = memchr(text, '<', MIN(n, 64)) != NULL ? report_dmarc(text, n) : NULL;
	if (report == NULL)
		report = report_tlsrpt(text, n);
	g_bytes_unref(plain);
	return report;
}

static bool
may_be_file(const struct mail_part *part)
{
	static const char *const types[] = {"application/gzip", "application/x-gzip",
	    "application/zip", "application/x-zip-compressed", "application/x-zip",
	    "text/xml", "application/xml", "application/octet-stream",
	    "application/tlsrpt+gzip", "application/tlsrpt+json", "application/json"};
	size_t i;

	if (part->role == MAIL_CONTAINER || part->role == MAIL_WITHIN ||
	    part->is_message || part->content.len > LIMIT_REPORT_UNPACKED)
		return false;
	for (i = 0; i < G_N_ELEMENTS(types); i++) {
		if (strcmp(part->type, types[i]) == 0)
			return true;
	}
	return false;
}

static bool
append(const char *bytes, size_t len, void *user)
{
	GByteArray *all = user;

	if (all->len + len > LIMIT_REPORT_UNPACKED)
		return false;
	g_byte_array_append(all, (const guint8 *)bytes, (guint)len);
	return true;
}

static json_t *
of_files(const struct mail *m)
{
	json_t *report = NULL;
	size_t i, tried = 0;

	for (i = 0; report == NULL && i < mail_n_parts(m); i++) {
		const struct mail_part *part = mail_part(m, i);
		GByteArray *all;

		if (!may_be_file(part) || tried++ >= LIMIT_REPORT_MEMBERS)
			continue;
		all = g_byte_array_new();
		if (content_read(&part->content, append, all))
			report = of_bytes((const char *)all->data, all->len);
		g_byte_array_unref(all);
	}
	return report;
}

bool
report_is_likely(const char *bytes, size_t len)
{
	struct header *h = header_of_bytes(bytes, len);
	const char *type = header_last(h, "Content-Type"), *path = header_last(h, "Return-Path");
	const char *from = header_last(h, "From");
	char *lower = from != NULL ? g_ascii_strdown(from, -1) : g_strdup("");
	bool found =
	    (type != NULL && g_ascii_strncasecmp(type, "multipart/report", 16) == 0) ||
	    (path != NULL && strcmp(path, "<>") == 0) ||
	    header_last(h, "X-Failed-Recipients") != NULL ||
	    strstr(lower, "mailer-daemon@") != NULL;

	g_free(lower);
	header_free(h);
	return found;
}

json_t *
report_json(const struct source *s)
{
	json_t *report = of_bytes(s->bytes, s->len);

	if (report == NULL && s->message != NULL)
		report = of_fields(s->message);
	if (report == NULL && s->message != NULL)
		report = of_files(s->message);
	if (report == NULL) {
		report = report_bounce(s);
		if (report != NULL)
			json_object_set_new(report, "original",
			    s->message != NULL ? report_original(s->message)
					       : json_null());
	}
	return report != NULL ? report : json_pack("{s:n}", "kind");
}
