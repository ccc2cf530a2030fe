/* SPDX-License-Identifier: GPL-3.0-or-later */
/* safe_name.h - a file name that a stranger chose, made fit to be created in a folder of the user. */
#ifndef PENFOLD_BASE_SAFE_NAME_H
#define PENFOLD_BASE_SAFE_NAME_H

/* The last component of name ("/" and "\" both separate), UTF-8, without controls, bidi and
 * zero-width characters, without dots, dashes and blanks in front and dots and blanks at the end, at
 * most 200 bytes with the extension kept, and none of the names that other systems reserve ("con",
 * "nul"). name may be NULL or any bytes; where nothing is left, the fallback ("attachment") with an
 * extension for the type ("image/png", may be NULL) if it is a common one. Owned. */
char *
safe_name(const char *name, const char *type);
/* The name of a file with a message or several in it: its subject (NULL or "": what stands for one) and the ending ("eml",
 * "mbox"). A subject is no path: its separators become dashes. Owned. */
char *
safe_name_of_subject(const char *subject, const char *without, const char *ending);

#endif
