/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A calendar, a card and enriched text to lines; the answer to an invitation. */
#include "mime/calendar.h"
#include "mime/card.h"
#include "mime/enriched.h"

#include <stdint.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
take(const char *display, enum line_style style, void *user)
{
	(void)user;
	g_assert_true(g_utf8_validate(display, -1, NULL) && layout_style_name(style));
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = g_utf8_make_valid((const char *)data, (gssize)size);
	struct calendar *c = calendar_parse(text, strlen(text));
	struct layout l;
	layout_init(&l, 30, 1 << 20, take, NULL);
	calendar_lines(c, &l);
	card_lines(text, strlen(text), &l);
	enriched_render(text, strlen(text), size % 2 == 0, &l);
	const struct calendar_event *e = calendar_request(c);
	g_free(e ? calendar_reply(e, CALENDAR_ACCEPT, "a@b.example", "A", 0) : NULL);
	calendar_free(c);
	g_free(text);
	return 0;
}
