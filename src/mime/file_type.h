/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file_type.h - the MIME type of a file to attach, by the end of its name. The same on every machine,
 * whether or not a table of types is installed there. */
#ifndef PENFOLD_MIME_FILE_TYPE_H
#define PENFOLD_MIME_FILE_TYPE_H

/* filename: UTF-8; case does not count. Static; NULL when the end of the name says nothing. */
const char *
file_type_of_name(const char *filename);

#endif
