/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request that is waited for: the command line's way to use a helper. */
#include "base/supervisor.h"

struct call {
	GMainLoop *loop;
	supervisor_reply_fn on_event;
	void *user;
	json_t *answer;
	GError *error;
};

static void
on_call_reply(const struct reply *reply, void *user)
{
	struct call *call = user;

	if (reply->kind == REPLY_EVENT) {
		if (call->on_event != NULL)
			call->on_event(reply, call->user);
		return;
	}
	if (reply->kind == REPLY_DONE)
		call->answer = json_deep_copy(reply->obj);
	else
		call->error = g_error_copy(reply->error);
	g_main_loop_quit(call->loop);
}

json_t *
supervisor_call(struct supervisor *s, json_t *obj, const int *fds, size_t n_fds,
    unsigned deadline_ms, supervisor_reply_fn on_event, void *user, GError **error)
{
	struct call call = { g_main_loop_new(NULL, FALSE), on_event, user, NULL, NULL };

	supervisor_request(s, obj, fds, n_fds, deadline_ms, NULL, on_call_reply, &call);
	g_main_loop_run(call.loop);
	g_main_loop_unref(call.loop);
	if (call.error != NULL)
		g_propagate_error(error, call.error);
	return call.answer;
}
