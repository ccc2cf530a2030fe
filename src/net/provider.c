/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data file of providers. */
#include "net/provider.h"

#include "base/error.h"
#include "base/jsonl.h"
#include "base/paths.h"

#include <string.h>

struct providers {
	json_t *root;
};

struct providers *
providers_load(const char *path, GError **error)
{
	char *own = path == NULL ? paths_data("providers.json") : g_strdup(path);
	json_error_t why;
	json_t *root = json_load_file(own, JSON_REJECT_DUPLICATES, &why);
	struct providers *p = NULL;

	if (json_is_array(json_object_get(root, "providers"))) {
		p = g_new0(struct providers, 1);
		p->root = json_incref(root);
	} else {
		if (root == NULL && why.line < 1) /* it names the file */
			g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "%s", why.text);
		else
			g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "%s:%d: %s", own, why.line,
			    root == NULL ? why.text : "this is no list of providers");
	}
	json_decref(root);
	g_free(own);
	return p;
}

void
providers_free(struct providers *p)
{
	if (p == NULL)
		return;
	json_decref(p->root);
	g_free(p);
}

static void
fill(const json_t *entry, struct provider *out)
{
	*out = (struct provider){.name = jsonl_string(entry, "name"),
	    .imap = jsonl_string(entry, "imap"),
	    .pop3 = jsonl_string(entry, "pop3"),
	    .smtp = jsonl_string(entry, "smtp"),
	    .auth = jsonl_string(entry, "auth"),
	    .oauth = jsonl_string(entry, "oauth"),
	    .note = jsonl_string(entry, "note"),
	    .is_user_local = g_strcmp0(jsonl_string(entry, "user"), "local") == 0};
	if (out->name == NULL)
		out->name = "";
}

/* Is host the domain itself or a name below it? */
static bool
is_below(const char *host, const char *domain)
{
	size_t len = strlen(host), tail = strlen(domain);

	return len >= tail && g_ascii_strcasecmp(host + len - tail, domain) == 0 &&
	       (len == tail || host[len - tail - 1] == '.');
}

static bool
is_same(const char *host, const char *domain)
{
	return g_ascii_strcasecmp(host, domain) == 0;
}

static bool
find(const struct providers *p, const char *key, const char *name,
    bool (*fits)(const char *name, const char *listed), struct provider *out)
{
	const json_t *list = json_object_get(p->root, "providers"), *entry, *value;
	size_t i, k;

	json_array_foreach(list, i, entry)
	{
		const json_t *names = json_object_get(entry, key);

		json_array_foreach(names, k, value)
		{
			if (!json_is_string(value) ||
			    !fits(name, json_string_value(value)))
				continue;
			fill(entry, out);
			return true;
		}
	}
	return false;
}

bool
providers_of_domain(const struct providers *p, const char *domain, struct provider *out)
{
	return find(p, "domains", domain, is_same, out);
}

bool
providers_of_mx(const struct providers *p, const char *host, struct provider *out)
{
	return find(p, "mx", host, is_below, out);
}

/* "imaps://imap.example.org" names imap.example.org. */
static bool
names_host(const char *url, const char *host)
{
	const char *at = url != NULL ? strstr(url, "://") : NULL;

	return at != NULL && g_ascii_strcasecmp(at + 3, host) == 0;
}

bool
providers_of_host(const struct providers *p, const char *host, struct provider *out)
{
	const json_t *list = json_object_get(p->root, "providers"), *entry;
	size_t i;

	json_array_foreach(list, i, entry)
	{
		fill(entry, out);
		if (names_host(out->imap, host) || names_host(out->pop3, host) ||
		    names_host(out->smtp, host))
			return true;
	}
	return false;
}

bool
providers_oauth(const struct providers *p, const char *name, struct oauth_service *out)
{
	const json_t *entry = json_object_get(json_object_get(p->root, "oauth"), name);

	*out = (struct oauth_service){.authorize = jsonl_string(entry, "authorize"),
	    .token = jsonl_string(entry, "token"),
	    .device = jsonl_string(entry, "device"),
	    .scope = jsonl_string(entry, "scope"),
	    .redirect = jsonl_string(entry, "redirect"),
	    .more = jsonl_string(entry, "more")};
	return out->token != NULL;
}
