/* SPDX-License-Identifier: GPL-3.0-or-later */
/* presets.c - lint: table
 * The keys of other programs, where they differ from ours. Where two actions of a view would have the
 * same key, the first one here has it; an action that loses all its keys is still there by its name. */
#include "ui/presets.h"

#include <glib.h>

/* clang-format off */
static const struct preset_key table[] = {
	/* mutt: ours come from it; these are where we differ from it */
	{"mutt", "index", "unread",		"N, U"},
	{"mutt", "index", "search-previous",	"M-n"},
	{"mutt", "index", "page-down",		"z, PageDown, C-f"},
	{"mutt", "index", "page-up",		"Z, PageUp, C-b"},
	{"mutt", "index", "half-down",		"], C-d"},
	{"mutt", "index", "half-up",		"[, C-u"},
	{"mutt", "index", "archive",		"A"},
	{"mutt", "index", "down",		"j, J, Down"},
	{"mutt", "index", "up",			"k, K, Up"},
	{"mutt", "index", "next-folder",	"M-j"},
	{"mutt", "index", "previous-folder",	"M-k"},
	{"mutt", "thread", "unread",		"N, U"},
	{"mutt", "thread", "archive",		"A"},
	{"mutt", "pager", "next-message",	"j, J, Right"},
	{"mutt", "pager", "previous-message",	"k, K, Left"},
	{"mutt", "pager", "down",		"Enter, Down"},
	{"mutt", "pager", "up",			"Backspace, Up"},
	{"mutt", "pager", "page-up",		"-, PageUp, C-b"},
	{"mutt", "pager", "headers",		"h, H"},
	{"mutt", "pager", "first",		"^, Home"},
	{"mutt", "pager", "unread",		"N, U"},
	{"mutt", "pager", "search-previous",	"M-n"},
	{"mutt", "pager", "archive",		"A"},
	{"mutt", "pager", "tag-remove",		"M--"},
	{"mutt", "common", "sync",		"$, G"},
	{"mutt", "common", "quit",		"x, Q"},

	{"vim", "index", "first",		"g g, Home"},
	{"vim", "index", "last",		"G, End"},
	{"vim", "index", "reply-all",		"g r"},
	{"vim", "index", "open",		"Enter, l, Right"},
	{"vim", "index", "close",		"q, h"},
	{"vim", "index", "limit",		"g l"},
	{"vim", "index", "delete",		"d d, D"},
	{"vim", "index", "mark",		"v, t"},
	{"vim", "index", "folder",		"c, g f"},
	{"vim", "thread", "folder",		"c, g f"},
	{"vim", "thread", "first",		"g g, Home"},
	{"vim", "thread", "last",		"G, End"},
	{"vim", "thread", "reply-all",		"g r"},
	{"vim", "thread", "delete",		"d d, D"},
	{"vim", "thread", "open",		"Enter, l, Space, Right"},
	{"vim", "pager", "folder",		"c, g f"},
	{"vim", "pager", "first",		"g g, Home"},
	{"vim", "pager", "last",		"G, End"},
	{"vim", "pager", "reply-all",		"g r"},
	{"vim", "pager", "delete",		"d d, D"},
	{"vim", "detail", "first",		"g g, Home"},
	{"vim", "common", "tab-next",		"g t, }"},
	{"vim", "common", "tab-previous",	"g T, {"},
	{"vim", "common", "close",		"q, h"},
	{"vim", "common", "quit",		"Z Z, Q"},

	{"emacs", "index", "down",		"n, C-n, j, Down"},
	{"emacs", "index", "up",		"p, C-p, k, Up"},
	{"emacs", "index", "page-down",		"C-v, PageDown"},
	{"emacs", "index", "page-up",		"M-v, PageUp"},
	{"emacs", "index", "first",		"M-<, <, Home"},
	{"emacs", "index", "last",		"M->, >, End"},
	{"emacs", "index", "search",		"C-s, /"},
	{"emacs", "index", "search-all",	"s, \\"},
	{"emacs", "index", "move",		"M-m"},
	{"emacs", "index", "search-next",	"M-n"},
	{"emacs", "index", "search-previous",	"M-p, N"},
	{"emacs", "index", "reply-all",		"R, g"},
	{"emacs", "index", "print",		"#"},
	{"emacs", "thread", "down",		"n, C-n, j, Down"},
	{"emacs", "thread", "up",		"p, C-p, k, Up"},
	{"emacs", "thread", "reply-all",	"R, g"},
	{"emacs", "pager", "down",		"C-n, Down, Enter"},
	{"emacs", "pager", "up",		"C-p, Up"},
	{"emacs", "pager", "next-message",	"n, Right"},
	{"emacs", "pager", "previous-message",	"p, Left"},
	{"emacs", "pager", "page-down",		"C-v, PageDown"},
	{"emacs", "pager", "page-up",		"M-v, PageUp, Backspace"},
	{"emacs", "pager", "first",		"M-<, <, Home"},
	{"emacs", "pager", "last",		"M->, >, End"},
	{"emacs", "pager", "search",		"C-s, /"},
	{"emacs", "pager", "search-next",	"M-n"},
	{"emacs", "pager", "search-previous",	"M-p, N"},
	{"emacs", "pager", "reply-all",		"R, g"},
	{"emacs", "detail", "page-down",	"Space, C-v, PageDown"},
	{"emacs", "detail", "page-up",		"M-v, PageUp"},
	{"emacs", "detail", "search",		"C-s, /"},
	{"emacs", "common", "command",		"M-x, :"},
	{"emacs", "common", "quit",		"C-x C-c, Q"},
	{"emacs", "common", "close",		"q, C-x k"},
	{"emacs", "common", "undo",		"C-x u, u"},
	{"emacs", "common", "write",		"C-x m, m"},
	{"emacs", "common", "drafts",		"M-d"},
	{"emacs", "common", "tab-new",		"C-x t, C-t"},
	{"emacs", "common", "tab-next",		"C-x o, }"},

	{"alpine", "index", "down",		"n, N, Down"},
	{"alpine", "index", "up",		"p, P, Up"},
	{"alpine", "index", "open",		"Enter, >, v, V, Right"},
	{"alpine", "index", "page-down",	"Space, PageDown"},
	{"alpine", "index", "page-up",		"-, PageUp"},
	{"alpine", "index", "delete",		"d, D, Delete"},
	{"alpine", "index", "reply",		"r, R"},
	{"alpine", "index", "forward",		"f, F"},
	{"alpine", "index", "folder",		"g, G"},
	{"alpine", "index", "search",		"w, W"},
	{"alpine", "index", "sort",		"$"},
	{"alpine", "index", "move",		"s, S"},
	{"alpine", "index", "mark",		":"},
	{"alpine", "index", "mark-matching",	";"},
	{"alpine", "index", "apply",		"a, A"},
	{"alpine", "index", "flag",		"*"},
	{"alpine", "index", "limit",		"z, Z"},
	{"alpine", "index", "archive",		"e, E"},
	{"alpine", "index", "close",		"<, Comma, q"},
	{"alpine", "index", "sidebar",		"l, L"},
	{"alpine", "index", "reply-all",	"M-g"},
	{"alpine", "index", "search-next",	"M-n"},
	{"alpine", "index", "search-previous",	"M-p"},
	{"alpine", "index", "print",		"%, y, Y"},
	{"alpine", "pager", "next-message",	"n, N, Right"},
	{"alpine", "pager", "previous-message",	"p, P, Left"},
	{"alpine", "pager", "page-up",		"-, PageUp"},
	{"alpine", "pager", "delete",		"d, D, Delete"},
	{"alpine", "pager", "reply",		"r, R"},
	{"alpine", "pager", "forward",		"f, F"},
	{"alpine", "pager", "attachments",	"v, V, >"},
	{"alpine", "pager", "search",		"w, W"},
	{"alpine", "pager", "folder",		"g, G"},
	{"alpine", "pager", "move",		"s, S"},
	{"alpine", "pager", "headers",		"h, H"},
	{"alpine", "pager", "flag",		"*"},
	{"alpine", "pager", "archive",		"e, E"},
	{"alpine", "pager", "reply-all",	"M-g"},
	{"alpine", "pager", "raw",		"M-e"},
	{"alpine", "pager", "search-next",	"M-n"},
	{"alpine", "pager", "search-previous",	"M-p"},
	{"alpine", "pager", "print",		"%, y, Y"},
	{"alpine", "common", "write",		"c, C, m"},
	{"alpine", "common", "undo",		"u, U"},
	{"alpine", "common", "close",		"<, Comma, q"},
	{"alpine", "common", "command",		"M-x"},
	{"alpine", "common", "sync",		"x, X"},
	{"alpine", "common", "drafts",		"M-d"},
	{"alpine", "common", "quit",		"Q"},
};
/* clang-format on */

const struct preset_key *
presets_nth(size_t i)
{
	return i < G_N_ELEMENTS(table) ? &table[i] : NULL;
}

const char *
presets_keys(const char *preset, const char *section, const char *action)
{
	if (section == NULL)
		section = "common";
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		if (g_strcmp0(table[i].preset, preset) == 0 &&
		    g_str_equal(table[i].section, section) && g_str_equal(table[i].action, action))
			return table[i].keys;
	return NULL;
}
