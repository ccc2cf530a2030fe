/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An HTML page to lines. */
#include "mime/html.h"
#include "mime/images.h"

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
	char *page = g_utf8_make_valid((const char *)data, (gssize)size);
	struct html_result result;
	struct layout l;
	html_init();
	layout_init(&l, 30, 1 << 20, take, NULL);
	l.images = images_new();
	l.shows_images = LAYOUT_IMAGES_ALL;
	html_render(page, strlen(page), &l, &result);
	json_decref(images_json(l.images, NULL));
	images_free(l.images);
	g_free(page);
	return 0;
}
