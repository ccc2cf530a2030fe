/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_caps.h - what a server offers: the reply to EHLO (RFC 5321 4.1.1.1). Pure. */
#ifndef PENFOLD_NET_SMTP_CAPS_H
#define PENFOLD_NET_SMTP_CAPS_H

#include <glib.h>
#include <stdbool.h>

struct smtp_caps {
	bool has_starttls;   /* RFC 3207 */
	bool has_pipelining; /* RFC 2920 */
	bool has_8bitmime;   /* RFC 6152 */
	bool has_smtputf8;   /* RFC 6531 */
	bool has_chunking;   /* RFC 3030 */
	bool has_size;	     /* RFC 1870 */
	guint64 size;	     /* bytes; 0: no limit told */
	bool has_dsn;	     /* RFC 3461 */
	bool has_enhanced;   /* RFC 2034 */
	bool has_requiretls; /* RFC 8689 */
	/* RFC 9422: transactions in one session; recipients, and their domains, in one
	 * transaction. 0: not told */
	guint64 mail_max, rcpt_max, rcpt_domain_max;
	GPtrArray
	    *auth; /* mechanism names (RFC 4954), owned, NULL-terminated; never NULL */
};

/* Nothing is offered yet; smtp_caps_fini() frees what a parse kept. */
void smtp_caps_init(struct smtp_caps *caps);
void smtp_caps_fini(struct smtp_caps *caps);

/* text: lines of the reply joined by LF; the first is the server's name. Forgets what was
 * known. */
void smtp_caps_parse(struct smtp_caps *caps, const char *text);

#endif
