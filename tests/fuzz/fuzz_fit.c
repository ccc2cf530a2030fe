/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A letter made fit to be signed. */
#include "crypto/fit.h"
#include "mime/mail.h"
#include "mime/prescreen.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prescreen found;
	mail_init();
	prescreen_scan((const char *)data, size, &found);
	if (found.finding != PRESCREEN_OK)
		return 0;
	GBytes *letter = g_bytes_new(data, size), *fit = fit_for_signing(letter, NULL);
	g_clear_pointer(&fit, g_bytes_unref);
	g_bytes_unref(letter);
	return 0;
}
