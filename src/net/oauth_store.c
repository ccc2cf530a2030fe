/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens on disk, refreshed under a lock. */
#include "net/oauth_store.h"

#include "base/error.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/limits.h"
#include "base/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define SPARE_SECONDS 60
#define FILE_MAX      (4u * LIMIT_PASSWORD)
#define ROOM	      16384 /* bytes that tokens with their names take at most, but for odd services */

struct place {
	char *dir, *path, *lock_path, *room_path;
	int lock;
};

static void
place_init(struct place *p, const struct rc *rc, const char *account)
{
	p->dir = rc_state_dir(rc);
	p->path = paths_of_account(p->dir, "oauth", account, "json");
	p->lock_path = paths_of_account(p->dir, "oauth", account, "lock");
	p->room_path = paths_of_account(p->dir, "oauth", account, "new");
	p->lock = -1;
}

static void
place_fini(struct place *p)
{
	if (p->lock >= 0)
		close(p->lock);
	g_free(p->dir);
	g_free(p->path);
	g_free(p->lock_path);
	g_free(p->room_path);
}

/* Waits: the other one asks the service just now, which has a deadline. */
static bool
take_lock(struct place *p, GError **error)
{
	int r;

	if (!file_make_dir(p->dir, error))
		return false;
	p->lock = open(p->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	do
		r = p->lock >= 0 ? flock(p->lock, LOCK_EX) : -1;
	while (r != 0 && p->lock >= 0 && errno == EINTR);
	if (r == 0)
		return true;
	g_set_error(
	    error, PF_ERROR, PF_ERROR_IO, "%s: %s", p->lock_path, g_strerror(errno));
	return false;
}

static struct secret *
take(const json_t *obj, const char *key)
{
	const char *text = jsonl_string(obj, key);

	return text != NULL ? secret_new(text, strlen(text)) : NULL;
}

/* False when there is none. */
static bool
load(const struct place *p, struct oauth_token *out)
{
	GBytes *bytes = file_read(p->path, FILE_MAX, NULL);
	json_t *obj = NULL;
	gsize len;
	const char *text;

	*out = (struct oauth_token){0};
	if (bytes == NULL)
		return false;
	text = g_bytes_get_data(bytes, &len);
	obj = json_loadb(text, len, 0, NULL);
	out->access = take(obj, "access_token");
	out->refresh = take(obj, "refresh_token");
	out->expires = jsonl_int(obj, "expires", 0);
	json_decref(obj);
	g_bytes_unref(bytes);
	return out->access != NULL || out->refresh != NULL;
}

/* As the file has it. Owned, to be wiped. */
static char *
token_text(const struct oauth_token *t)
{
	json_t *obj = json_pack("{s:s, s:I}", "access_token", secret_bytes(t->access),
	    "expires", (json_int_t)t->expires);
	char *text;

	if (t->refresh != NULL)
		json_object_set_new(
		    obj, "refresh_token", json_string(secret_bytes(t->refresh)));
	text = json_dumps(obj, JSON_INDENT(1));
	json_decref(obj);
	return text;
}

static void
wipe_text(char *text)
{
	explicit_bzero(text, strlen(text));
	free(text);
}

static bool
save(const struct place *p, const struct oauth_token *t, GError **error)
{
	char *text = token_text(t);
	bool is_good = file_write_durable(p->path, text, strlen(text), 0600, error);

	wipe_text(text);
	return is_good;
}

/* Room on the disk for what the service will say: a refresh token may be good for one use, and one that cannot be
 * written is lost. The descriptor; -1 with error. */
static int
make_room(const struct place *p, GError **error)
{
	char *blank = g_strnfill(ROOM, ' ');
	int fd = open(p->room_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: %s", p->room_path, g_strerror(errno));
	} else if (!file_write_all(fd, blank, ROOM, error) || fsync(fd) != 0) {
		if (error != NULL && *error == NULL)
			g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: %s", p->room_path, g_strerror(errno));
		close(fd);
		(void)unlink(p->room_path);
		fd = -1;
	}
	g_prefix_error(error, "the permission was not renewed, since there is no room to keep it: ");
	g_free(blank);
	return fd;
}

static void
drop_room(const struct place *p, int fd)
{
	if (fd < 0)
		return;
	close(fd);
	(void)unlink(p->room_path); /* it is the file by now, or of no use */
}

/* Into the room, which takes the place of the file. Where that fails, as any file. */
static bool
save_in_room(const struct place *p, int fd, const struct oauth_token *t, GError **error)
{
	char *text = token_text(t);
	size_t len = strlen(text);
	bool is_good = lseek(fd, 0, SEEK_SET) == 0 && file_write_all(fd, text, len, NULL) &&
		       (len >= ROOM || ftruncate(fd, (off_t)len) == 0) && fsync(fd) == 0 &&
		       rename(p->room_path, p->path) == 0 && file_sync_dir(p->dir, NULL);

	wipe_text(text);
	return is_good || save(p, t, error);
}

bool
oauth_store_put(const struct rc *rc, const char *account, const struct oauth_token *token,
    GError **error)
{
	struct place p;
	bool is_good;

	place_init(&p, rc, account);
	is_good = take_lock(&p, error) && save(&p, token, error);
	place_fini(&p);
	return is_good;
}

static bool
is_fresh(const struct oauth_token *t)
{
	return t->access != NULL &&
	       (t->expires == 0 ||
		   t->expires > g_get_real_time() / G_USEC_PER_SEC + SPARE_SECONDS);
}

/* A new access token into *t; what the service does not replace stays. */
static bool
renew(const struct place *p, const struct rc *rc, const char *account,
    struct oauth_token *t, GError **error)
{
	struct oauth_client client;
	struct oauth_token fresh = {0};
	bool is_good;
	int room;

	if (!oauth_client_init(&client, rc, account, error))
		return false;
	room = make_room(p, error);
	is_good = room >= 0 && oauth_refresh(&client, t->refresh, &fresh, error);
	oauth_client_fini(&client);
	if (!is_good) {
		drop_room(p, room);
		return false;
	}
	if (fresh.refresh == NULL)
		fresh.refresh = g_steal_pointer(&t->refresh);
	oauth_token_clear(t);
	*t = fresh;
	is_good = save_in_room(p, room, t, error);
	drop_room(p, room);
	return is_good;
}

struct secret *
oauth_store_access(const struct rc *rc, const char *account, GError **error)
{
	struct place p;
	struct oauth_token t = {0};
	struct secret *access = NULL;
	GError *why = NULL;
	bool is_good;

	place_init(&p, rc, account);
	is_good = take_lock(&p, &why);
	if (is_good && load(&p, &t))
		is_good = is_fresh(&t) ||
			  (t.refresh != NULL && renew(&p, rc, account, &t, &why));
	if (is_good && is_fresh(&t))
		access = g_steal_pointer(&t.access);
	if (why != NULL && g_error_matches(why, PF_ERROR, PF_ERROR_AUTH))
		g_set_error(error, PF_ERROR, PF_ERROR_AUTH,
		    "account \"%s\": %s. Allow Penfold anew: penfold login %s", account,
		    why->message, account);
	else if (why != NULL)
		g_propagate_prefixed_error(
		    error, g_steal_pointer(&why), "account \"%s\": ", account);
	else if (access == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_AUTH,
		    "account \"%s\" has no permission yet: run penfold login %s", account,
		    account);
	g_clear_error(&why);
	oauth_token_clear(&t);
	place_fini(&p);
	return access;
}

void
oauth_store_expire(const struct rc *rc, const char *account)
{
	struct place p;
	struct oauth_token t = {0};

	place_init(&p, rc, account);
	/* a failure only means that the old token is tried once more */
	if (take_lock(&p, NULL) && load(&p, &t) && t.refresh != NULL &&
	    t.access != NULL) {
		t.expires = 1;
		(void)save(&p, &t, NULL);
	}
	oauth_token_clear(&t);
	place_fini(&p);
}
