/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_zone.c - a DNS driver over a JSON object: tests, demonstrations and "what would be
 * if". */
#include "lookup/dns_zone.h"

#include "base/error.h"
#include "base/file.h"
#include "lookup/dns_zone_check.h"

#include <string.h>

enum { ZONE_MAX_BYTES = 16 << 20, CNAME_MAX = 8, ZONE_TTL = 3600 };

struct zone {
	json_t *names; /* lower-case name without final dot -> value */
};

static const char *
type_key(enum dns_type type)
{
	return dns_type_name(type);
}

static char *
plain_name(const char *name)
{
	char *plain = g_ascii_strdown(name, -1);
	size_t len = strlen(plain);

	if (len > 0 && plain[len - 1] == '.')
		plain[len - 1] = '\0';
	return plain;
}

/* "TIMEOUT" and "SERVFAIL" stand for answers. */
static bool
is_failure(const json_t *value, enum dns_status *out)
{
	const char *word = json_string_value(value);

	if (word != NULL && g_ascii_strcasecmp(word, "TIMEOUT") == 0)
		*out = DNS_TIMEOUT;
	else if (word != NULL && g_ascii_strcasecmp(word, "SERVFAIL") == 0)
		*out = DNS_SERVFAIL;
	else
		return false;
	return true;
}

static int
number_of(const json_t *record, const char *key)
{
	return (int)json_integer_value(json_object_get(record, key));
}

static char *
mx_text(const json_t *value)
{
	const char *host = json_string_value(json_object_get(value, "exchange"));

	if (host == NULL)
		return NULL;
	char *plain = plain_name(host);
	char *text = g_strdup_printf("%d %s", number_of(value, "priority"), plain);
	g_free(plain);
	return text;
}

static char *
srv_text(const json_t *value)
{
	const char *host = json_string_value(json_object_get(value, "target"));

	if (host == NULL)
		return NULL;
	char *plain = plain_name(host);
	char *text = g_strdup_printf("%d %d %d %s", number_of(value, "priority"),
	    number_of(value, "weight"), number_of(value, "port"), plain);
	g_free(plain);
	return text;
}

/* A string with SUB in the place of NUL, as the network gives it. Owned. */
static char *
plain_text(const json_t *value)
{
	size_t len = json_string_length(value);
	char *text = g_malloc(len + 1);

	for (size_t i = 0; i < len; i++)
		text[i] = json_string_value(value)[i] != '\0'
			      ? json_string_value(value)[i]
			      : 0x1a;
	text[len] = '\0';
	return text;
}

/* One record's text, owned; NULL when the value is not of the right form. */
static char *
record_text(const json_t *value, enum dns_type type)
{
	if (type == DNS_MX)
		return mx_text(value);
	if (type == DNS_SRV)
		return srv_text(value);
	if (json_is_string(value))
		return plain_text(value);
	if (type != DNS_TXT || !json_is_array(value))
		return NULL;
	GString *joined = g_string_new(NULL);
	for (size_t i = 0; i < json_array_size(value); i++) {
		char *part = plain_text(json_array_get(value, i));
		g_string_append(joined, part);
		g_free(part);
	}
	return g_string_free(joined, FALSE);
}

static struct dns_answer *
answer_of(const json_t *records, enum dns_type type)
{
	enum dns_status status = DNS_NODATA;

	if (records == NULL || is_failure(records, &status))
		return dns_answer_new(status);
	struct dns_answer *answer = dns_answer_new(DNS_NODATA);
	answer->ttl = ZONE_TTL;
	size_t n = json_is_array(records) ? json_array_size(records) : 1;
	for (size_t i = 0; i < n; i++) {
		const json_t *one =
		    json_is_array(records) ? json_array_get(records, i) : records;
		if (is_failure(one, &answer->status))
			return answer;
		char *text = record_text(one, type);
		if (text != NULL)
			g_ptr_array_add(answer->strings, text);
	}
	if (answer->strings->len > 0)
		answer->status = DNS_OK;
	return answer;
}

static struct dns_answer *
zone_ask(void *state, const char *name, enum dns_type type, int timeout_ms)
{
	const struct zone *zone = state;
	char *at = plain_name(name);
	struct dns_answer *answer = NULL;

	(void)timeout_ms; /* memory does not keep anyone waiting */
	for (int hops = 0; answer == NULL && hops <= CNAME_MAX; hops++) {
		const json_t *value = json_object_get(zone->names, at);
		const char *alias = json_string_value(json_object_get(value, "CNAME"));
		enum dns_status status = DNS_NXDOMAIN;
		if (value == NULL || is_failure(value, &status)) {
			answer = dns_answer_new(status);
		} else if (alias != NULL &&
			   json_object_get(value, type_key(type)) == NULL) {
			g_free(at);
			at = plain_name(alias);
		} else {
			answer = answer_of(json_object_get(value, type_key(type)), type);
			answer->is_secure =
			    json_is_true(json_object_get(value, "SECURE"));
		}
	}
	g_free(at);
	return answer != NULL ? answer : dns_answer_new(DNS_SERVFAIL);
}

static void
zone_free(void *state)
{
	struct zone *zone = state;

	json_decref(zone->names);
	g_free(zone);
}

static const struct dns_driver zone_driver = {.ask = zone_ask, .free = zone_free};

struct dns *
dns_zone_new(json_t *object)
{
	struct zone *zone = g_new0(struct zone, 1);
	const char *name;
	json_t *value;

	zone->names = json_object();
	json_object_foreach(object, name, value)
	{
		char *plain = plain_name(name);
		json_object_set(zone->names, plain, value);
		g_free(plain);
	}
	json_decref(object);
	return dns_new(&zone_driver, zone);
}

struct dns *
dns_zone_open(const char *path, GError **error)
{
	GBytes *bytes = file_read(path, ZONE_MAX_BYTES, error);
	json_error_t why;

	if (bytes == NULL) { /* whatever keeps it from being read, the setting is wrong */
		if (error != NULL && *error != NULL)
			(*error)->code = PF_ERROR_CONFIG;
		return NULL;
	}
	size_t len;
	const char *data = g_bytes_get_data(bytes, &len);
	json_t *object =
	    json_loadb(data, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
	bool is_object = json_is_object(object);
	if (!is_object)
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "zone file %s, line %d: %s",
		    path, object == NULL ? why.line : 1,
		    object == NULL ? why.text : "not an object");
	if (is_object && dns_zone_check(object, data, len, path, error)) {
		g_bytes_unref(bytes);
		return dns_zone_new(object);
	}
	g_bytes_unref(bytes);
	json_decref(object);
	return NULL;
}
