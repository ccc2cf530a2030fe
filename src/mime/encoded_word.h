/* SPDX-License-Identifier: GPL-3.0-or-later */
/* encoded_word.h - base64 encoded words (RFC 2047) as they are sent, made fit for GMime. */
#ifndef PENFOLD_MIME_ENCODED_WORD_H
#define PENFOLD_MIME_ENCODED_WORD_H

/* The value with each run of adjacent base64 words of one charset joined to a single word with right
 * padding. GMime drops what follows a padded word in such a run, and the last letters of a word that
 * lacks its padding (against RFC 2045 6.8). Joined, a character that was cut between two words is
 * whole as well. Bytes in, bytes out; owned. */
char *
encoded_word_mend(const char *raw);

#endif
