/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_zone_check.c - see dns_zone_check.h. What is wrong is found in the object, and its line in the text: the second
 * time over, a scanner that knows strings and depths is enough, since the text is known to be JSON. */
#include "lookup/dns_zone_check.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <string.h>

enum { MX_PRIORITY_MAX = 65535 };

/* NULL, or what is wrong; static. */
typedef const char *(*check_fn)(const json_t *value);

static bool
is_failure(const json_t *value)
{
	const char *word = json_string_value(value);

	return word != NULL && (g_ascii_strcasecmp(word, "TIMEOUT") == 0 || g_ascii_strcasecmp(word, "SERVFAIL") == 0);
}

static const char *
check_text(const json_t *value)
{
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!json_is_string(json_array_get(value, i)))
			return "a TXT record is a string, or an array of strings";
	return json_is_string(value) || json_is_array(value) ? NULL : "a TXT record is a string, or an array of strings";
}

static bool
is_address(const json_t *value, int family)
{
	const char *text = json_string_value(value);
	guint8 octets[16];

	return text != NULL && inet_pton(family, text, octets) == 1;
}

static const char *
check_ipv4(const json_t *value)
{
	return is_address(value, AF_INET) ? NULL : "an A record is an IPv4 address";
}

static const char *
check_ipv6(const json_t *value)
{
	return is_address(value, AF_INET6) ? NULL : "an AAAA record is an IPv6 address";
}

static bool
is_number(const json_t *record, const char *key)
{
	const json_t *value = json_object_get(record, key);

	return value == NULL || (json_is_integer(value) && json_integer_value(value) >= 0 &&
				    json_integer_value(value) <= MX_PRIORITY_MAX);
}

static const char *
check_mx(const json_t *value)
{
	return json_is_string(json_object_get(value, "exchange")) && is_number(value, "priority")
		   ? NULL
		   : "an MX record is {\"exchange\": NAME, \"priority\": NUMBER}";
}

static const char *
check_srv(const json_t *value)
{
	return json_is_string(json_object_get(value, "target")) && is_number(value, "priority") &&
		       is_number(value, "weight") && is_number(value, "port")
		   ? NULL
		   : "an SRV record is {\"target\": NAME, \"port\": NUMBER, \"priority\": NUMBER, \"weight\": NUMBER}";
}

static const char *
check_name(const json_t *value)
{
	return json_is_string(value) ? NULL : "such a record is a string";
}

static const struct {
	const char *key;
	check_fn check; /* of one record; NULL: passed over */
} types[] = {
    {"TXT", check_text},
    {"A", check_ipv4},
    {"AAAA", check_ipv6},
    {"MX", check_mx},
    {"SRV", check_srv},
    {"PTR", check_name},
    {"TLSA", check_name},
    {"NS", NULL},
    {"SOA", NULL},
    {"SPF", NULL},
    {"CAA", NULL},
    {"DS", NULL},
    {"DNSKEY", NULL},
    {"TTL", NULL},
};

static const char *
check_type(const char *key, const json_t *records)
{
	size_t i = 0, n = json_is_array(records) ? json_array_size(records) : 1;
	const char *problem = NULL;

	if (strcmp(key, "CNAME") == 0)
		return json_is_string(records) ? NULL : "CNAME is one name, a string";
	if (strcmp(key, "SECURE") == 0)
		return json_is_boolean(records) ? NULL : "SECURE is true or false";
	while (i < G_N_ELEMENTS(types) && strcmp(types[i].key, key) != 0)
		i++;
	if (i == G_N_ELEMENTS(types))
		return "not a type of record; those that are known are TXT, A, AAAA, MX, SRV, PTR, TLSA and CNAME";
	for (size_t k = 0; types[i].check != NULL && k < n && problem == NULL; k++) {
		const json_t *one = json_is_array(records) ? json_array_get(records, k) : records;
		problem = is_failure(one) ? NULL : types[i].check(one);
	}
	return problem;
}

/* Past the string that begins at p. */
static const char *
string_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : end;
}

/* Is the string from p up to after this one, once its escapes are undone? */
static bool
is_string(const char *p, const char *after, const char *wanted)
{
	json_t *value = json_loadb(p, (size_t)(after - p), JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	bool is_same = g_strcmp0(json_string_value(value), wanted) == 0;

	json_decref(value);
	return is_same;
}

/* The line of a name's key, or of a type's below it (key NULL: of the name). */
static int
line_of(const char *text, size_t len, const char *name, const char *key)
{
	const char *end = text + len;
	int depth = 0, line = 1, found = 1;
	bool is_below = false;

	for (const char *p = text; p < end;) {
		const char *next = *p == '"' ? string_end(p, end) : p + 1;
		const char *colon = next;
		while (*p == '"' && colon < end && g_ascii_isspace(*colon))
			colon++;
		bool is_key = *p == '"' && colon < end && *colon == ':';
		depth += *p == '{' || *p == '[' ? 1 : *p == '}' || *p == ']' ? -1 : 0;
		line += *p == '\n' ? 1 : 0;
		if (is_key && depth == 1) {
			is_below = is_string(p, next, name);
			found = is_below ? line : found;
			if (is_below && key == NULL)
				return found;
		} else if (is_key && depth == 2 && is_below && is_string(p, next, key)) {
			return line;
		}
		p = next;
	}
	return found;
}

bool
dns_zone_check(const json_t *object, const char *text, size_t len, const char *path, GError **error)
{
	const char *name, *key;
	json_t *value, *records;

	json_object_foreach((json_t *)(guintptr)object, name, value)
	{
		if (!json_is_object(value) && !is_failure(value)) {
			g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
			    "zone file %s, line %d: \"%.100s\" is neither an object of records nor \"TIMEOUT\" or "
			    "\"SERVFAIL\"",
			    path, line_of(text, len, name, NULL), name);
			return false;
		}
		json_object_foreach(value, key, records)
		{
			const char *problem = check_type(key, records);
			if (problem == NULL)
				continue;
			g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "zone file %s, line %d: \"%.100s\", %.20s: %s",
			    path, line_of(text, len, name, key), name, key, problem);
			return false;
		}
	}
	return true;
}
