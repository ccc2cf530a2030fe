/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server says in a log-in: each line is a challenge, for every mechanism. */
#include "net/sasl.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1", "PLAIN", "LOGIN", "CRAM-MD5",
	    "OAUTHBEARER", "XOAUTH2"};
	char *text = g_strndup((const char *)data, size), **lines = g_strsplit(text, "\n", 8);
	struct secret *secret = secret_new("pencil", 6);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		struct sasl_opts opts = {.mechanism = names[i], .user = "user", .secret = secret, .binding = "tls-exporter",
		    .binding_data = data, .binding_len = MIN(size, 32)};
		struct sasl *s = sasl_new(&opts, NULL);

		sasl_set_nonce(s, "abc");
		sasl_wipe(sasl_initial(s));
		for (char **line = lines; *line != NULL; line++) {
			char *challenge = g_base64_encode((const guchar *)*line, strlen(*line));
			sasl_wipe(sasl_step(s, i % 2 != 0 ? challenge : *line, NULL));
			g_free(challenge);
		}
		(void)sasl_finish(s, NULL);
		sasl_free(s);
	}
	secret_free(secret);
	g_strfreev(lines);
	g_free(text);
	return 0;
}
