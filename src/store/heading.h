/* SPDX-License-Identifier: GPL-3.0-or-later */
/* heading.h - Subject and From as they are listed. notmuch keeps what GMime decodes, and GMime loses
 * text in runs of base64 words (encoded_word.h); of From it decodes the whole field before anybody looks for
 * the address in it, so that an encoded word can bring in another (RFC 2047 section 6.2). For such fields our
 * own reading is kept beside it, as a property of the message. */
#ifndef PENFOLD_STORE_HEADING_H
#define PENFOLD_STORE_HEADING_H

#include <notmuch.h>
#include <stddef.h>

/* Note what notmuch misreads of the message with these bytes (they passed the pre-screen). */
notmuch_status_t
heading_note(notmuch_message_t *message, const char *bytes, size_t len);

/* "subject" or "from" of the message, UTF-8; "" when absent. Borrowed from the message. */
const char *
heading_of(notmuch_message_t *message, const char *name);

#endif
