/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an authorization server, a browser and an autoconfig server send. */
#include "net/autoconfig.h"
#include "net/oauth.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	char *text = g_strndup(bytes, size);
	GPtrArray *servers = autoconfig_parse(bytes, size, "ann@example.org", NULL);
	struct oauth_token token;
	struct oauth_device device;
	char *code = NULL;

	(void)oauth_read_token(bytes, size, 1000, &token, &code, NULL);
	(void)oauth_read_device(bytes, size, 1000, &device, NULL);
	oauth_token_clear(&token);
	oauth_device_clear(&device);
	g_free(code);
	g_free(oauth_read_redirect(text, "s", NULL));
	if (servers != NULL)
		g_ptr_array_unref(servers);
	g_free(text);
	return 0;
}
