/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports about mail: fields, XML, JSON, gzip, zip, and bounces read by their wording. */
#include "mime/html.h"
#include "mime/report.h"

#include <stdint.h>
#include <stdlib.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source s;
	json_t *report;

	mail_init();
	html_init();
	source_init(&s, (const char *)data, size);
	report = report_json(&s);
	free(json_dumps(report, JSON_COMPACT));
	json_decref(report);
	source_fini(&s);
	return 0;
}
