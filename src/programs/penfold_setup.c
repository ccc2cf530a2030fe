/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold-setup: finds the servers of a mail address and tries to log in there. A helper
 * of its own, since it talks to hosts that no account names yet. */
#include "programs/setup_program.h"

#include "base/helper.h"

#include <stdio.h>
#include <string.h>

int
main(int argc, char **argv)
{
	static const struct helper_op ops[] = {{"discover", setup_discover},
	    {"try", setup_try}, {"keep", setup_keep}, {"login", setup_login}, 
	    {"certificates", setup_certificates}, {"sieve", setup_sieve},
	    {"mx-certificates", setup_mx_certificates},
	    {"certificates-taken", setup_certificates_taken}, {"certificate-take", setup_certificate_take},
	    {"certificate-forget", setup_certificate_forget}, {NULL, NULL}};
	struct program_options opts;
	struct setup_program p = {0};
	int code = 64;

	program_options(argc, argv, &opts);
	if (opts.rest[0] == NULL ||
	    (strcmp(opts.rest[0], "--serve") == 0 && opts.rest[1] == NULL)) {
		p.rc = program_rc(&opts);
		code = helper_serve(ops, &p);
		rc_free(p.rc);
	} else {
		(void)fputs("usage: penfold-setup [--rc FILE] [-o section.key=value]: "
			    "JSON lines in "
			    "and out\n",
		    stderr);
	}
	program_options_free(&opts);
	return code;
}
