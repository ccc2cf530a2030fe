/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.c - signs and styles of verdicts. Never colour alone: each has its own sign. */
#include "ui/verdict.h"

#include "base/jsonl.h"
#include "base/safe_text.h"

/* clang-format off */
static const struct {
	const char *sign, *ascii;
	enum style style;
	const char *word;
} looks[] = {
	[ROW_VERDICT_UNEVALUATED]  = {"…", "_", STYLE_MUTED,	"not checked yet"},
	[ROW_VERDICT_PASS]	   = {"✓", "+", STYLE_GOOD,	"pass"},
	[ROW_VERDICT_PASS_SPF]	   = {"✓", "+", STYLE_GOOD_DIM,	"pass by SPF"},
	[ROW_VERDICT_PASS_OTHER]   = {"=", "=", STYLE_INFO,	"sent by another"},
	[ROW_VERDICT_MODIFIED]	   = {"≈", "~", STYLE_WARN,	"changed on the way"},
	[ROW_VERDICT_FAIL]	   = {"✗", "x", STYLE_BAD,	"FAIL"},
	[ROW_VERDICT_FAIL_SOFT]	   = {"✗", "x", STYLE_WARN,	"fail"},
	[ROW_VERDICT_SUSPECT]	   = {"‼", "!", STYLE_SUSPECT,	"SUSPECT"},
	[ROW_VERDICT_UNVERIFIABLE] = {"·", ".", STYLE_MUTED,	"cannot be verified"},
	[ROW_VERDICT_TEMPERROR]	   = {"?", "?", STYLE_MUTED,	"not known yet"},
	[ROW_VERDICT_PERMERROR]	   = {"?", "?", STYLE_WARN,	"broken"},
	[ROW_VERDICT_NONE]	   = {" ", " ", STYLE_MUTED,	"none"},
	[ROW_VERDICT_DOUBTFUL]	   = {"!", "!", STYLE_WARN,	"pass, but"},
};
/* clang-format on */

static unsigned
index_of(enum row_verdict v)
{
	return (unsigned)v < G_N_ELEMENTS(looks) ? (unsigned)v : ROW_VERDICT_UNEVALUATED;
}

const char *
verdict_sign(const struct canvas *c, enum row_verdict v)
{
	unsigned i = index_of(v);
	/* the cell is one column; a terminal that draws a sign wider gets the plain one */
	gunichar sign = g_utf8_get_char(looks[i].sign);
	bool is_plain = c->is_ascii || safe_text_char_columns(sign) != 1;
	return is_plain ? looks[i].ascii : looks[i].sign;
}

enum style
verdict_style(enum row_verdict v)
{
	return looks[index_of(v)].style;
}

const char *
verdict_word(enum row_verdict v)
{
	return looks[index_of(v)].word;
}

bool
verdict_is_pass(enum row_verdict v)
{
	return v == ROW_VERDICT_PASS || v == ROW_VERDICT_PASS_SPF;
}

/* Does a flag say that the name or the address deceives? */
static bool
is_deceiving(const json_t *flags)
{
	size_t i;
	json_t *flag;
	json_array_foreach(flags, i, flag)
		if (row_verdict_deceives(json_string_value(flag)))
			return true;
	return false;
}

enum row_verdict
verdict_of_json(const json_t *value)
{
	const json_t *flags = json_object_get(value, "flags");
	if (json_is_object(value))
		value = json_object_get(value, "verdict");
	enum row_verdict v = row_verdict_from_name(json_string_value(value));
	return verdict_is_pass(v) && is_deceiving(flags) ? ROW_VERDICT_DOUBTFUL : v;
}

const char *
verdict_domain(const json_t *verdict)
{
	return jsonl_string(json_object_get(verdict, "author"), "domain");
}

char *
verdict_summary(const json_t *verdict)
{
	const char *summary = jsonl_string(verdict, "summary");
	if (summary != NULL && *summary != '\0')
		return g_strdup(summary);
	switch (verdict_of_json(verdict)) {
	case ROW_VERDICT_UNEVALUATED:
		return g_strdup("the sender is being checked");
	case ROW_VERDICT_NONE:
		return g_strdup("nothing in this message proves who sent it");
	case ROW_VERDICT_PASS:
	case ROW_VERDICT_PASS_SPF:
	case ROW_VERDICT_PASS_OTHER:
	case ROW_VERDICT_MODIFIED:
	case ROW_VERDICT_FAIL:
	case ROW_VERDICT_FAIL_SOFT:
	case ROW_VERDICT_SUSPECT:
	case ROW_VERDICT_UNVERIFIABLE:
	case ROW_VERDICT_TEMPERROR:
	case ROW_VERDICT_PERMERROR:
	case ROW_VERDICT_DOUBTFUL:
		break;
	}
	return g_strdup(verdict_word(verdict_of_json(verdict)));
}
