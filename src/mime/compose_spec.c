/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_spec.c - one addr-spec: its rules, and the forms of its domain. */
#include "mime/compose_spec.h"

#include "base/error.h"
#include "mime/compose_address.h"

#include <gio/gio.h>
#include <idn2.h>
#include <string.h>

#define MAX_LOCAL  64  /* RFC 5321 4.5.3.1.1 */
#define MAX_DOMAIN 255 /* RFC 5321 4.5.3.1.2 */
#define MAX_LABEL  63  /* RFC 1035 2.3.4 */
#define MAX_SPEC   254 /* RFC 5321 4.5.3.1.3: path of 256 with its angle brackets */

bool
compose_spec_fail(const char *text, const char *at, const char *what, GError **error)
{
	size_t len = (size_t)(at - text);

	g_set_error(error, PF_ERROR, PF_ERROR_DATA, "address \"%s\": %s (character %ld)",
	    text, what, g_utf8_strlen(text, (gssize)len) + 1);
	return false;
}

bool
compose_spec_is_atext(unsigned char c)
{
	return c >= 0x80 || g_ascii_isalnum((gchar)c) ||
	       (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* The "@" that ends the local part; a quoted local part may hold others. */
static const char *
find_at(const char *spec)
{
	const char *p = spec;

	if (*p == '"') {
		for (p++; *p != '\0' && *p != '"'; p++) {
			if (*p == '\\' && p[1] != '\0')
				p++;
		}
	}
	return strchr(p, '@');
}

static const char *
quoted_local_fault(const char *local, const char *end, const char **at_out)
{
	const char *p;

	for (p = local + 1; p < end - 1; p++) {
		*at_out = p;
		if (*p == '\\')
			p++;
		else if (*p == '"')
			return "a quote within quotes needs a backslash";
		if (p >= end - 1 || (unsigned char)*p < 32 || *p == 127)
			return "a control character in the quoted name";
	}
	*at_out = local;
	return end - local < 2 || end[-1] != '"' ? "the quoted name does not end" : NULL;
}

static const char *
local_fault(const char *local, const char *end, const char **at_out)
{
	const char *p;

	*at_out = local;
	if (local == end)
		return "nothing before the @";
	if (end - local > MAX_LOCAL)
		return "the part before the @ is longer than 64 bytes";
	if (*local == '"')
		return quoted_local_fault(local, end, at_out);
	for (p = local; p < end; p++) {
		*at_out = p;
		if (*p == '.') {
			if (p == local || p + 1 == end || p[1] == '.')
				return "a dot may not be first, last or doubled before "
				       "the @";
		} else if (!compose_spec_is_atext((unsigned char)*p)) {
			return "this character may not stand before the @";
		}
	}
	return NULL;
}

static const char *
literal_fault(const char *domain)
{
	size_t len = strlen(domain);
	const char *start = domain + 1;
	GInetAddress *ip;
	GSocketFamily want = G_SOCKET_FAMILY_IPV4;
	char *text;
	bool good;

	if (domain[len - 1] != ']')
		return "the address literal does not end with ]";
	if (g_ascii_strncasecmp(start, "IPv6:", 5) == 0) {
		start += 5;
		want = G_SOCKET_FAMILY_IPV6;
	}
	text = g_strndup(start, (gsize)(domain + len - 1 - start));
	ip = g_inet_address_new_from_string(text);
	good = ip != NULL && g_inet_address_get_family(ip) == want;
	g_clear_object(&ip);
	g_free(text);
	return good ? NULL : "no IP address within [ ]";
}

static const char *
labels_fault(const char *domain, const char **at_out)
{
	const char *label = domain, *p;

	for (p = domain;; p++) {
		*at_out = p;
		if (*p == '.' || *p == '\0') {
			if (p == label)
				return *p == '\0' ? "a dot may not end the domain"
						  : "an empty label in the domain";
			if (p - label > MAX_LABEL)
				return "a label of the domain is longer than 63 bytes";
			if (*label == '-' || p[-1] == '-')
				return "a label of the domain begins or ends with a "
				       "hyphen";
			if (*p == '\0')
				return NULL;
			label = p + 1;
		} else if (!g_ascii_isalnum(*p) && *p != '-') {
			return "this character may not stand in a domain";
		}
	}
}

/* A-labels of a domain in any form; owned, NULL when IDNA2008 refuses it. */
static char *
domain_ascii(const char *domain)
{
	uint8_t *out = NULL;
	char *copy;

	if (g_str_is_ascii(domain))
		return g_ascii_strdown(domain, -1);
	if (idn2_lookup_u8((const uint8_t *)domain, &out,
		IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return NULL;
	copy = g_strdup((const char *)out);
	idn2_free(out);
	return copy;
}

/* xn-- and something that decodes to no name: a slip within. Names that IDNA2008 would not
 * give anew, such as those of signs, are in use. */
static bool
is_undecodable(const char *ascii)
{
	char *out = NULL;
	bool good = strstr(ascii, "xn--") == NULL ||
		    idn2_to_unicode_8z8z(ascii, &out, 0) == IDN2_OK;

	if (out != NULL)
		idn2_free(out);
	return !good;
}

static const char *
domain_fault(const char *domain, const char **at_out)
{
	const char *fault;
	char *ascii;

	*at_out = domain;
	if (*domain == '\0')
		return "nothing after the @";
	if (*domain == '[')
		return literal_fault(domain);
	ascii = domain_ascii(domain);
	if (ascii == NULL)
		return "the domain is no valid international name";
	if (strlen(ascii) > MAX_DOMAIN) {
		fault = "the domain is longer than 255 bytes";
	} else if (is_undecodable(ascii)) {
		fault = "a label of the domain begins with xn-- and is no name";
	} else {
		fault = labels_fault(ascii, at_out);
		/* the place within the A-label form says nothing to the writer */
		*at_out = g_str_is_ascii(domain) ? domain + (*at_out - ascii) : domain;
	}
	g_free(ascii);
	return fault;
}

const char *
compose_spec_fault(const char *spec, const char **at_out)
{
	const char *at_sign, *fault;

	*at_out = spec;
	if (!g_utf8_validate(spec, -1, at_out))
		return "not valid UTF-8";
	*at_out = spec;
	at_sign = find_at(spec);
	if (at_sign == NULL)
		return "there is no @ in it";
	if (strlen(spec) > MAX_SPEC)
		return "longer than 254 bytes";
	fault = local_fault(spec, at_sign, at_out);
	return fault != NULL ? fault : domain_fault(at_sign + 1, at_out);
}

bool
compose_address_check(const char *spec, size_t *offset_out, GError **error)
{
	const char *at = spec;
	const char *fault = compose_spec_fault(spec, &at);

	if (fault == NULL)
		return true;
	if (offset_out != NULL)
		*offset_out = (size_t)(at - spec);
	if (!g_utf8_validate(spec, -1, NULL)) {
		g_set_error(
		    error, PF_ERROR, PF_ERROR_DATA, "an address is not valid UTF-8");
		return false;
	}
	return compose_spec_fail(spec, at, fault, error);
}

char *
compose_address_ascii(const char *spec, GError **error)
{
	const char *domain = compose_address_domain(spec);
	char *ascii, *result;

	ascii = *domain == '[' ? g_strdup(domain) : domain_ascii(domain);
	if (ascii == NULL) {
		(void)compose_spec_fail(
		    spec, domain, "the domain is no valid international name", error);
		return NULL;
	}
	result = g_strdup_printf("%.*s%s", (int)(domain - spec), spec, ascii);
	g_free(ascii);
	return result;
}

const char *
compose_address_domain(const char *spec)
{
	const char *at = find_at(spec);

	return at != NULL ? at + 1 : spec + strlen(spec);
}

bool
compose_address_equal(const char *a, const char *b)
{
	const char *da = compose_address_domain(a), *db = compose_address_domain(b);

	return da - a == db - b && strncmp(a, b, (size_t)(da - a)) == 0 &&
	       g_ascii_strcasecmp(da, db) == 0;
}
