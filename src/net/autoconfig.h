/* SPDX-License-Identifier: GPL-3.0-or-later */
/* autoconfig.h - Mozilla's autoconfig format: <clientConfig> with incomingServer and
 * outgoingServer elements. Pure: no I/O; read by GMarkup, which knows no entities and no
 * DTD. */
#ifndef PENFOLD_NET_AUTOCONFIG_H
#define PENFOLD_NET_AUTOCONFIG_H

#include "net/discover.h"

/* The servers in the file's order that use TLS, for this address: array of struct
 * discovered * with free function. PF_ERROR_DATA for what is no such file. */
GPtrArray *autoconfig_parse(
    const char *xml, size_t len, const char *address, GError **error);

#endif
