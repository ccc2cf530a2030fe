/* SPDX-License-Identifier: GPL-3.0-or-later */
/* open.c - the walk through the envelope, and the message that is shown in the end. */
#include "crypto/open.h"

#include "base/error.h"
#include "base/jsonl.h"
#include "base/limits.h"
#include "crypto/header_protection.h"
#include "crypto/layers.h"
#include "crypto/parts.h"
#include "crypto/say.h"
#include "crypto/signature.h"
#include "mime/autocrypt.h"
#include "mime/prescreen.h"

#include <string.h>

struct walk {
	const struct open_opts *opts;
	const char *bytes; /* the message as it came */
	size_t len;
	struct entity outer;   /* of it */
	struct entity payload; /* what is left under the layers taken off so far */
	GPtrArray *buffers;    /* owned bytes that the payload lies in */
	GPtrArray *signatures;
	struct say say;
	unsigned n_layers;
	bool is_stopped;
	bool wants_passphrase;
	GByteArray *composed; /* LAYER_CLEARSIGNED with text around it: the whole body */
};

static GBytes *
bytes_of(GByteArray *array)
{
	return g_byte_array_free_to_bytes(array);
}

/* From here on these bytes are what is under the layers. */
static void
descend(struct walk *w, GBytes *owned, const char *bytes, size_t len)
{
	if (owned != NULL)
		g_ptr_array_add(w->buffers, owned);
	entity_fini(&w->payload);
	entity_init(&w->payload, bytes, len);
	w->n_layers++;
}

/* What came out of a layer is a stranger's text: it is pre-screened like one. */
static bool
is_screened(struct walk *w, GBytes *plain)
{
	struct prescreen found;
	gsize len;
	const char *bytes = g_bytes_get_data(plain, &len);
	prescreen_scan(bytes, len, &found);
	if (found.finding == PRESCREEN_OK || found.finding == PRESCREEN_EMPTY)
		return true;
	w->say.problem = g_strdup_printf("what was in it is over a limit: %s",
	    prescreen_text(found.finding));
	return false;
}

static void
note_failure(struct walk *w, GError *error)
{
	w->wants_passphrase = w->wants_passphrase ||
	    (g_error_matches(error, PF_ERROR, PF_ERROR_AUTH) && !w->opts->engine.may_ask);
	g_free(w->say.problem);
	w->say.problem = g_strdup(error->message);
	g_error_free(error);
}

static void
open_signed(struct walk *w, const struct layer *l)
{
	const char *bytes = w->payload.bytes + l->content.start;
	size_t len = l->content.end - l->content.start;
	parts_verify(w->signatures, l->data, bytes, len, l->is_smime, true, &w->opts->engine);
	descend(w, NULL, bytes, len);
}

static void
open_cms_signed(struct walk *w, const struct layer *l)
{
	GByteArray *text = NULL;
	struct engine e;
	GError *error = NULL;
	gsize size = g_bytes_get_size(l->data);
	bool ok = engine_open(&e, GPGME_PROTOCOL_CMS, &w->opts->engine, size, &error);
	if (ok && engine_verify(&e, l->data, NULL, &text, &error))
		signature_list_add(w->signatures, &e, true, true);
	if (ok)
		engine_close(&e);
	if (error != NULL || text == NULL || w->signatures->len == 0) {
		signature_list_add_error(w->signatures, true,
		    error != NULL ? error->message : "could not verify: there is no signature in it");
		g_clear_error(&error);
	}
	GBytes *plain = text != NULL ? bytes_of(text) : NULL;
	if (plain == NULL || g_bytes_get_size(plain) == 0 || !is_screened(w, plain)) {
		g_clear_pointer(&plain, g_bytes_unref);
		w->is_stopped = true;
		return;
	}
	descend(w, plain, g_bytes_get_data(plain, NULL), g_bytes_get_size(plain));
}

/* A signature around a ciphertext says nothing about the text: anybody can take one off and put his
 * own there (RFC 9787 5.2). */
static void
discount_outer_signatures(struct walk *w)
{
	for (size_t i = 0; i < w->signatures->len; i++)
		((struct signature *)w->signatures->pdata[i])->covers_all = false;
}

/* Integrity: OpenPGP's own, or that of a CMS with an authentication tag. EnvelopedData has none, but
 * a signature within that is good over all of it is as much (RFC 8551 2.7). */
static bool
has_integrity(const struct engine *e, const struct layer *l)
{
	if (l->is_smime)
		return l->kind == LAYER_SMIME_AUTHENTICATED;
	return e->has_integrity && !e->has_bad_integrity;
}

static GBytes *
decrypt(struct walk *w, const struct layer *l)
{
	struct engine e;
	GError *error = NULL;
	GByteArray *plain = NULL;
	gpgme_protocol_t protocol = l->is_smime ? GPGME_PROTOCOL_CMS : GPGME_PROTOCOL_OpenPGP;
	if (engine_open(&e, protocol, &w->opts->engine, g_bytes_get_size(l->data), &error)) {
		plain = engine_decrypt(&e, l->data, &error);
		if (plain != NULL) {
			w->say.has_integrity = has_integrity(&e, l);
			if (!l->is_smime)
				signature_list_add(w->signatures, &e, false, true);
			say_decryption(&w->say, e.ctx);
		}
		engine_close(&e);
	}
	if (plain == NULL) {
		note_failure(w, error);
		return NULL;
	}
	if (!w->say.has_integrity && !l->is_smime) {
		g_byte_array_unref(plain);
		w->say.problem = g_strdup("it is not protected against changes, so it is not shown");
		return NULL;
	}
	return bytes_of(plain);
}

static void
open_encrypted(struct walk *w, const struct layer *l)
{
	if (w->say.is_encrypted) { /* somebody else's ciphertext, in a wrapping of his own */
		w->say.has_closed_part = true;
		w->is_stopped = true;
		return;
	}
	discount_outer_signatures(w);
	w->say.is_encrypted = true;
	w->say.is_smime = l->is_smime;
	GBytes *plain = decrypt(w, l);
	if (plain == NULL || !is_screened(w, plain)) {
		g_clear_pointer(&plain, g_bytes_unref);
		w->is_stopped = true;
		return;
	}
	w->say.is_open = true;
	if (l->kind == LAYER_ARMORED) {
		GString *entity = g_string_new("Content-Type: text/plain; charset=utf-8\r\n"
					       "Content-Transfer-Encoding: 8bit\r\n\r\n");
		g_string_append_len(entity, g_bytes_get_data(plain, NULL), (gssize)g_bytes_get_size(plain));
		g_bytes_unref(plain);
		plain = g_string_free_to_bytes(entity);
		w->is_stopped = true; /* there is no entity in it */
	}
	descend(w, plain, g_bytes_get_data(plain, NULL), g_bytes_get_size(plain));
}

/* The verified text, and apart from it what stood around it. */
static void
open_clearsigned(struct walk *w, const struct layer *l)
{
	GByteArray *text = NULL;
	GByteArray *whole = parts_clearsigned(w->signatures, &w->payload, l, &w->say,
	    &w->opts->engine, &text);
	w->is_stopped = true;
	if (whole == NULL)
		return;
	GBytes *owned = bytes_of(whole);
	descend(w, owned, g_bytes_get_data(owned, NULL), g_bytes_get_size(owned));
}

static bool
open_layer(struct walk *w)
{
	struct layer l;
	layer_find(&w->payload, &l);
	bool found = l.kind != LAYER_NONE;
	switch (l.kind) {
	case LAYER_NONE:
		break;
	case LAYER_SIGNED:
		open_signed(w, &l);
		break;
	case LAYER_SMIME_SIGNED:
		open_cms_signed(w, &l);
		break;
	case LAYER_ENCRYPTED:
	case LAYER_SMIME_ENCRYPTED:
	case LAYER_SMIME_AUTHENTICATED:
	case LAYER_ARMORED:
		open_encrypted(w, &l);
		break;
	case LAYER_CLEARSIGNED:
		open_clearsigned(w, &l);
		break;
	}
	layer_clear(&l);
	return found;
}

/* EnvelopedData is shown when a valid signature covers all that was in it, or on express wish. */
static void
refuse_unprotected(struct walk *w)
{
	bool is_vouched = false;
	if (!w->say.is_open || w->say.has_integrity)
		return;
	for (size_t i = 0; i < w->signatures->len; i++) {
		const struct signature *s = w->signatures->pdata[i];
		is_vouched = is_vouched ||
		    (s->covers_all &&
			(s->status == SIGNATURE_VALID || s->status == SIGNATURE_UNTRUSTED));
	}
	w->say.has_integrity = is_vouched;
	if (is_vouched || w->opts->accepts_unprotected)
		return;
	w->say.is_open = false;
	w->say.problem = g_strdup("S/MIME encryption alone does not notice changes, so the text is not "
				  "shown; it needs a signature within");
}

static bool
is_believed(const char *address, const void *user)
{
	const struct walk *w = user;
	char *lower = g_utf8_strdown(address, -1);
	bool found = false;
	for (size_t i = 0; i < w->signatures->len && !found; i++) {
		const struct signature *s = w->signatures->pdata[i];
		for (size_t k = 0; k < s->names->len && !found; k++) {
			const struct signature_name *n = s->names->pdata[k];
			found = s->covers_all && s->status == SIGNATURE_VALID &&
			    strcmp(n->address, lower) == 0;
		}
	}
	g_free(lower);
	return found;
}

/* Do the protected fields count? Within an encryption nobody else could write them; a signature must
 * be good for that. */
static bool
uses_protected(const struct walk *w)
{
	if (w->say.is_open)
		return true;
	for (size_t i = 0; i < w->signatures->len; i++) {
		const struct signature *s = w->signatures->pdata[i];
		if (s->covers_all && s->status == SIGNATURE_VALID)
			return true;
	}
	return false;
}

/* The fields to show, then the payload as it is. */
static GByteArray *
compose(struct walk *w, struct header_protection *h)
{
	GString *out = g_string_new_len(h->header->str, (gssize)h->header->len);
	const struct entity *p = &w->payload;
	struct entity_range r;
	size_t at = 0;
	char *name;
	g_string_append(out, "MIME-Version: 1.0\r\n");
	while (entity_next_field(p, &at, &r, &name)) {
		if (g_ascii_strncasecmp(name, "Content-", 8) == 0)
			g_string_append_len(out, p->bytes + r.start, (gssize)(r.end - r.start));
		g_free(name);
	}
	if (out->len > 0 && out->str[out->len - 1] != '\n')
		g_string_append(out, "\r\n");
	g_string_append(out, "\r\n");
	size_t body = out->len;
	g_string_append_len(out, p->bytes + p->body, (gssize)(p->len - p->body));
	say_move_regions(&w->say, p->body, body);
	gsize len = out->len;
	return g_byte_array_new_take((guint8 *)g_string_free(out, FALSE), len);
}

static bool
names_reader(const struct header *h, const char *address)
{
	static const char *const fields[] = { "To", "Cc" };
	bool found = false;
	for (size_t i = 0; i < G_N_ELEMENTS(fields) && !found; i++) {
		GPtrArray *list = header_addresses(header_last(h, fields[i]), NULL);
		for (size_t k = 0; k < list->len && !found; k++)
			found = g_ascii_strcasecmp(((struct header_address *)list->pdata[k])->address, address) == 0;
		g_ptr_array_unref(list);
	}
	return found;
}

/* Keys of the other readers (Autocrypt Level 1, 2.5): of those that the message goes to, and no others. */
static void
add_gossip(const struct walk *w, struct opened *o)
{
	struct header *inside = header_of_bytes(w->payload.bytes, w->payload.body);
	struct header *shown = header_of_bytes((const char *)o->message->data, o->message->len);
	json_t *list = json_array();
	for (size_t i = 0; i < header_n_fields(inside); i++) {
		const struct header_field *f = header_field(inside, i);
		struct autocrypt a;
		if (g_ascii_strcasecmp(f->name, "Autocrypt-Gossip") != 0 || !autocrypt_parse(f->value, &a))
			continue;
		if (names_reader(shown, a.address))
			json_array_append_new(list,
			    json_pack("{s:o, s:o}", "address", jsonl_text(a.address, -1), "keydata",
				jsonl_text(a.keydata, -1)));
		autocrypt_clear(&a);
	}
	if (json_array_size(list) > 0)
		json_object_set(o->security, "gossip", list);
	json_decref(list);
	header_free(shown);
	header_free(inside);
}

static void
finish(struct walk *w, struct opened *o)
{
	struct header_protection h;
	const struct entity *shown = w->n_layers > 0 ? &w->payload : &w->outer;
	bool is_shown = w->n_layers > 0 && (w->say.is_open || !w->say.is_encrypted);
	if (is_shown || w->n_layers == 0)
		parts_find(w->signatures, shown, &w->say, &w->opts->engine);
	header_protection_read(&h, &w->outer, &w->payload, w->say.is_encrypted,
	    is_shown && uses_protected(w), is_believed, w);
	if (is_shown)
		o->message = compose(w, &h);
	w->say.author = o->message != NULL
	    ? header_sole_author((const char *)o->message->data, o->message->len)
	    : header_sole_author(w->bytes, w->outer.body);
	w->say.is_shown = is_shown || w->n_layers == 0;
	w->say.scheme = h.scheme;
	w->say.names = h.names;
	w->say.mismatches = h.mismatches;
	signature_list_match(w->signatures, w->say.author);
	o->security = say_security(&w->say, w->signatures);
	if (is_shown && w->say.is_open)
		add_gossip(w, o);
	o->wants_passphrase = w->wants_passphrase;
	header_protection_clear(&h);
}

/* What the parsers would not survive is not given to an engine either. */
static bool
is_fit(const char *bytes, size_t len)
{
	struct prescreen found;
	const char *nl = len > 0 ? memchr(bytes, '\n', len) : NULL;
	prescreen_scan(bytes, len, &found);
	bool is_mended = nl && nl - bytes >= 2 && nl[-1] == '\r' && nl[-2] == '\r';
	return found.finding == PRESCREEN_OK && !is_mended;
}

void
opened_init(struct opened *o, const char *bytes, size_t len, const struct open_opts *opts)
{
	struct walk w = {
		.opts = opts,
		.bytes = bytes,
		.len = len,
		.buffers = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref),
		.signatures = signature_list_new(),
	};
	*o = (struct opened){ 0 };
	say_init(&w.say);
	if (!is_fit(bytes, len)) {
		o->security = say_security(&w.say, w.signatures);
	} else {
		entity_init(&w.outer, bytes, len);
		entity_init(&w.payload, bytes, len);
		while (!w.is_stopped && w.n_layers < LIMIT_CRYPTO_LAYERS && open_layer(&w))
			;
		refuse_unprotected(&w);
		finish(&w, o);
		entity_fini(&w.payload);
		entity_fini(&w.outer);
	}
	say_clear(&w.say);
	g_ptr_array_unref(w.signatures);
	g_ptr_array_unref(w.buffers);
}

void
opened_fini(struct opened *o)
{
	g_clear_pointer(&o->message, g_byte_array_unref);
	json_decref(o->security);
	*o = (struct opened){ 0 };
}
