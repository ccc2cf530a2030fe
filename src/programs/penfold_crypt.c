/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold_crypt.c - the holder of private keys: what it signs comes as a descriptor, what
 * leaves it are signatures and public keys. No network.
 *
 *   penfold-crypt [--rc RC] [-o section.key=value] [--serve] */
#include "programs/crypt_ops.h"

#include "base/helper.h"

static const struct helper_op ops[] = {
    {"dkim-sign", crypt_dkim_sign},
    {"dkim-keygen", crypt_dkim_keygen},
    {"dkim-public", crypt_dkim_public},
    {"open", crypt_mail_open},
    {"protect", crypt_protect},
    {"protect-plan", crypt_protect_plan},
    {"key-list", crypt_key_list},
    {"key-look", crypt_key_look},
    {"key-import", crypt_key_import},
    {"key-export", crypt_key_export},
    {"key-trust", crypt_key_trust},
    {"setup-make", crypt_setup_make},
    {"setup-take", crypt_setup_take},
    {"seal", crypt_seal},
    {"unseal", crypt_unseal},
    {NULL, NULL},
};

int
main(int argc, char **argv)
{
	struct program_options opts;
	struct crypt_program p = {0};
	struct rc *rc;
	int code;

	program_options(argc, argv, &opts);
	rc = program_rc(&opts);
	p.rc = rc;
	p.tty = g_strdup(g_getenv("GPG_TTY"));
	code = helper_serve(ops, &p);
	g_free(p.tty);
	rc_free(rc);
	program_options_free(&opts);
	return code;
}
