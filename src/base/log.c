/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log sink: the only mutable file statics of the base layer live here. */
#include "base/log.h"

#include "base/safe_text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int log_fd = STDERR_FILENO;
static enum log_level log_threshold = LOG_LEVEL_WARN;

void
log_init(void)
{
	if (getenv("PENFOLD_DEBUG") != NULL)
		log_threshold = LOG_LEVEL_DEBUG;
}

bool
log_to_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return false;
	if (log_fd != STDERR_FILENO)
		close(log_fd);
	log_fd = fd;
	if (log_threshold < LOG_LEVEL_INFO)
		log_threshold = LOG_LEVEL_INFO;
	return true;
}

/* One write(2) a line, so that lines of several programs do not mix in one file. */
static void __attribute__((format(printf, 3, 0)))
emit(enum log_level level, const char *category, const char *format, va_list args)
{
	static const char *const words[] = { "error", "warn", "info", "debug" };
	GDateTime *now;
	char *raw, *text, *stamp, *line;

	if (level > log_threshold)
		return;
	raw = g_strdup_vprintf(format, args);
	text = safe_line(raw); /* standard error may be a terminal, and so may be who reads the file */
	now = g_date_time_new_now_utc();
	stamp = g_date_time_format(now, "%Y-%m-%dT%H:%M:%S");
	line = g_strdup_printf("%sZ %s[%d] %s %s: %s\n", stamp, g_get_prgname(), (int)getpid(),
	    words[level], category, text);
	while (write(log_fd, line, strlen(line)) < 0 && errno == EINTR)
		;
	g_date_time_unref(now);
	g_free(raw);
	g_free(text);
	g_free(stamp);
	g_free(line);
}

#define LOG_FUNCTION(name, level) \
	void name(const char *category, const char *format, ...) \
	{ \
		va_list args; \
		va_start(args, format); \
		emit(level, category, format, args); \
		va_end(args); \
	}

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warn, LOG_LEVEL_WARN)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)
