/* SPDX-License-Identifier: GPL-3.0-or-later */
/* account_log.h - what happened to an account, for people: STATE/log/ACCOUNT.log (0600), a line an event,
 * with local time. Past LIMIT_ACCOUNT_LOG bytes the file becomes ACCOUNT.log.1 in place of the one
 * before. Secrets never get there: what is hidden is cut out of every line, whoever quotes it. */
#ifndef PENFOLD_BASE_ACCOUNT_LOG_H
#define PENFOLD_BASE_ACCOUNT_LOG_H

#include "base/secret.h"

struct account_log;

/* Opens nothing before the first line; failures cost the line and no more. account is copied. */
struct account_log *
account_log_new(const struct rc *rc, const char *account);
void
account_log_free(struct account_log *log);
/* Cut this out of every line from now on, in clear and as the log-ins encode it. NULL is fine. */
void
account_log_hide(struct account_log *log, const struct secret *secret, const char *user);
/* One line; what is a word of the program: "sync", "send". */
void
account_log_line(struct account_log *log, const char *what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Where it is; owned. And its last n lines, oldest first, owned strings; empty when there is none. */
char *
account_log_path(const struct rc *rc, const char *account);
GPtrArray *
account_log_last(const struct rc *rc, const char *account, guint n);

#endif
