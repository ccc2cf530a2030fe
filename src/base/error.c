/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The error domain: one table of codes with their word and their sysexits(3) value. */
#include "base/error.h"

#include <glib.h>
#include <string.h>

static const struct {
	const char *name;
	int exit_code;
} codes[] = {
	[PF_ERROR_INTERNAL] = { "internal", 70 },
	[PF_ERROR_USAGE] = { "usage", 64 },
	[PF_ERROR_DATA] = { "data", 65 },
	[PF_ERROR_NOT_FOUND] = { "not-found", 1 },
	[PF_ERROR_LIMIT] = { "limit", 65 },
	[PF_ERROR_UNAVAILABLE] = { "unavailable", 69 },
	[PF_ERROR_IO] = { "io", 74 },
	[PF_ERROR_TEMPORARY] = { "temporary", 75 },
	[PF_ERROR_PROTOCOL] = { "protocol", 76 },
	[PF_ERROR_TLS] = { "tls", 76 },
	[PF_ERROR_AUTH] = { "auth", 77 },
	[PF_ERROR_NO_SECRET] = { "no-password", 77 },
	[PF_ERROR_CONFIG] = { "config", 78 },
	[PF_ERROR_CANCELLED] = { "cancelled", 75 },
	[PF_ERROR_CRASHED] = { "crashed", 70 },
	[PF_ERROR_TIMEOUT] = { "timeout", 75 },
	[PF_ERROR_NO_INPUT] = { "no-input", 66 },
};

GQuark
pf_error_quark(void)
{
	return g_quark_from_static_string("penfold");
}

const char *
pf_error_name(int code)
{
	if (code < 0 || (size_t)code >= G_N_ELEMENTS(codes))
		return codes[PF_ERROR_INTERNAL].name;
	return codes[code].name;
}

int
pf_error_from_name(const char *name)
{
	for (size_t i = 0; name != NULL && i < G_N_ELEMENTS(codes); i++)
		if (strcmp(codes[i].name, name) == 0)
			return (int)i;
	return PF_ERROR_INTERNAL;
}

/* By name: most programs have no use for the rest of GIO. */
static bool
is_of_gio(const GError *error)
{
	return strcmp(g_quark_to_string(error->domain), "g-io-error-quark") == 0;
}

int
pf_error_exit_code(const GError *error)
{
	if (error == NULL)
		return 0;
	if (error->domain == PF_ERROR && error->code >= 0 &&
	    (size_t)error->code < G_N_ELEMENTS(codes))
		return codes[error->code].exit_code;
	if (error->domain == G_FILE_ERROR || is_of_gio(error))
		return codes[PF_ERROR_IO].exit_code;
	return codes[PF_ERROR_INTERNAL].exit_code;
}
