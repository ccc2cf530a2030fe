/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_dns_zone.c - any bytes as a zone file: a finding that names the file, or answers to every question. What an answer
 * says of itself is true: strings where it is well, none where it failed, and none that a NUL cuts short. */
#define _GNU_SOURCE /* memfd_create() */
#include "base/error.h"
#include "lookup/dns_zone.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

enum { NAMES_MAX = 16 };

static void
ask_all(struct dns *dns, const char *name)
{
	static const enum dns_type types[] = {DNS_A, DNS_CNAME, DNS_PTR, DNS_MX, DNS_TXT, DNS_AAAA, DNS_SRV, DNS_TLSA};
	struct dns_session *session = dns_session_new(dns);

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		const struct dns_answer *answer = dns_ask(session, name, types[i]);

		g_assert_true((answer->status == DNS_OK) == (answer->strings->len > 0) || dns_is_temporary(answer->status));
		for (guint k = 0; k < answer->strings->len; k++)
			g_assert_true(g_utf8_validate(g_ptr_array_index(answer->strings, k), -1, NULL));
	}
	dns_session_free(session);
}

/* The names of a zone are known by its own text alone. */
static void
ask_its_names(struct dns *dns, const unsigned char *data, size_t len)
{
	json_t *zone = json_loadb((const char *)data, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL), *value;
	const char *name;
	int n = 0;

	json_object_foreach(zone, name, value)
		if (n++ < NAMES_MAX)
			ask_all(dns, name);
	json_decref(zone);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	int fd = memfd_create("zone", MFD_CLOEXEC);
	char *path = g_strdup_printf("/proc/self/fd/%d", fd);
	GError *error = NULL;
	struct dns *dns = NULL;

	if (write(fd, data, len) == (ssize_t)len)
		dns = dns_zone_open(path, &error);
	if (dns != NULL) {
		ask_all(dns, "no.such.example");
		ask_its_names(dns, data, len);
		dns_free(dns);
	} else if (error != NULL) {
		g_assert_true(g_error_matches(error, PF_ERROR, PF_ERROR_CONFIG));
		g_assert_nonnull(strstr(error->message, path));
		g_error_free(error);
	}
	g_free(path);
	close(fd);
	return 0;
}
