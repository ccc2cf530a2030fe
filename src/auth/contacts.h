/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contacts.h - whom the user writes to, and the few houses that everybody is written to
 * by: what others try to look like. */
#ifndef PENFOLD_AUTH_CONTACTS_H
#define PENFOLD_AUTH_CONTACTS_H

#include <glib.h>
#include <stdbool.h>

struct contacts;

/* Empty but for the well-known domains. */
struct contacts *contacts_new(void);
void contacts_free(struct contacts *contacts);

/* Add one mailbox: display name (UTF-8, "" for none) and addr-spec. At most
 * LIMIT_CONTACTS are kept; others are passed over. */
void contacts_add(struct contacts *contacts, const char *name, const char *address);

/* Is a domain (as domain_ascii()) one of these, or below one? */
bool contacts_has_domain(const struct contacts *contacts, const char *domain);

/* Does the user write to this very address? */
bool contacts_has_address(const struct contacts *contacts, const char *address);

/* Does the user write to somebody at this domain, above or below it? */
bool contacts_writes_to(const struct contacts *contacts, const char *domain);

/* The known domain that this one cannot be told from, or differs from by one letter or
 * puts before its own name. *is_near_out: the latter. NULL when there is none, or when
 * the domain is known itself. Borrowed. */
const char *contacts_lookalike(
    const struct contacts *contacts, const char *domain, bool *is_near_out);

/* Is it the domain (as domain_ascii()) of a service that writes in its users' names, as GitHub does, or below one? */
bool contacts_is_speaker(const char *domain);

/* The address of the contact whose name of two words or more looks like this one (lookalike_name()), when `address`
 * is none of that name's, nor of the same domain as one, above or below it, unless that is a provider where anybody
 * gets an address. NULL. Borrowed. */
const char *contacts_namesake(
    const struct contacts *contacts, const char *name, const char *address);

/* The domain of the well-known house that a name (UTF-8) speaks of ("PayPal Service"), where the author's domain
 * (as domain_ascii()) has nothing of that house in it. Only of houses whose name means nothing else. NULL. Static. */
const char *contacts_house_named(
    const struct contacts *contacts, const char *name, const char *domain);

#endif
