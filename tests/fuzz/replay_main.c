/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay_main.c - runs a fuzz target over a corpus without libFuzzer, one TAP line a file.
 *
 * Linked to one fuzz_X.c in a build with sanitizers, whose first finding ends the program. Besides
 * the files it feeds what no corpus needs to hold: nothing, one byte, and each file cut short at
 * a number of places, which is how a connection ends. Two seconds a file are a failure: what
 * takes that long on a small input is quadratic or worse. */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SECONDS_A_FILE 2
#define CUTS 64

/* The bytes in a block of exactly that size, so that a read past the end is seen. */
static void
feed(const char *bytes, size_t size)
{
	uint8_t *copy = size > 0 ? g_memdup2(bytes, size) : g_malloc(1);

	LLVMFuzzerTestOneInput(copy, size);
	g_free(copy);
}

static gint64
feed_whole_and_cut(const char *bytes, size_t size)
{
	size_t step = MAX(size / CUTS, 1);
	gint64 start = g_get_monotonic_time(), whole;

	feed(bytes, size);
	whole = g_get_monotonic_time() - start;
	for (size_t cut = step; cut < size; cut += step)
		feed(bytes, cut);
	return whole;
}

static bool
replay_file(const char *path, unsigned number)
{
	g_autofree char *bytes = NULL;
	g_autofree char *name = g_path_get_basename(path);
	gsize size = 0;
	gint64 spent;
	bool is_ok;

	if (!g_file_get_contents(path, &bytes, &size, NULL)) {
		printf("not ok %u - %s cannot be read\n", number, name);
		return false;
	}
	printf("# %s, %zu bytes\n", name, (size_t)size);
	fflush(stdout); /* the last line names the file, should this be the end */
	spent = feed_whole_and_cut(bytes, size);
	is_ok = spent < SECONDS_A_FILE * G_USEC_PER_SEC;
	printf("%sok %u - %s\n", is_ok ? "" : "not ", number, name);
	if (!is_ok)
		printf("# took %.1f s\n", (double)spent / G_USEC_PER_SEC);
	return is_ok;
}

static int
by_path(gconstpointer a, gconstpointer b)
{
	return g_strcmp0(*(char *const *)a, *(char *const *)b);
}

/* Paths of the regular files of the folder, sorted. Owned by the caller. */
static GPtrArray *
list_files(const char *folder)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		char *path = g_build_filename(folder, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
			g_ptr_array_add(files, path);
		else
			g_free(path);
	}
	if (dir)
		g_dir_close(dir);
	g_ptr_array_sort(files, by_path);
	return files;
}

int
main(int argc, char **argv)
{
	unsigned n = 0, failed = 0;

	for (unsigned byte = 0; byte < 256; byte++)
		feed((const char[]){(char)byte}, byte == 0 ? 0 : 1);
	printf("ok %u - nothing, and each single byte\n", ++n);
	for (int i = 1; i < argc; i++) {
		g_autoptr(GPtrArray) files = list_files(argv[i]);

		for (guint k = 0; k < files->len; k++)
			failed += !replay_file(g_ptr_array_index(files, k), ++n);
		if (files->len == 0) {
			printf("not ok %u - %s holds no file\n", ++n, argv[i]);
			failed++;
		}
	}
	printf("1..%u\n", n);
	return failed > 0;
}
