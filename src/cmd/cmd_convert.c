/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold convert: other programs' settings as an rc file of Penfold's. */
#include "cmd/cmd.h"
#include "cmd/foreign_rc.h"

#include "base/file.h"
#include "base/safe_text.h"

#include <stdio.h>
#include <string.h>

#define MAX_FILE (1u << 20)

static json_t *
strings(const GPtrArray *list)
{
	json_t *out = json_array();
	for (guint i = 0; i < list->len; i++)
		json_array_append_new(out, jsonl_text(list->pdata[i], -1));
	return out;
}

int
cmd_convert(struct cmd_context *ctx, int argc, char **argv)
{
	GError *error = NULL;
	if (cmd_unknown_option(&argc, argv) != NULL || argc != 2)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, "usage: penfold convert [--json] FILE"));
	GBytes *bytes = file_read(argv[1], MAX_FILE, &error);
	if (bytes == NULL)
		return cmd_fail(error);
	char *text = g_utf8_make_valid(g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes));
	char *name = g_path_get_basename(argv[1]);
	struct foreign_rc *f = foreign_rc_read(text, name, NULL);
	int code = f != NULL ? 0 : 1;
	if (f == NULL) {
		char *safe = safe_line(argv[1]);
		(void)fprintf(stderr, "penfold: %s is no muttrc, accounts.conf of aerc, mbsyncrc or msmtprc\n", safe);
		g_free(safe);
	} else {
		char *rc = foreign_rc_text(f), *safe = safe_text(rc, strlen(rc), SAFE_TEXT_BODY);
		if (ctx->opts->json)
			cmd_print_json(json_pack("{s:s, s:o, s:o}", "kind", f->kind, "rc", jsonl_text(rc, -1),
			    "not_taken_over", strings(f->unknown)));
		else
			(void)fputs(safe, stdout);
		g_free(safe);
		g_free(rc);
	}
	foreign_rc_free(f);
	g_free(name);
	g_free(text);
	g_bytes_unref(bytes);
	return code;
}
