/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_wishes.h - when and how a letter is to leave. */
#ifndef PENFOLD_PROGRAMS_STORE_WISHES_H
#define PENFOLD_PROGRAMS_STORE_WISHES_H

#include "programs/store_letter.h"
#include "programs/store_program.h"
#include "store/queue.h"

struct store_wishes {
	gint64 leave_at; /* 0: at once */
	bool is_undo;	 /* that is the end of the time for taking it back */
	enum queue_priority priority;
	char *notify; /* RFC 3461 4.1; "" for the server's own ways */
	bool require_tls;
};

/* Of a request queue-add or queue-add-raw: hold, at, priority, notify, require_tls; what
 * it does not say, its draft's "wishes" may. PF_ERROR_USAGE for a value that is none; *w
 * is to be cleared then, too. */
bool store_wishes_take(struct store_wishes *w, const struct store_program *p,
    const json_t *request, const struct store_letter *letter, GError **error);
void store_wishes_clear(struct store_wishes *w);

#endif
