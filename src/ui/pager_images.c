/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pager_images.c - parts are decoded by the renderer and images of the web fetched by the judge's program, both
 * into files without a name; penfold-picture makes cells or pixels of them. Nothing is fetched that the user
 * did not ask for: by the key, or for good by trusting a sender whose letter is proved to be his. */
#include "ui/pager_images.h"

#include "base/file.h"
#include "base/limits.h"
#include "ui/doubt.h"
#include "ui/graphics.h"
#include "ui/image_trust.h"
#include "ui/pager.h"
#include "ui/picture.h"
#include "ui/prompt.h"

#include <unistd.h>

#define MAX_COLS  80
#define MIN_ROWS  4
#define MAX_ROWS  24
#define MAX_NAMES 3 /* hosts in the question */

struct image {
	struct pager_images *owner;
	char *part, *url, *host; /* a part, or an address and its host */
	unsigned n;		 /* as the lines know it now; 0: not in them */
	struct ask ask;
	int file;		 /* -1 until it is asked for */
	bool is_here;
	char *problem;
	struct picture *picture;
	struct picture *rough; /* in cells, where only a part of the pixels would be seen */
	int rows;	       /* that were made for it; 0: none */
};

struct pager_images {
	struct pager *p;
	GPtrArray *all; /* struct image */
	gint64 n_remote, n_trackers;
	guint n_fetched;
	bool shows_remote, hides_own;
};

static void
image_free(gpointer data)
{
	struct image *one = data;
	ask_drop(&one->ask);
	picture_free(one->picture);
	picture_free(one->rough);
	if (one->file >= 0)
		close(one->file);
	g_free(one->part);
	g_free(one->url);
	g_free(one->host);
	g_free(one->problem);
	g_free(one);
}

struct pager_images *
pager_images_new(struct pager *p)
{
	struct pager_images *images = g_new0(struct pager_images, 1);
	images->p = p;
	images->all = g_ptr_array_new_with_free_func(image_free);
	images->hides_own = !rc_bool(p->app->rc, "ui", NULL, "inline-pictures") ||
	    p->app->canvas.is_linear || graphics_mode(p->app->graphics) == GRAPHICS_NONE;
	return images;
}

void
pager_images_free(struct pager_images *images)
{
	if (images == NULL)
		return;
	g_ptr_array_unref(images->all);
	g_free(images);
}

void
pager_images_reset(struct pager_images *images)
{
	g_ptr_array_set_size(images->all, 0);
	images->n_remote = images->n_trackers = 0;
	images->n_fetched = 0;
	images->shows_remote = false;
}

const char *
pager_images_wish(const struct pager_images *images)
{
	if (images->shows_remote)
		return "all";
	return images->hides_own ? "none" : "own";
}

/* ---- what there is */

static struct image *
find_or_add(struct pager_images *images, const json_t *obj)
{
	const char *part = jsonl_string(obj, "part"), *url = jsonl_string(obj, "url");
	for (guint i = 0; i < images->all->len; i++) {
		struct image *one = images->all->pdata[i];
		if (g_strcmp0(one->part, part) == 0 && g_strcmp0(one->url, url) == 0)
			return one;
	}
	struct image *one = g_new0(struct image, 1);
	one->owner = images;
	one->part = g_strdup(part);
	one->url = g_strdup(url);
	one->host = g_strdup(jsonl_string(obj, "host"));
	one->file = -1;
	one->picture = picture_new(images->p->app);
	g_ptr_array_add(images->all, one);
	return one;
}

void
pager_images_forget_lines(struct pager_images *images)
{
	for (guint i = 0; i < images->all->len; i++) {
		struct image *one = images->all->pdata[i];
		one->n = 0;
		one->rows = 0;
	}
}

void
pager_images_take(struct pager_images *images, const json_t *answer)
{
	size_t i;
	json_t *obj;
	images->n_remote = CLAMP(jsonl_int(answer, "remote_images", 0), 0, G_MAXINT);
	images->n_trackers = CLAMP(jsonl_int(answer, "trackers", 0), 0, images->n_remote);
	json_array_foreach(json_object_get(answer, "images"), i, obj)
	{
		struct image *one = i < LIMIT_IMAGES ? find_or_add(images, obj) : NULL;
		if (one != NULL)
			one->n = (unsigned)CLAMP(jsonl_int(obj, "n", 0), 0, LIMIT_IMAGES);
	}
}

/* ---- loading */

static void
on_image(const struct reply *reply, void *user)
{
	struct image *one = user;
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&one->ask);
	one->is_here = reply->kind == REPLY_DONE;
	if (reply->kind == REPLY_FAILED)
		one->problem = g_strdup(reply->error->message);
	app_redraw(one->owner->p->app);
}

static void
load(struct image *one)
{
	struct pager_images *images = one->owner;
	struct pager *p = images->p;
	GError *error = NULL;
	/* remote ones are loaded by a letter that still shows them, and no more than a letter may have */
	if (one->file >= 0 || (one->url != NULL &&
				  (!images->shows_remote || images->n_fetched >= LIMIT_IMAGES_FETCHED)))
		return;
	one->file = file_in_memory(&error);
	if (one->file < 0) {
		one->problem = g_strdup(error->message);
		g_error_free(error);
		return;
	}
	if (one->url != NULL) {
		images->n_fetched++;
		ask_image(p->app, &one->ask, one->file, json_pack("{s:s, s:s}", "op", "image", "url", one->url),
		    on_image, one);
	} else {
		ask_render(p->app, &one->ask, secure_letter(&p->secure, p->letter),
		    json_pack("{s:s, s:s}", "op", "part", "part", one->part), one->file, on_image, one);
	}
}

static int
rows_for(const struct pager *p)
{
	return CLAMP(p->body_rows * 2 / 3, MIN_ROWS, MAX_ROWS);
}

/* The visible rows of a picture, from first_row on. */
static void
draw_picture(void *user, struct area shown, int first_row)
{
	struct image *one = user;
	struct area all = {shown.y - first_row, shown.x, picture_rows(one->picture), shown.cols};
	if (first_row == 0 && shown.rows >= all.rows) {
		picture_draw(one->picture, all);
		return;
	}
	if (picture_has_cells(one->picture)) {
		picture_draw_rows(one->picture, shown, first_row);
		return;
	}
	/* pixels are drawn whole or not at all: on its way in or out, the picture is in cells */
	if (one->rough == NULL)
		one->rough = picture_new_in_cells(one->owner->p->app);
	picture_ask(one->rough, one->file, picture_cols(one->picture), picture_rows(one->picture));
	if (picture_is_there(one->rough))
		picture_draw_rows(one->rough, shown, first_row);
}

static struct image *
numbered(const struct pager_images *images, unsigned n)
{
	for (guint i = 0; i < images->all->len; i++) {
		struct image *one = images->all->pdata[i];
		if (one->n == n)
			return one;
	}
	return NULL;
}

static void
look_at(struct image *one, struct area area)
{
	struct pager *p = one->owner->p;
	if (one->rows > 0)
		return;
	load(one);
	if (one->is_here)
		picture_ask_natural(one->picture, one->file, MIN(area.cols, MAX_COLS), rows_for(p));
	if (one->problem == NULL && picture_problem(one->picture) != NULL)
		one->problem = g_strdup(picture_problem(one->picture));
	if (picture_is_there(one->picture)) {
		one->rows = picture_rows(one->picture);
		lines_place(p->lines, one->n, one->rows, draw_picture, one);
	} else if (one->problem != NULL) {
		one->rows = 1;
		lines_place_note(p->lines, one->n, one->problem);
	}
}

void
pager_images_look(struct pager_images *images, struct area area)
{
	const struct lines *l = images->p->lines;
	for (int i = 0; images->all->len > 0 && i < area.rows; i++) {
		unsigned n = lines_image(images->p->lines, lines_top(l) + (guint)i);
		struct image *one = n > 0 ? numbered(images, n) : NULL;
		if (one != NULL)
			look_at(one, area);
	}
}

/* ---- what is said of them, and asked */

char *
pager_images_describe(const struct pager_images *images)
{
	int n = (int)images->n_remote, trackers = (int)images->n_trackers;
	if (n == 0)
		return NULL;
	GString *text = g_string_new(NULL);
	g_string_append_printf(text, n == 1 ? "%d remote image" : "%d remote images", n);
	if (images->shows_remote)
		g_string_append(text, trackers > 0 ? ", all others loaded" : ", loaded");
	else
		g_string_append(text, trackers < n ? ", not loaded (I loads)" : ", not loaded");
	if (trackers == n)
		g_string_append(text, n == 1 ? ": it only tells that you read it" : ": they only tell that you read it");
	else if (trackers > 0)
		g_string_append_printf(text, trackers == 1 ? "; %d only tells that you read it"
							   : "; %d only tell that you read it",
		    trackers);
	return g_string_free(text, FALSE);
}

/* Whoever could read a decrypted text through the address of an image must not get the chance. */
static bool
is_encrypted(const struct pager *p)
{
	return p->secure.security != NULL && jsonl_bool(p->secure.security, "encrypted", false);
}

/* The author's address when the letter is proved to be his, NULL. Borrowed from the verdict. */
static const char *
proven_author(const struct pager *p)
{
	const struct message *m = pager_message(p);
	char *doubt = doubt_of(m, p->verdict);
	bool is_sound = m != NULL && doubt == NULL && !p->is_nested && !is_encrypted(p) &&
	    g_strcmp0(jsonl_string(p->verdict, "verdict"), "pass") == 0;
	g_free(doubt);
	return is_sound ? jsonl_string(json_object_get(p->verdict, "author"), "address") : NULL;
}

static void
show_remote(struct pager_images *images, bool want)
{
	images->shows_remote = want;
	images->n_fetched = 0;
	pager_reload(images->p);
	app_redraw(images->p->app);
}

void
pager_images_consider(struct pager_images *images)
{
	struct pager *p = images->p;
	const char *author = proven_author(p);
	/* to pass over a letter in the list is not to open it */
	if (p->is_preview || images->shows_remote || images->n_remote <= images->n_trackers || p->is_loading ||
	    author == NULL || !image_trust_has(p->app, author))
		return;
	show_remote(images, true);
	app_say(p->app, "images of %s are loaded by themselves; I ends that", author);
}

/* The pager may be gone when the answer comes: it is looked for anew. */
static struct pager_images *
of_top(struct app *app)
{
	struct pager *p = pager_top(app);
	return p != NULL ? p->images : NULL;
}

/* The question, and the letter that it is about: another may be in front by then. */
struct choice {
	char *id, *author; /* author NULL: nobody is proved to have written it */
};

static void
choice_free(gpointer data)
{
	struct choice *c = data;
	g_free(c->id);
	g_free(c->author);
	g_free(c);
}

static void
on_choice(struct app *app, char answer, void *user)
{
	struct pager_images *images = of_top(app);
	const struct choice *c = user;
	const char *author = c->author;
	GError *error = NULL;
	if (images == NULL || g_strcmp0(images->p->shown_id, c->id) != 0 || (answer != 'y' && answer != 'a'))
		return;
	if (answer == 'a' && !image_trust_set(app, author, true, &error)) {
		app_error(app, "%s is not kept: %s", author, error->message);
		g_error_free(error);
	}
	show_remote(images, true);
	if (answer == 'a')
		app_say(app, "images of %s load by themselves from now on", author);
}

/* "a.example, b.example and 2 more". Owned. */
static char *
hosts(const json_t *answer)
{
	GPtrArray *names = g_ptr_array_new();
	size_t i;
	json_t *obj;
	json_array_foreach(json_object_get(answer, "images"), i, obj)
	{
		const char *host = jsonl_string(obj, "host");
		if (host != NULL && !g_ptr_array_find_with_equal_func(names, host, g_str_equal, NULL))
			g_ptr_array_add(names, (gpointer)(guintptr)host);
	}
	GString *out = g_string_new(NULL);
	for (guint k = 0; k < MIN(names->len, MAX_NAMES); k++)
		g_string_append_printf(out, "%s%s", k > 0 ? ", " : "", (const char *)names->pdata[k]);
	if (names->len > MAX_NAMES)
		g_string_append_printf(out, " and %u more", names->len - MAX_NAMES);
	g_ptr_array_free(names, TRUE);
	return g_string_free(out, FALSE);
}

static void
ask_choice(struct app *app, void *user)
{
	struct pager_images *images = of_top(app);
	const char *names = user;
	if (images == NULL)
		return;
	const char *author = proven_author(images->p);
	/* the keys first: long names are cut at the end of the line */
	char *question = g_strdup_printf("Load images? (y/n%s) %s learns that you read this ",
	    author != NULL ? "/a: always" : "", names);
	struct choice *c = g_new0(struct choice, 1);
	c->id = g_strdup(images->p->shown_id);
	c->author = g_strdup(author);
	prompt_choose(app, question, author != NULL ? "nya" : "ny", on_choice, c, choice_free);
	g_free(question);
}

static void
on_stop(struct app *app, char answer, void *user)
{
	struct pager_images *images = of_top(app);
	GError *error = NULL;
	if (answer == 'y' && !image_trust_set(app, user, false, &error)) {
		app_error(app, "%s", error->message);
		g_error_free(error);
	}
	if (images != NULL)
		show_remote(images, false);
}

static void
hide_remote(struct pager_images *images)
{
	struct app *app = images->p->app;
	const char *author = proven_author(images->p);
	if (author == NULL || !image_trust_has(app, author)) {
		show_remote(images, false);
		return;
	}
	char *question = g_strdup_printf("Never again load images by themselves? (y/n) %s ", author);
	prompt_choose(app, question, "ny", on_stop, g_strdup(author), g_free);
	g_free(question);
}

/* The renderer names the images only where they are wanted: who would be asked is learnt by a view that nobody
 * sees. */
static void
on_names(const struct reply *reply, void *user)
{
	struct pager *p = user;
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&p->names_ask);
	char *names = reply->kind == REPLY_DONE ? hosts(reply->obj) : g_strdup("");
	if (pager_top(p->app) != p || *names == '\0') {
		g_free(names);
		app_say(p->app, "these images cannot be loaded");
		return;
	}
	doubt_ask(p->app, doubt_of(pager_message(p), p->verdict), "Load images", ask_choice, names, g_free);
}

/* A forger's letter would get by as long as nobody has looked at it. */
static bool
is_unjudged(const struct pager *p)
{
	const struct message *m = pager_message(p);
	return m != NULL && p->verdict == NULL && m->verdict == ROW_VERDICT_UNEVALUATED && !p->is_nested;
}

void
pager_images_act(struct pager_images *images)
{
	struct pager *p = images->p;
	if (images->shows_remote) {
		hide_remote(images);
	} else if (images->n_remote > images->n_trackers && is_encrypted(p)) {
		app_say(p->app, "images of an encrypted letter are not loaded: that could give its text away");
	} else if (images->n_remote > images->n_trackers && is_unjudged(p)) {
		app_say(p->app, "one moment: the sender is still being checked");
	} else if (images->n_remote > images->n_trackers && p->letter != NULL) {
		ask_render(p->app, &p->names_ask, secure_letter(&p->secure, p->letter),
		    json_pack("{s:s, s:i, s:s, s:s*}", "op", "view", "width", 80, "images", "all", "part", p->part),
		    -1, on_names, p);
	} else if (images->n_remote > 0) {
		app_say(p->app, "its remote images are too small to be seen: they would only tell that it was read");
	} else if (images->hides_own || images->all->len > 0) {
		images->hides_own = !images->hides_own;
		pager_reload(p);
	} else {
		app_say(p->app, p->is_loading ? "one moment: the message is still being read"
					      : "there is no image in this message");
	}
}
