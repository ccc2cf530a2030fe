/* SPDX-License-Identifier: GPL-3.0-or-later */
/* opening.c - the objects and the file of an opening; who asks and when is the caller's. */
#define _GNU_SOURCE /* F_ADD_SEALS */
#include "client/opening.h"

#include "base/jsonl.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void
opening_seal(int fd)
{
	/* a kernel that cannot do this leaves a file that only our own programs hold */
	(void)fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
	(void)lseek(fd, 0, SEEK_SET);
}

bool
opening_is_due(const json_t *head)
{
	json_t *flag;
	size_t i;

	json_array_foreach(json_object_get(head, "flags"), i, flag)
		if (json_is_string(flag) && strcmp(json_string_value(flag), "crypto") == 0)
			return true;
	return false;
}

json_t *
opening_request(bool ask)
{
	return json_pack("{s:s, s:b}", "op", "open", "ask", ask);
}

void
opening_add(json_t *request, const json_t *security)
{
	json_t *regions = json_object_get(security, "regions");

	if (json_is_array(regions))
		json_object_set(request, "seals", regions);
	json_object_set_new(request, "protected",
	    json_boolean(jsonl_string(security, "header_protection") != NULL));
}

json_t *
opening_kept(const char *message_id, gint64 date, json_t *security)
{
	const char *word = jsonl_string(security, "shown_as");
	json_t *gossip = json_incref(json_object_get(security, "gossip")), *out = NULL;

	json_object_del(security, "gossip");
	if (message_id != NULL && word != NULL && json_object_get(security, "summary") != NULL)
		out = json_pack("{s:s, s:s, s:s, s:I, s:O*}", "op", "security-put", "message_id", message_id,
		    "shown_as", word, "date", (json_int_t)date, "gossip", gossip);
	json_decref(gossip);
	return out;
}

json_t *
opening_none(const json_t *autocrypt)
{
	json_t *copy = json_is_object(autocrypt) ? json_deep_copy(autocrypt) : json_null();

	return json_pack("{s:b, s:n, s:o, s:[], s:s, s:[]}", "encrypted", false, "integrity",
	    "autocrypt", copy, "protected_headers", "shown_as", "none", "signatures");
}
