/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations of penfold-auth for a letter that is being written: the domains it names, and whether it will
 * be believed. */
#include "programs/auth_program.h"

#include "auth/contacts.h"
#include "auth/dmarc.h"
#include "auth/domain.h"
#include "base/limits.h"
#include "mime/compose_address.h"
#include "mime/compose_facts.h"
#include "net/msa_check.h"
#include "net/msa_check_domain.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { QUERIES = 200, SECONDS = 4, SECONDS_MAX = 30 };

struct people {
	char *from;
	GPtrArray *recipients; /* NULL-terminated */
};

static const char *
lookalike(void *user, const char *domain)
{
	const struct auth_program *program = user;
	bool is_near;

	return contacts_lookalike(program->contacts, domain, &is_near);
}

static bool
is_known(void *user, const char *domain)
{
	const struct auth_program *program = user;
	const struct rc_account *const *accounts = rc_accounts(program->rc);

	for (; *accounts != NULL; accounts++) {
		const char *own = strrchr((*accounts)->address, '@');
		char *ascii = own != NULL ? domain_ascii(own + 1, -1) : NULL;
		bool is_own = ascii != NULL && (domain_is_within(domain, ascii) || domain_is_within(ascii, domain));

		g_free(ascii);
		if (is_own)
			return true;
	}
	return contacts_writes_to(program->contacts, domain);
}

/* --- whom is it about? --- */

static bool
read_letter(struct helper_request *r, struct people *out, GError **error)
{
	int fd = helper_request_input(r, error);
	struct stat st;
	void *map;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > LIMIT_LITERAL) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_LIMIT,
		    "the letter is no file, or too large");
		return false;
	}
	map = st.st_size > 0
	    ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0)
	    : MAP_FAILED;
	if (map == MAP_FAILED)
		return true;
	GBytes *bytes = g_bytes_new_static(map, (gsize)st.st_size);
	char *from = compose_facts_field(bytes, "From", false);
	GPtrArray *list = from != NULL ? compose_address_list(from, NULL) : NULL;

	if (list != NULL && list->len > 0)
		out->from = g_strdup(((const struct compose_address *)list->pdata[0])->spec);
	g_clear_pointer(&out->recipients, g_ptr_array_unref);
	out->recipients = msa_check_recipients(bytes);
	g_clear_pointer(&list, g_ptr_array_unref);
	g_free(from);
	g_bytes_unref(bytes);
	(void)munmap(map, (size_t)st.st_size);
	return true;
}

/* "Ann <ann@example.org>" as well as the bare address. */
static void
read_names(const json_t *args, struct people *out)
{
	const char *from = jsonl_string(args, "from");
	GPtrArray *authors = from != NULL ? compose_address_list(from, NULL) : NULL;
	const json_t *one;
	size_t i;

	if (authors != NULL && authors->len > 0)
		out->from = g_strdup(((const struct compose_address *)authors->pdata[0])->spec);
	g_clear_pointer(&authors, g_ptr_array_unref);
	json_array_foreach(json_object_get(args, "recipients"), i, one) {
		GPtrArray *list = json_is_string(one)
		    ? compose_address_list(json_string_value(one), NULL)
		    : NULL;

		for (guint k = 0; list != NULL && k < list->len; k++)
			g_ptr_array_add(out->recipients,
			    g_strdup(((const struct compose_address *)list->pdata[k])->spec));
		g_clear_pointer(&list, g_ptr_array_unref);
	}
	g_ptr_array_add(out->recipients, NULL);
}

/* --- DMARC of oneself --- */

/* Does the account have a key of the author's domain or above it? */
static bool
is_signed(const struct rc *rc, const struct rc_account *account, const char *domain)
{
	const char *const *names = rc_list(rc, "account", account->name, "dkim-selector");
	const char *own = strrchr(account->address, '@');

	for (; *names != NULL; names++) {
		const char *label = strstr(*names, "._domainkey.");
		char *of = domain_ascii(label != NULL ? label + strlen("._domainkey.")
			: own != NULL		      ? own + 1
						      : "",
		    -1);
		bool is_its = of != NULL && domain_is_within(domain, of);

		g_free(of);
		if (is_its)
			return true;
	}
	return false;
}

/* SPF that names hosts by name, or hands over to others, may well name the server. */
static bool
may_pass_spf(struct dns_session *session, const char *domain)
{
	static const char *const words[] = { "include:", "redirect=", " mx", " a ", " a:", "+mx", "+a",
		"exists:", "?all", "+all" };
	const struct dns_answer *answer = dns_ask(session, domain, DNS_TXT);

	if (dns_is_temporary(answer->status))
		return true;
	for (guint i = 0; answer->status == DNS_OK && i < answer->strings->len; i++) {
		const char *text = g_ptr_array_index(answer->strings, i);

		if (g_ascii_strncasecmp(text, "v=spf1", 6) != 0)
			continue;
		for (size_t k = 0; k < G_N_ELEMENTS(words); k++)
			if (strstr(text, words[k]) != NULL)
				return true;
	}
	return false;
}

static struct msa_self
look_at_self(const struct auth_program *program, struct dns_session *session,
    const struct rc_account *account, const char *domain)
{
	struct dmarc *dmarc = dmarc_new(domain, session);
	char *host = domain_ascii(account->smtp->host, -1);
	struct msa_self self = { .is_signed = is_signed(program->rc, account, domain),
		.policy = dmarc_policy_name(dmarc->policy),
		.is_own_host = host == NULL || domain_is_within(host, dmarc->org),
		.may_pass_spf = may_pass_spf(session, domain) };

	dmarc_free(dmarc);
	g_free(host);
	return self;
}

/* --- the operations --- */

static json_t *
check(struct auth_program *program, const struct people *people, const struct rc_account *account,
    int seconds)
{
	struct dns_session *session = dns_session_new(program->dns);
	struct msa_domains domains = { .from = people->from,
		.recipients = (const char *const *)people->recipients->pdata,
		.dns = session,
		.lookalike = lookalike,
		.is_known = is_known,
		.user = program };
	const char *at = people->from != NULL ? strrchr(people->from, '@') : NULL;
	char *domain = at != NULL ? domain_ascii(at + 1, -1) : NULL;
	struct msa_self self;
	json_t *findings;

	dns_session_allow(session, QUERIES, seconds);
	if (account != NULL && account->smtp != NULL && domain != NULL) {
		self = look_at_self(program, session, account, domain);
		domains.self = &self;
	}
	findings = msa_check_domains(&domains);
	g_free(domain);
	dns_session_free(session);
	return findings;
}

/* The account named, else that of the author; NULL. */
static const struct rc_account *
account_of(const struct auth_program *program, const json_t *args, const char *from)
{
	const char *name = jsonl_string(args, "account");

	if (name != NULL)
		return rc_account(program->rc, name);
	return from != NULL ? rc_account_of_address(program->rc, from) : NULL;
}

void
auth_op_check_domains(struct helper_request *r, void *state)
{
	struct auth_program *program = state;
	const json_t *args = helper_args(r);
	struct people people = { .recipients = g_ptr_array_new_with_free_func(g_free) };
	int seconds = (int)CLAMP(jsonl_int(args, "seconds", SECONDS), 1, SECONDS_MAX);
	GError *error = NULL;
	const struct rc_account *account;

	if (json_object_get(args, "recipients") != NULL)
		read_names(args, &people);
	else
		(void)read_letter(r, &people, &error);
	if (error == NULL && auth_open_dns(program, &error)) {
		account = account_of(program, args, people.from);
		/* what a local account writes is delivered here; a file may come from anywhere */
		bool is_local = json_object_get(args, "recipients") != NULL && account != NULL &&
		    account->smtp == NULL;
		helper_done(r, json_pack("{s:o}", "findings", is_local
				    ? json_array()
				    : check(program, &people, account, seconds)));
	} else {
		helper_fail(r, error);
	}
	g_ptr_array_unref(people.recipients);
	g_free(people.from);
}

void
auth_op_check_list(struct helper_request *r, void *state)
{
	(void)state;
	helper_done(r, json_pack("{s:o}", "checks", msa_check_list()));
}
