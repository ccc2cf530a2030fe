/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pre-screen and the stand-in of any bytes; a stand-in must pass the pre-screen itself. */
#include "mime/prescreen.h"

#include <stdint.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prescreen found;
	struct prescreen again;
	prescreen_scan((const char *)data, size, &found);
	char *text = prescreen_stand_in((const char *)data, size, &found, "00");
	prescreen_scan(text, strlen(text), &again);
	g_assert_cmpint(again.finding, ==, PRESCREEN_OK);
	g_free(text);
	return 0;
}
