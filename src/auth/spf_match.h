/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf_match.h - the mechanisms of RFC 7208 section 5 that ask the DNS; for spf.c alone.
 */
#ifndef PENFOLD_AUTH_SPF_MATCH_H
#define PENFOLD_AUTH_SPF_MATCH_H

#include "auth/spf.h"
#include "auth/spf_address.h"
#include "auth/spf_macro.h"
#include "auth/spf_record.h"

enum spf_match { SPF_MATCH_NO, SPF_MATCH_YES, SPF_MATCH_TEMPERROR, SPF_MATCH_PERMERROR };

/* One evaluation under way. */
struct spf_check {
	struct spf *spf;
	struct dns_session *dns;
	struct spf_address address;
	struct spf_macros macros;
	GArray *stack; /* the records under evaluation: spf.c */
};

/* Why it fails; problem is stolen. */
void spf_check_say(struct spf_check *check, char *problem);

/* Ask; NULL where no question can be made of the name, which then does not exist. */
const struct dns_answer *spf_check_ask(
    struct spf_check *check, const char *name, enum dns_type type);

/* Does the client's address belong to what the mechanism names? Counts void look-ups. */
enum spf_match spf_match_a(
    struct spf_check *check, const struct spf_term *term, const char *name);
enum spf_match spf_match_mx(
    struct spf_check *check, const struct spf_term *term, const char *name);
enum spf_match spf_match_ptr(struct spf_check *check, const char *target);
enum spf_match spf_match_exists(struct spf_check *check, const char *name);

/* %{p} of section 7.3; state is a struct spf_check. Owned. */
char *spf_validated_name(void *state, const char *domain);

#endif
