/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold-render - one message in, lines out. It is sealed before it reads the first byte of mail:
 * what a message can make of it can neither open a file nor a socket nor start a program. By hand:
 * penfold-render [--width N] FILE prints the JSON of `penfold show`. */
#include "base/file.h"
#include "base/helper.h"
#include "base/limits.h"
#include "base/sandbox.h"
#include "mime/autocrypt.h"
#include "mime/body.h"
#include "mime/charset.h"
#include "mime/html.h"
#include "mime/images.h"
#include "mime/links.h"
#include "mime/reply.h"
#include "mime/report.h"
#include "mime/show.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MEMORY_BYTES (LIMIT_LITERAL + (512u << 20)) /* the mapped message, and work on it */
#define CPU_SECONDS 20				    /* per request */
#define MAX_FILES 64
#define BATCH_LINES 200 /* the first: some screens */
#define MORE_LINES 2000
#define BATCH_BYTES (128u << 10)
#define MAX_BODY (2u << 20) /* of show's body within one line of JSON */
#define MAX_WIDTH 2000
#define REPLY_WIDTH 78

/* The bytes of one message: mapped, or read where the descriptor is no file. */
struct input {
	char *bytes;
	size_t len;
	bool mapped;
	struct source source;
};

static bool
read_stream(int fd, struct input *in, GError **error)
{
	GByteArray *all = g_byte_array_new();
	guint8 block[32768];
	ssize_t n;
	while ((n = read(fd, block, sizeof(block))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || all->len + (size_t)n > LIMIT_LITERAL) {
			g_set_error(error, PF_ERROR, n < 0 ? PF_ERROR_IO : PF_ERROR_LIMIT,
			    "cannot read the message: %s",
			    n < 0 ? g_strerror(errno) : "it is too large");
			g_byte_array_unref(all);
			return false;
		}
		g_byte_array_append(all, block, (guint)n);
	}
	in->len = all->len;
	in->bytes = (char *)g_byte_array_free(all, FALSE);
	return true;
}

static bool
map_file(int fd, size_t len, struct input *in, GError **error)
{
	if (len > LIMIT_LITERAL) {
		g_set_error(error, PF_ERROR, PF_ERROR_LIMIT, "the message is too large to show");
		return false;
	}
	void *at = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED) {
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "cannot map the message: %s",
		    g_strerror(errno));
		return false;
	}
	(void)madvise(at, len, MADV_WILLNEED); /* a hint */
	in->bytes = at;
	in->len = len;
	in->mapped = true;
	return true;
}

static bool
input_open(struct input *in, int fd, GError **error)
{
	struct stat st;
	*in = (struct input){ 0 };
	if (fd < 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "no descriptor came with the request");
		return false;
	}
	bool is_file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
	bool ok = is_file ? map_file(fd, (size_t)st.st_size, in, error)
			  : read_stream(fd, in, error);
	if (ok)
		source_init(&in->source, in->bytes ? in->bytes : "", in->len);
	return ok;
}

static void
input_close(struct input *in)
{
	source_fini(&in->source);
	if (in->mapped)
		(void)munmap(in->bytes, in->len); /* our own mapping */
	else
		g_free(in->bytes);
}

static int
width_of(const struct helper_request *r, int fallback)
{
	return (int)CLAMP(jsonl_int(helper_args(r), "width", fallback), 0, MAX_WIDTH);
}

static void
seal_clear(void *p)
{
	g_free(((struct body_seal *)p)->text);
}

/* What penfold-crypt found out about a message that it has opened. */
static void
take_seals(struct source *s, const json_t *args)
{
	const json_t *list = json_object_get(args, "seals");
	json_t *item;
	size_t i;
	s->is_protected = jsonl_bool(args, "protected", false);
	s->seals = g_array_new(FALSE, FALSE, sizeof(struct body_seal));
	g_array_set_clear_func(s->seals, seal_clear);
	json_array_foreach(list, i, item)
	{
		struct body_seal seal = {
			.start = (size_t)MAX(jsonl_int(item, "start", 0), 0),
			.end = (size_t)MAX(jsonl_int(item, "end", 0), 0),
			.text = g_strdup(jsonl_string(item, "text")),
		};
		g_array_append_val(s->seals, seal);
	}
}

/* Opens the message of a request, or ends the request with an error. */
static bool
begin(struct helper_request *r, struct input *in)
{
	GError *error = NULL;
	sandbox_cpu_budget(CPU_SECONDS);
	if (input_open(in, helper_request_fd(r, 0), &error)) {
		if (!in->source.mended) /* else places mean nothing */
			take_seals(&in->source, helper_args(r));
		return true;
	}
	helper_fail(r, error);
	return false;
}

struct batch {
	struct helper_request *request;
	const struct layout *layout;
	json_t *lines; /* not yet sent */
	GString *run;  /* the last of them: lines of one style */
	guint n_run, n_lines;
	enum line_style style;
	json_int_t total;
	bool cancelled;
};

/* Lines of one style are one text: a message may have a million, and each object of JSON takes time and memory
 * on both sides. Display text is valid UTF-8 and is not checked again. */
static void
run_end(struct batch *b)
{
	if (b->n_run == 0)
		return;
	json_t *line = json_object();
	json_object_set_new_nocheck(line, "t", json_stringn_nocheck(b->run->str, b->run->len));
	json_object_set_new_nocheck(line, "s", json_string_nocheck(layout_style_name(b->style)));
	if (b->n_run > 1)
		json_object_set_new_nocheck(line, "n", json_integer(b->n_run));
	if (b->style == LINE_IMAGE && b->layout->image > 0)
		json_object_set_new_nocheck(line, "i", json_integer(b->layout->image));
	json_array_append_new(b->lines, line);
	g_string_truncate(b->run, 0);
	b->n_run = 0;
}

static void
batch_send(struct batch *b)
{
	run_end(b);
	b->n_lines = 0;
	if (json_array_size(b->lines) == 0)
		return;
	helper_event(b->request, "lines", json_pack("{s:o}", "lines", b->lines));
	b->lines = json_array();
	b->cancelled = helper_is_cancelled(b->request);
}

static bool
batch_line(const char *display, enum line_style style, void *user)
{
	struct batch *b = user;
	if (style != b->style || style == LINE_IMAGE)
		run_end(b);
	b->style = style;
	if (b->n_run++ > 0)
		g_string_append_c(b->run, '\n');
	g_string_append(b->run, display);
	if (style == LINE_IMAGE) /* which one is known now */
		run_end(b);
	b->total++;
	if (++b->n_lines >= (b->total <= BATCH_LINES ? BATCH_LINES : MORE_LINES) || b->run->len >= BATCH_BYTES)
		batch_send(b);
	return !b->cancelled;
}

static enum layout_images
images_wanted(const json_t *args)
{
	const char *word = jsonl_string(args, "images");
	if (g_strcmp0(word, "all") == 0)
		return LAYOUT_IMAGES_ALL;
	return g_strcmp0(word, "own") == 0 ? LAYOUT_IMAGES_OWN : LAYOUT_IMAGES_NONE;
}

static json_t *
view_answer(const struct batch *b, const struct layout *l, const struct mail *m,
    const struct body_result *result)
{
	return json_pack("{s:I, s:o, s:o, s:I, s:I}", "lines", b->total, "links", links_json(l->links),
	    "images", images_json(l->images, m), "remote_images", (json_int_t)result->n_remote, "trackers",
	    (json_int_t)result->n_trackers);
}

static void
op_view(struct helper_request *r, void *state)
{
	const json_t *args = helper_args(r);
	const char *headers = jsonl_string(args, "headers");
	struct layout l;
	struct batch b = { .request = r, .layout = &l, .lines = json_array(), .run = g_string_new(NULL) };
	GError *error = NULL;
	struct body_result result;
	struct input in;
	(void)state;
	if (!begin(r, &in)) {
		json_decref(b.lines);
		g_string_free(b.run, TRUE);
		return;
	}
	helper_event(r, "head", show_head(&in.source, headers && strcmp(headers, "all") == 0));
	layout_init(&l, width_of(r, 80), LIMIT_BODY_TEXT, batch_line, &b);
	l.links = links_new();
	l.images = images_new();
	l.shows_images = images_wanted(args);
	l.is_page = true;
	bool ok = show_lines(&in.source, jsonl_string(args, "part"),
	    jsonl_bool(args, "raw", false), &l, &result, &error);
	if (ok && b.cancelled)
		g_set_error(&error, PF_ERROR, PF_ERROR_CANCELLED, "cancelled");
	if (error) {
		helper_fail(r, error);
	} else {
		batch_send(&b);
		helper_done(r, view_answer(&b, &l, in.source.message, &result));
	}
	links_free(l.links);
	images_free(l.images);
	json_decref(b.lines);
	g_string_free(b.run, TRUE);
	input_close(&in);
}

static void
op_show(struct helper_request *r, void *state)
{
	struct input in;
	(void)state;
	if (!begin(r, &in))
		return;
	helper_done(r, show_json(&in.source, width_of(r, 0), MAX_BODY));
	input_close(&in);
}

static void
op_report(struct helper_request *r, void *state)
{
	struct input in;
	(void)state;
	if (!begin(r, &in))
		return;
	helper_done(r, json_pack("{s:o}", "report", report_json(&in.source)));
	input_close(&in);
}

/* The key that stands in the header, decoded (autocrypt.h): a part of its own name. */
static json_t *
write_autocrypt(const struct source *s, int fd, GError **error)
{
	struct autocrypt a;
	gsize len = 0;
	if (!autocrypt_of_header(s->header, &a)) {
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "the message has no Autocrypt key");
		return NULL;
	}
	guchar *key = g_base64_decode(a.keydata, &len);
	bool ok = fd >= 0 && file_write_all(fd, key, len, error);
	g_free(key);
	autocrypt_clear(&a);
	return ok ? json_pack("{s:I, s:s, s:n}", "size", (json_int_t)len, "type", "application/pgp-keys", "filename")
		  : NULL;
}

/* Only what was decoded is written; an unknown part leaves the descriptor as it is. */
static json_t *
write_part(const struct source *s, const char *id, int fd, GError **error)
{
	const struct mail_part *part =
	    s->message && id ? mail_find(s->message, id) : NULL;
	if (!part || fd < 0) {
		g_set_error(error, PF_ERROR, part ? PF_ERROR_USAGE : PF_ERROR_NOT_FOUND,
		    part ? "no second descriptor came with the request"
			 : "the message has no such part");
		return NULL;
	}
	if (!mail_write_part(s->message, part, fd, error))
		return NULL;
	return json_pack("{s:I, s:o, s:o}", "size", (json_int_t)part->size, "type",
	    jsonl_text(part->type, -1), "filename", jsonl_text(part->filename, -1));
}

static void
op_part(struct helper_request *r, void *state)
{
	GError *error = NULL;
	struct input in;
	(void)state;
	if (!begin(r, &in))
		return;
	const char *id = jsonl_string(helper_args(r), "part");
	json_t *answer = g_strcmp0(id, "autocrypt") == 0
	    ? write_autocrypt(&in.source, helper_request_fd(r, 1), &error)
	    : write_part(&in.source, id, helper_request_fd(r, 1), &error);
	if (answer)
		helper_done(r, answer);
	else
		helper_fail(r, error);
	input_close(&in);
}

/* The strings of an array, borrowed, NULL-terminated; the array itself is owned. */
static const char **
string_list(const json_t *array)
{
	size_t n = json_array_size(array);
	const char **out = g_new0(const char *, n + 1);
	size_t used = 0;
	for (size_t i = 0; i < n; i++)
		if (json_is_string(json_array_get(array, i)))
			out[used++] = json_string_value(json_array_get(array, i));
	return out;
}

static void
op_reply(struct helper_request *r, void *state)
{
	const json_t *args = helper_args(r);
	const char **own = string_list(json_object_get(args, "own"));
	struct reply_opts opts = {
		.own = own,
		.from = jsonl_string(args, "from"),
		.width = width_of(r, REPLY_WIDTH),
	};
	GError *error = NULL;
	struct input in;
	(void)state;
	if (!reply_mode_find(jsonl_string(args, "mode"), &opts.mode)) {
		g_set_error(&error, PF_ERROR, PF_ERROR_USAGE, "unknown mode of reply");
		helper_fail(r, error);
	} else if (begin(r, &in)) {
		json_t *draft = reply_draft(&in.source, &opts, &error);
		if (draft)
			helper_done(r, json_pack("{s:o, s:b, s:o}", "draft", draft, "crypto",
			    show_is_crypto(&in.source), "original", reply_original(&in.source)));
		else
			helper_fail(r, error);
		input_close(&in);
	}
	g_free(own);
}

static const struct helper_op ops[] = {
	{ "view", op_view },
	{ "show", op_show },
	{ "part", op_part },
	{ "reply", op_reply },
	{ "report", op_report },
	{ NULL, NULL },
};

/* Whatever the libraries read from files they read here. */
static bool
seal(GError **error)
{
	const struct sandbox_limits limits = {
		.memory_bytes = MEMORY_BYTES,
		.cpu_seconds = CPU_SECONDS,
		.file_bytes = LIMIT_LITERAL,
		.files = MAX_FILES,
	};
	mail_init();
	html_init();
	charset_preload();
	json_object_seed(0);
	tzset();
	g_time_zone_unref(g_time_zone_new_local()); /* GLib keeps it */
	return sandbox_seal(&limits, error);
}

static int
open_file(const char *path, GError **error)
{
	if (strcmp(path, "-") == 0)
		return STDIN_FILENO;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s: %s", path,
		    g_strerror(errno));
	return fd;
}

static int
show_by_hand(const char *path, int width)
{
	GError *error = NULL;
	struct input in;
	int fd = open_file(path, &error);
	if (fd < 0 || !seal(&error) || !input_open(&in, fd, &error))
		return program_fail(error);
	json_t *out = show_json(&in.source, width, LIMIT_BODY_TEXT);
	int bad = json_dumpf(out, stdout, JSON_COMPACT) != 0 || putchar('\n') == EOF ||
	    fflush(stdout) != 0;
	json_decref(out);
	input_close(&in);
	return bad ? 74 : 0;
}

/* --width N and FILE; NULL and exit code 64 on anything else. */
static const char *
arguments(char **rest, int *width_out)
{
	*width_out = 0;
	if (rest[0] && strcmp(rest[0], "--width") == 0 && rest[1]) {
		*width_out = (int)MIN(g_ascii_strtoull(rest[1], NULL, 10), MAX_WIDTH);
		rest += 2;
	}
	return rest[0] && !rest[1] && (rest[0][0] != '-' || !rest[0][1]) ? rest[0] : NULL;
}

SANDBOX_SANITIZER_OPTIONS

int
main(int argc, char **argv)
{
	struct program_options opts;
	GError *error = NULL;
	int width;
	program_options(argc, argv, &opts);
	if (opts.rest[0]) {
		const char *path = arguments(opts.rest, &width);
		if (path)
			return show_by_hand(path, width);
		(void)fprintf(stderr, "usage: penfold-render [--width N] FILE\n");
		return 64;
	}
	if (!seal(&error))
		return program_fail(error);
	return helper_serve(ops, NULL);
}
