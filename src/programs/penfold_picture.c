/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold-picture - one picture in, cells or sixels out. It is sealed before it reads the first byte. A
 * program of its own, beside penfold-render: its libraries take longer to load than a letter takes to
 * open, and most letters have no pictures. */
#include "base/file.h"
#include "base/helper.h"
#include "base/limits.h"
#include "base/sandbox.h"
#include "picture/cells.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MEMORY_BYTES (1u << 30)
#define CPU_SECONDS 5 /* per picture */
#define MAX_FILES 32

static GBytes *
read_picture(struct helper_request *r, GError **error)
{
	int fd = helper_request_fd(r, 0);
	GByteArray *all = g_byte_array_new();
	static const size_t block_len = 65536;
	guint8 *block = g_malloc(block_len);
	ssize_t n = 0;

	(void)lseek(fd, 0, SEEK_SET); /* a pipe stays where it is */
	while (fd >= 0 && all->len <= LIMIT_PICTURE_BYTES && (n = read(fd, block, block_len)) > 0)
		g_byte_array_append(all, block, (guint)n);
	g_free(block);
	if (fd >= 0 && n == 0)
		return g_byte_array_free_to_bytes(all);
	g_set_error(error, PF_ERROR, fd < 0 ? PF_ERROR_USAGE : n < 0 ? PF_ERROR_IO : PF_ERROR_LIMIT, "%s",
	    fd < 0  ? "no descriptor came with the request"
	    : n < 0 ? g_strerror(errno)
		    : "the picture's file is too large to show");
	g_byte_array_unref(all);
	return NULL;
}

static bool
read_wish(const json_t *args, struct cells_wish *out, GError **error)
{
	static const char *const modes[] = {"symbols", "sixel", "kitty"};
	const char *mode = jsonl_string(args, "mode");

	*out = (struct cells_wish){
	    .cols = (int)CLAMP(jsonl_int(args, "cols", 40), 1, LIMIT_PICTURE_CELLS),
	    .rows = (int)CLAMP(jsonl_int(args, "rows", 20), 1, LIMIT_PICTURE_CELLS),
	    .colors = (int)CLAMP(jsonl_int(args, "colors", 256), 0, 256),
	    .cell_width = (int)CLAMP(jsonl_int(args, "cell_width", 0), 0, 100),
	    .cell_height = (int)CLAMP(jsonl_int(args, "cell_height", 0), 0, 200),
	    .is_ascii = jsonl_bool(args, "ascii", false),
	    .is_natural = jsonl_bool(args, "natural", false),
	};
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++)
		if (g_strcmp0(mode == NULL ? "symbols" : mode, modes[i]) == 0) {
			out->mode = (enum cells_mode)i;
			return true;
		}
	g_set_error_literal(error, PF_ERROR, PF_ERROR_USAGE, "mode is symbols, sixel or kitty");
	return false;
}

/* Pixels enough for what can be seen of them. */
static int
pixels_for(const struct cells_wish *wish)
{
	int width = wish->cols * (wish->cell_width > 0 ? wish->cell_width : 10);
	int height = wish->rows * (wish->cell_height > 0 ? wish->cell_height : 20);

	return wish->mode == CELLS_SYMBOLS ? MAX(wish->cols * 8, wish->rows * 16) : MAX(width, height);
}

static void
op_picture(struct helper_request *r, void *state)
{
	struct cells_wish wish;
	struct raster raster;
	GError *error = NULL;
	GBytes *bytes = NULL;

	(void)state;
	sandbox_cpu_budget(CPU_SECONDS);
	if (read_wish(helper_args(r), &wish, &error))
		bytes = read_picture(r, &error);
	if (bytes != NULL && raster_init(&raster, bytes, pixels_for(&wish), &error)) {
		json_t *answer = cells_draw(&raster, &wish);
		json_object_set_new(answer, "type", json_string(raster.type));
		json_object_set_new(answer, "width", json_integer(raster.own_width));
		json_object_set_new(answer, "height", json_integer(raster.own_height));
		helper_done(r, answer);
		raster_fini(&raster);
	} else {
		helper_fail(r, error);
	}
	g_clear_pointer(&bytes, g_bytes_unref);
}

static const struct helper_op ops[] = {
	{ "picture", op_picture },
	{ NULL, NULL },
};

static bool
seal(GError **error)
{
	const struct sandbox_limits limits = {
		.memory_bytes = MEMORY_BYTES,
		.cpu_seconds = CPU_SECONDS,
		.file_bytes = 1, /* it writes answers, no files */
		.files = MAX_FILES,
	};
	raster_preload();
	json_object_seed(0);
	return sandbox_seal(&limits, error);
}

SANDBOX_SANITIZER_OPTIONS

int
main(int argc, char **argv)
{
	struct program_options opts;
	GError *error = NULL;

	program_options(argc, argv, &opts);
	program_options_free(&opts);
	if (!seal(&error))
		return program_fail(error);
	return helper_serve(ops, NULL);
}
