/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold tell: an action of the screen that runs, from a script or a key of the desktop. */
#include "cmd/cmd.h"

#include "client/takeover.h"

int
cmd_tell(struct cmd_context *ctx, int argc, char **argv)
{
	if (argc < 2 || *argv[1] == '-')
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, "usage: penfold tell ACTION [ARGUMENT]"));
	char *line = g_strjoinv(" ", argv + 1);
	char *state_dir = rc_state_dir(cmd_rc(ctx));
	json_t *obj = json_pack("{s:s, s:o}", "op", "command", "command", jsonl_text(*line == ':' ? line + 1 : line, -1));
	bool ok = takeover_ask(state_dir, obj);

	json_decref(obj);
	g_free(state_dir);
	g_free(line);
	if (ok)
		return 0;
	return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_UNAVAILABLE,
	    "no screen of yours does this now: none runs here, it is asking something, or the view that is open has no such action"));
}
