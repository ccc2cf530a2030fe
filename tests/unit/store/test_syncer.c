/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting for the disk beside what goes on, and what becomes of it when the process that waits dies. */
#include "base/error.h"
#include "store/syncer.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The parent of a process; 0. */
static pid_t
parent_of(const char *pid)
{
	char *path = g_strdup_printf("/proc/%s/stat", pid);
	char *text = NULL, *end;
	int parent = 0;

	if (g_file_get_contents(path, &text, NULL, NULL) && (end = strrchr(text, ')')) != NULL &&
	    sscanf(end, ") %*c %d", &parent) != 1)
		parent = 0;
	g_free(text);
	g_free(path);
	return parent;
}

static pid_t
child(void)
{
	DIR *proc = opendir("/proc");
	pid_t found = 0;

	g_assert_nonnull(proc);
	for (struct dirent *e; found == 0 && (e = readdir(proc)) != NULL;)
		if (g_ascii_isdigit(e->d_name[0]) && parent_of(e->d_name) == getpid())
			found = atoi(e->d_name);
	closedir(proc);
	return found;
}

static void
test_again(void)
{
	GError *error = NULL;
	struct syncer *s = syncer_new(g_get_tmp_dir(), &error);

	g_assert_no_error(error);
	g_assert_true(syncer_now(s, &error));
	g_assert_cmpint(child(), ==, 0); /* none is made for this */
	for (int i = 0; i < 3; i++) {
		syncer_begin(s);
		g_assert_cmpint(child(), >, 0);
		g_assert_true(syncer_end(s, &error));
		g_assert_false(syncer_is_busy(s));
	}
	syncer_free(s);
	g_assert_cmpint(child(), ==, 0);
	syncer_free(NULL);
}

/* What it saw of errors is not known: nothing counts as durable. The next one is whole again. */
static void
test_child_dies(void)
{
	GError *error = NULL;
	struct syncer *s = syncer_new(g_get_tmp_dir(), &error);
	pid_t pid;

	g_assert_no_error(error);
	syncer_begin(s);
	g_assert_true(syncer_end(s, &error));
	pid = child();
	g_assert_cmpint(kill(pid, SIGSTOP), ==, 0);
	syncer_begin(s);
	g_assert_true(syncer_is_busy(s));
	g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
	g_assert_false(syncer_end(s, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_IO);
	g_clear_error(&error);
	syncer_begin(s);
	g_assert_true(syncer_end(s, &error));
	syncer_free(s);
}

static void
test_no_folder(void)
{
	GError *error = NULL;

	g_assert_null(syncer_new("/nowhere", &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_IO);
	g_error_free(error);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/syncer/again", test_again);
	g_test_add_func("/syncer/child_dies", test_child_dies);
	g_test_add_func("/syncer/no_folder", test_no_folder);
	return g_test_run();
}
