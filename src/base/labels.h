/* SPDX-License-Identifier: GPL-3.0-or-later */
/* labels.h - labels of Gmail (X-GM-LABELS) that the table [keywords] does not name: the letter of each in the names of
 * files, given out once and kept in the state folder, and its tag. */
#ifndef PENFOLD_BASE_LABELS_H
#define PENFOLD_BASE_LABELS_H

#include "base/rc.h"

/* Capitals that are no flags of a Maildir, digits, and, when all of these are given out, small letters from the end that
 * the table leaves. */
#define LABEL_LETTERS "0123456789ABCEGHIJKLMNOQUVWXYZzyxwvutsrqponmlkjihgfedcba"

/* The tag that stands for a label (UTF-8), so that two labels never have the same: a blank becomes "_", and "%XX" stands
 * for "_", "%", quotes, controls, a "-" or "+" in front, and for the first byte of a word that is a tag of its own
 * ("unread", "inbox" ...). Of Gmail's own labels \Important is "important" and \Muted "muted"; the others, which are places
 * and flags, have none. NULL for those, and where it is longer than notmuch takes. Owned. */
char *
label_tag(const char *label);

/* Lines of the file of labels: "LETTER label". fn for each, in the order in which they were given out. */
typedef void (*label_fn)(void *user, char letter, const char *label);
void
labels_read(const char *path, label_fn fn, void *user);
/* Give the label a letter that is neither in the file nor in taken, on the disk before this returns; the one that it has
 * already, if another program was faster. '\0' when there is none left, with error when it cannot be written. */
char
labels_add(const char *path, const char *label, const char *taken, GError **error);
/* Where they are kept. Owned. */
char *
labels_path(const struct rc *rc);

#endif
