/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A policy file of MTA-STS, and a host held against it. */
#include "lookup/mta_sts.h"

#include <stdint.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mta_sts policy;

	if (mta_sts_parse((const char *)data, size, &policy))
		(void)mta_sts_matches(&policy, "mx.example.org");
	mta_sts_clear(&policy);
	return 0;
}
