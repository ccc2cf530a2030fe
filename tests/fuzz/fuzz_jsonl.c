/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What another program writes on its line to us: objects until the end or the first error. Each is the same again when it
 * is handed on, with the texts behind it. */
#include "base/jsonl.h"
#include "base/jsonl_line.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
hand_on(const json_t *obj)
{
	size_t len;
	char *line = jsonl_line_dump(obj, 0, &len);
	json_t *again;

	g_assert_nonnull(line);
	again = jsonl_line_parse(line, len, NULL);
	g_assert_true(json_equal(obj, again));
	json_decref(again);
	free(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *file = tmpfile();
	struct jsonl *j;
	json_t *obj = NULL;
	size_t n_fds;
	int fds[8];

	g_assert_nonnull(file);
	g_assert_cmpuint(fwrite(data, 1, size, file), ==, size);
	rewind(file);
	j = jsonl_new(dup(fileno(file)), open("/dev/null", O_WRONLY | O_CLOEXEC));
	while (jsonl_receive(j, true, &obj, fds, &n_fds, NULL) == JSONL_ITEM) {
		g_assert_true(json_is_object(obj) && n_fds == 0);
		hand_on(obj);
		json_decref(obj);
	}
	jsonl_free(j);
	(void)fclose(file);
	return 0;
}
