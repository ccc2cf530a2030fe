/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source.c - the order of things: nothing parses a message that the pre-screen has not passed. */
#include "mime/source.h"

#include "mime/prescreen.h"

void
source_init(struct source *s, const char *bytes, size_t len)
{
	*s = (struct source){ .bytes = bytes, .len = len };
	struct prescreen found;
	prescreen_scan(bytes, len, &found);
	if (found.finding != PRESCREEN_OK)
		s->limited = prescreen_text(found.finding);
	else if (!(s->message = mail_new(bytes, len, NULL)))
		s->limited = "there is no message in the file";
	if (s->message)
		s->header = mail_header(s->message);
	else
		s->header = s->own_header = header_of_bytes(bytes, len);
}

void
source_fini(struct source *s)
{
	header_free(s->own_header);
	mail_free(s->message);
}
