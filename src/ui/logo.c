/* SPDX-License-Identifier: GPL-3.0-or-later */
/* logo.c - what was fetched at arrival is shown, nothing is fetched. The file's name is its hash, as the
 * verdict keeps it. */
#include "ui/logo.h"

#include "ui/picture.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define LOGO_COLS 8
#define LOGO_ROWS 4
#define HASH_LEN  64

struct logo {
	struct app *app;
	struct picture *picture;
	char *hash; /* of the one that was asked for; NULL */
};

struct logo *
logo_new(struct app *app)
{
	struct logo *l = g_new0(struct logo, 1);
	l->app = app;
	l->picture = picture_new(app);
	return l;
}

void
logo_free(struct logo *l)
{
	if (l == NULL)
		return;
	picture_free(l->picture);
	g_free(l->hash);
	g_free(l);
}

/* Does the verdict carry its logo? */
static bool
is_earned(const json_t *verdict)
{
	const json_t *bimi = json_object_get(verdict, "bimi");
	return g_strcmp0(jsonl_string(verdict, "verdict"), "pass") == 0 &&
	    g_strcmp0(jsonl_string(bimi, "result"), "pass") == 0;
}

static const char *
hash_of(const json_t *verdict)
{
	const char *hash = jsonl_string(json_object_get(verdict, "bimi"), "logo");
	if (!is_earned(verdict) || hash == NULL || strlen(hash) != HASH_LEN ||
	    strspn(hash, "0123456789abcdef") != HASH_LEN)
		return NULL;
	return hash;
}

void
logo_set(struct logo *l, const json_t *verdict)
{
	const char *hash = hash_of(verdict);
	if (g_strcmp0(hash, l->hash) == 0)
		return;
	picture_reset(l->picture);
	g_free(l->hash);
	l->hash = g_strdup(hash);
	if (hash == NULL || l->app->canvas.is_ascii) /* in so few letters it is none */
		return;
	char *name = g_strconcat(hash, ".svg", NULL);
	char *path = g_build_filename(l->app->state_dir, "bimi", name, NULL);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0) {
		picture_ask(l->picture, fd, LOGO_COLS, LOGO_ROWS);
		close(fd);
	}
	g_free(path);
	g_free(name);
}

int
logo_cols(const struct logo *l)
{
	return picture_cols(l->picture) > 0 ? picture_cols(l->picture) + 1 : 0;
}

void
logo_draw(const struct logo *l, struct area area)
{
	int cols = picture_cols(l->picture);
	struct area own = {area.y, area.x + area.cols - cols - 1, area.rows, cols};
	if (cols > 0 && cols < area.cols)
		picture_draw(l->picture, own);
}

char *
logo_text(const struct canvas *c, const json_t *verdict)
{
	const json_t *bimi = json_object_get(verdict, "bimi"), *mark = json_object_get(bimi, "mark");
	const char *organization = jsonl_string(mark, "organization");
	const char *source = jsonl_string(bimi, "logo_source");
	if (!is_earned(verdict))
		return g_strdup("");
	if (jsonl_bool(mark, "valid", false) && organization != NULL)
		return g_strdup_printf("[%s %s %s by %s]", organization, c->signs->dot,
		    jsonl_string(mark, "type"), jsonl_string(mark, "issuer"));
	if (g_strcmp0(source, "header") == 0)
		return g_strdup_printf("[logo of %s, checked by the mail server]",
		    jsonl_string(bimi, "domain"));
	if (g_strcmp0(source, "location") == 0)
		return g_strdup_printf("[logo of %s, nobody vouches for it]", jsonl_string(bimi, "domain"));
	return g_strdup("");
}
