/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log.h - the log: one line an event, `category: key=value`, to stderr or a file.
 *
 * Never bodies, subjects or addresses above debug; never secrets. An error is logged once,
 * where it is handled. */
#ifndef PENFOLD_BASE_LOG_H
#define PENFOLD_BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Read PENFOLD_DEBUG (any value: debug level). The program's name is g_get_prgname()'s. */
void
log_init(void);

/* Send the log to this file (append, 0600) instead of stderr. False when it cannot be opened. */
bool
log_to_file(const char *path);

/* One line each; category is a word of the module, debug only after PENFOLD_DEBUG. */
void
log_error(const char *category, const char *format, ...) __attribute__((format(printf, 2, 3)));
void
log_warn(const char *category, const char *format, ...) __attribute__((format(printf, 2, 3)));
void
log_info(const char *category, const char *format, ...) __attribute__((format(printf, 2, 3)));
void
log_debug(const char *category, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
