/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_list.c - what the addresses of mailing lists look like. */
#include "net/msa_list.h"

#include "mime/compose_address.h"

#include <string.h>

static const char *const hosts[] = {"googlegroups.com", "groups.io", "vger.kernel.org",
    "freelists.org", "nongnu.org", "yahoogroups.com", "listserv.net", "riseup.net"};
static const char *const first_labels[] = {
    "list.", "lists.", "listserv.", "listes.", "listen.", "groups.", "ml.", "mailman."};
static const char *const endings[] = {"-devel", "-dev", "-users", "-user", "-announce",
    "-list", "-discuss", "-commits", "-patches", "-bugs"};

static bool
is_host(const char *domain)
{
	size_t len = strlen(domain);

	for (size_t i = 0; i < G_N_ELEMENTS(first_labels); i++)
		if (g_ascii_strncasecmp(
			domain, first_labels[i], strlen(first_labels[i])) == 0)
			return true;
	for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++) {
		size_t n = strlen(hosts[i]);

		if (len >= n && g_ascii_strcasecmp(domain + len - n, hosts[i]) == 0 &&
		    (len == n || domain[len - n - 1] == '.'))
			return true;
	}
	return false;
}

bool
msa_list_is(const char *spec)
{
	const char *domain = compose_address_domain(spec);
	size_t len = (size_t)(domain - spec);

	if (*domain == '\0' || len < 2)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		size_t n = strlen(endings[i]);

		if (len - 1 > n &&
		    g_ascii_strncasecmp(spec + len - 1 - n, endings[i], n) == 0)
			return true;
	}
	return is_host(domain);
}

bool
msa_list_among(const char *const *specs)
{
	for (; specs != NULL && *specs != NULL; specs++)
		if (msa_list_is(*specs))
			return true;
	return false;
}
