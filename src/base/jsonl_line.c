/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jsonl_line.c - see jsonl_line.h. */
#include "base/jsonl_line.h"

#include "base/error.h"
#include "base/jsonl.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SEPARATOR '\x1e' /* RFC 7464 section 2.2 */
#define SPACE 0x20 /* whatever comes before it is a control character */

bool
jsonl_is_shallow(const char *line, size_t len)
{
	unsigned depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < len; i++) {
		if (in_string && line[i] == '\\')
			i++;
		else if (line[i] == '"')
			in_string = !in_string;
		else if (!in_string && (line[i] == '{' || line[i] == '[') &&
		    ++depth > LIMIT_JSON_DEPTH)
			return false;
		else if (!in_string && (line[i] == '}' || line[i] == ']') && depth > 0)
			depth--;
	}
	return true;
}

void
jsonl_add_behind(json_t *obj, const char *text, size_t len)
{
	json_t *behind = json_object_get(obj, "behind");

	if (behind == NULL) {
		behind = json_array();
		json_object_set_new(obj, "behind", behind);
	}
	json_array_append_new(behind, json_stringn_nocheck(text, len));
}

static bool
has_control(const char *text, size_t len)
{
	bool found = false;

	for (size_t i = 0; i < len; i++)
		found |= (unsigned char)text[i] < SPACE;
	return found;
}

/* Behind the object's text, which has room for it. Its end; NULL: a text has a control character. */
static char *
append_behind(char *at, const json_t *behind)
{
	const json_t *one;
	size_t i;

	json_array_foreach(behind, i, one) {
		size_t len = json_string_length(one);

		if (has_control(json_string_value(one), len))
			return NULL;
		*at++ = SEPARATOR;
		memcpy(at, json_string_value(one), len);
		at += len;
	}
	return at;
}

static size_t
size_behind(const json_t *behind)
{
	const json_t *one;
	size_t i, size = 0;

	json_array_foreach(behind, i, one)
		size += 1 + json_string_length(one);
	return size;
}

char *
jsonl_line_dump(const json_t *obj, size_t n_fds, size_t *len_out)
{
	const json_t *behind = json_object_get(obj, "behind");
	json_t *copy = NULL;
	char *text, *end;
	size_t len;

	if (obj == NULL)
		return NULL;
	if (n_fds > 0 || behind != NULL) {
		/* json_copy() is shallow and changes nothing but reference counts of the members. */
		copy = json_copy((json_t *)(uintptr_t)obj);
		json_object_del(copy, "behind");
		if (n_fds > 0)
			json_object_set_new(copy, "fds", json_integer((json_int_t)n_fds));
	}
	text = json_dumps(copy != NULL ? copy : obj, JSON_COMPACT);
	json_decref(copy);
	if (text == NULL)
		return NULL;
	len = strlen(text);
	text = realloc(text, len + size_behind(behind) + 2);
	if (text == NULL)
		g_error("out of memory");
	end = append_behind(text + len, behind);
	if (end == NULL) {
		free(text);
		return NULL;
	}
	*end++ = '\n';
	*end = '\0';
	*len_out = (size_t)(end - text);
	return text;
}

/* The object alone. */
static json_t *
parse_object(const char *text, size_t len, GError **error)
{
	json_error_t why;
	json_t *obj;

	if (!jsonl_is_shallow(text, len)) {
		g_set_error(error, PF_ERROR, PF_ERROR_PROTOCOL, "a JSON line is nested too deep");
		return NULL;
	}
	obj = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (obj != NULL && json_is_object(obj))
		return obj;
	g_set_error(error, PF_ERROR, PF_ERROR_PROTOCOL, "not a JSON object on a line: %s",
	    obj == NULL ? why.text : "another type");
	json_decref(obj);
	return NULL;
}

/* The texts behind the first separator. */
static bool
take_behind(json_t *obj, const char *at, const char *end)
{
	while (at < end) {
		const char *next = memchr(at, SEPARATOR, (size_t)(end - at));
		size_t len = (size_t)((next != NULL ? next : end) - at);

		if (has_control(at, len) || !g_utf8_validate(at, (gssize)len, NULL) || !jsonl_is_shallow(at, len))
			return false;
		jsonl_add_behind(obj, at, len);
		at += len + 1;
	}
	return true;
}

json_t *
jsonl_line_parse(const char *line, size_t len, GError **error)
{
	const char *behind = memchr(line, SEPARATOR, len);
	json_t *obj = parse_object(line, behind != NULL ? (size_t)(behind - line) : len, error);

	if (obj == NULL)
		return NULL;
	json_object_del(obj, "behind");
	if (len > 0 && line[len - 1] == '\n')
		len--;
	if (behind == NULL || take_behind(obj, behind + 1, line + len))
		return obj;
	g_set_error(error, PF_ERROR, PF_ERROR_PROTOCOL, "a text behind a JSON line is broken or nested too deep");
	json_decref(obj);
	return NULL;
}
