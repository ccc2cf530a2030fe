/* SPDX-License-Identifier: GPL-3.0-or-later */
/* discover.h - the servers of a mail address: the list of large providers, Mozilla's
 * autoconfig over HTTPS, SRV records (RFC 6186, 8314), and guesses, in this order. Only
 * the domain of the address leaves this machine. Blocking. */
#ifndef PENFOLD_NET_DISCOVER_H
#define PENFOLD_NET_DISCOVER_H

#include "lookup/dns.h"
#include "net/provider.h"

#include <stdint.h>

enum discover_kind {
	DISCOVER_IMAP,
	DISCOVER_POP3,
	DISCOVER_SMTP,
};

/* Who named a server. */
enum discover_source {
	DISCOVER_PROVIDER,   /* our own list */
	DISCOVER_AUTOCONFIG, /* over verified HTTPS */
	DISCOVER_SRV,
	DISCOVER_GUESS, /* a name below the domain of the address */
	DISCOVER_USER,	/* the person who asks */
};

struct discovered {
	enum discover_kind kind;
	enum discover_source source;
	char *host; /* ascii */
	uint16_t port;
	bool has_starttls; /* else TLS from the first byte */
	char *user;	   /* utf8; NULL: not told */
	bool is_token;	   /* the source asks for OAuth and no password */
	/* Somebody who could forge a DNS answer could have named it: it lies outside of
	 * the domain of the address, and no signature, certificate or list of ours
	 * vouches for it (RFC 6186 6). */
	bool is_doubtful;
};

struct discover_opts {
	const char *address;		   /* addr-spec */
	/* The server as a person names it, "mail.example.org", with a scheme or port where they know it: nobody else
	 * is asked. NULL: none is known. */
	const char *server;
	const struct providers *providers; /* may be NULL */
	struct dns_session *dns;
	/* URLs to ask for autoconfig, with %d for the domain; NULL-terminated */
	const char *const *autoconfig;
	const char *ca_file; /* NULL: the system's */
	const char *proxy;   /* for autoconfig; NULL: none */
	/* What is being done now, one plain line; may be NULL. */
	void (*on_step)(void *user, const char *text);
	bool (*is_cancelled)(void *user);
	void *user;
};

struct discovery {
	GPtrArray *servers; /* struct discovered *, best first; owned */
	/* of a provider in our list; owned, NULL when none */
	char *provider, *note, *oauth;
	bool is_closed; /* the provider lets no mail program in */
};

/* Never fails: what cannot be asked is passed over. PF_ERROR_DATA for an address without
 * a domain, PF_ERROR_CONFIG for a server that is none: then NULL. */
struct discovery *discover(const struct discover_opts *opts, GError **error);
void discovery_free(struct discovery *d);
void discovered_free(struct discovered *d);

/* As it stands in the rc: "imaps://host", with port only where it is not the scheme's own
 * and user only when it is not the address. Owned. */
char *discovered_url(const struct discovered *d, const char *address);
/* "imap", "the list of providers"; static. */
const char *discover_kind_name(enum discover_kind kind);
const char *discover_source_name(enum discover_source source);

#endif
