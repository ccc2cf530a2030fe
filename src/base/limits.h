/* SPDX-License-Identifier: GPL-3.0-or-later */
/* limits.h - limits on data from outside that two files keep or a user could meet, each with its reason; a bound of one
 * parser stands at its head.
 *
 * Past a limit a message stays listed, readable as raw text, and deletable. */
#ifndef PENFOLD_BASE_LIMITS_H
#define PENFOLD_BASE_LIMITS_H

/* mail: RFC 5322 text */
#define LIMIT_MIME_DEPTH	100	/* Dovecot's number; GMime itself allows 1024 */
#define LIMIT_MIME_PARTS	10000	/* notmuch needs 30 s for a million */
#define LIMIT_HEADER_FIELDS	10000	/* a million take 536 MB in GMime */
#define LIMIT_HEADER_BLOCK	(16u << 20) /* bytes of one header block that are read */
#define LIMIT_HEADER_VALUE	(64u << 10) /* bytes of one field that are parsed */
#define LIMIT_REFERENCES	1000	/* message ids used of References; 100 k cost 10 s */
#define LIMIT_ID_SEARCHED	(64u << 10) /* bytes of a file in which its Message-ID is looked for */
#define LIMIT_COMMENT_DEPTH	64	/* nested ( ) in structured fields */
#define LIMIT_GROUP_COLONS	1000	/* ':' outside quotes in an address field: nested groups
					 * overflow GMime's stack at 50,000 */
#define LIMIT_ADDRESSES		10000	/* mailboxes shown of one field */
#define LIMIT_BODY_TEXT		(32u << 20) /* bytes of decoded text that are rendered */
#define LIMIT_URL		2000	/* bytes of an address in a letter, as browsers and terminals take them */
#define LIMIT_CRYPTO_LAYERS	6	/* signed and encrypted layers taken off one message; three is
					 * what S/MIME writes at most */
#define LIMIT_HTML_DEPTH	256	/* nesting of HTML elements */
#define LIMIT_CSS		(256u << 10) /* bytes of style sheets read of one page; newsletters have 20 k */

/* reports about mail (DSN, ARF, DMARC, TLS-RPT) */
#define LIMIT_REPORT_FIELDS	(1u << 20) /* bytes of fields read of one part */
#define LIMIT_REPORT_RECIPIENTS	1000	/* recipients of one delivery report */
#define LIMIT_REPORT_UNPACKED	(20u << 20) /* bytes out of gzip or zip */
#define LIMIT_REPORT_RATIO	200	/* unpacked to packed: more is a bomb */
#define LIMIT_REPORT_MEMBERS	10	/* files in one zip */
#define LIMIT_REPORT_RECORDS	5000	/* rows of one aggregate report */
#define LIMIT_REPORT_VALUE	256	/* bytes of one value of an aggregate report */
#define LIMIT_REPORT_DEPTH	16	/* nesting of its XML; RFC 9990 needs 5 */
#define LIMIT_CONTENT_LINE	(256u << 10) /* bytes of one line of a calendar or a card: photographs */
#define LIMIT_CONTENT_LINES	20000	/* lines that are read: a year of appointments */
#define LIMIT_CALENDAR_EVENTS	200	/* events shown of one calendar */
#define LIMIT_CALENDAR_PEOPLE	500	/* attendees read of one event */

/* JSON lines between our own programs; message bytes travel as file descriptors */
#define LIMIT_JSON_LINE		(8u << 20) /* bytes; a list of 10,000 parts fits */
#define LIMIT_JSON_DEPTH	64
#define LIMIT_JSON_FDS		8	/* descriptors that one line may carry */

/* servers (bytes below TLS) */
#define LIMIT_SERVER_LINE	(1u << 20) /* one IMAP line; a folder with 50,000 SEARCH hits */
#define LIMIT_REPLY_LINE	(64u << 10) /* one POP3 or SMTP line */
#define LIMIT_SIEVE_SCRIPT	(1u << 20) /* one script; servers allow less */
#define LIMIT_SIEVE_TOKENS	10000	/* words of a ManageSieve line, lines of an answer */
#define LIMIT_REPLY_TOTAL	(1u << 20) /* one SMTP reply or POP3 CAPA, all lines */
#define LIMIT_POP3_MESSAGES	500000u	/* of a maildrop; each is some hundred bytes of memory */
#define LIMIT_POP3_SESSION_MS	(60u * 60000) /* in all, however steadily a server drips; the rest comes next time */
#define LIMIT_POP3_LISTING	(64u << 20) /* bytes of one LIST or UIDL: that many messages */
#define LIMIT_LITERAL		(256u << 20) /* one IMAP literal: larger mail than any MSA takes */
#define LIMIT_SHORT_AGAIN	50 /* letters of one folder, shorter than announced, that one run fetches again */
#define LIMIT_SASL_NAMES	64	/* mechanisms kept of what a server offers; there are some twenty */
#define LIMIT_SASL_ROUNDS	10	/* challenges of one log-in; SCRAM has two */
#define LIMIT_HOST_ADDRESSES	16	/* of one host that are tried */
#define LIMIT_SERVER_NESTING	100	/* parentheses in one IMAP response */
#define LIMIT_SERVER_RESPONSE	(512ull << 20) /* bytes of one response, literals included */

/* files of the user's */
#define LIMIT_FOLDER_DEPTH	64	/* folders within folders: a loop of links ends here */
#define LIMIT_LETTER_FILE	(64u << 20) /* bytes of a letter's text or draft that is given: more than any MSA takes */
#define LIMIT_ALIAS_FILE	(4u << 20) /* bytes; some 50,000 people */
#define LIMIT_MAILCAP_FILE	(1u << 20) /* bytes; Debian's has 60 k */
#define LIMIT_KEY_FILE		(16u << 20) /* bytes of keys that are looked at: a keyring of some thousand */

/* the rc file */
#define LIMIT_RC_FILE		(1u << 20)
#define LIMIT_RC_INCLUDES	16	/* depth of include */
#define LIMIT_RC_FILES		64	/* files in all: two that include each other twice would be 2^16 */
#define LIMIT_RC_FINDINGS	100	/* errors that are listed */
#define LIMIT_ACCOUNT_LOG	(1u << 20) /* bytes of the log of one account before a new one begins */
#define LIMIT_PASSWORD		(16u << 10) /* bytes of one; OAuth tokens are the longest */

/* authentication (RFC 6376, 7208, 8601) */
#define LIMIT_DKIM_SIGNATURES	10
#define LIMIT_DKIM_KEY_RECORD	8192	/* bytes of one TXT */
#define LIMIT_DKIM_HEADERS	256	/* names in h= */
#define LIMIT_ARC_INSTANCES	50	/* RFC 8617 section 4.2.1 */
#define LIMIT_HOPS		50	/* Received fields that are read; a loop is broken at 30 to 100 */
#define LIMIT_AUTHRES_FIELD	(64u << 10)
#define LIMIT_AUTHRES_FIELDS	32
#define LIMIT_AUTHRES_RESULTS	64
#define LIMIT_SPF_RECORD	8192	/* bytes; RFC 7208 section 3.4 wants 512 */
#define LIMIT_SPF_TERMS		256	/* mechanisms in one record */
#define LIMIT_SPF_LOOKUPS	10	/* RFC 7208 section 4.6.4: terms that ask the DNS */
#define LIMIT_SPF_NAMES		10	/* the same: MX and PTR names of one term */
#define LIMIT_SPF_VOID		2	/* the same: questions without an answer */
#define LIMIT_CONTACTS		20000	/* people whose names and domains are known when judging */
#define LIMIT_DNS_QUERIES	40	/* per message */
#define LIMIT_DNS_SECONDS	20	/* per message */
#define LIMIT_DNS_MEMORY	20000	/* answers remembered by one resolver */
#define LIMIT_DNS_MEMORY_SECONDS 30	/* and for how long: the resolver has its own cache */

#define LIMIT_PIN_FILE		(256u << 10) /* bytes of the certificates that an account's user took: 2,000 servers */
#define LIMIT_PROXY_REPLY	8192	/* bytes of an HTTP proxy's header: what servers take of ours */
#define LIMIT_PROXY_ADDRESSES	4	/* of one host that a proxy is asked for, one after the other */

/* HTTPS (src/lookup) */
#define LIMIT_HTTPS_BODY	(1u << 20) /* bytes; a request may ask for less */
#define LIMIT_HTTPS_SECONDS	10

/* logos (BIMI; draft-svg-tiny-ps-abrotman, and what receivers agree on) */
#define LIMIT_LOGO_BYTES	(32u << 10) /* unpacked */
#define LIMIT_LOGO_ELEMENTS	5000u
#define LIMIT_LOGO_DEPTH	64u
#define LIMIT_LOGO_USES		8u	/* <use> within <use> */
#define LIMIT_LOGO_SHAPES	20000u	/* after all <use> are followed */
#define LIMIT_LOGO_FINDINGS	100u
#define LIMIT_MARK_BYTES	(64u << 10) /* a mark certificate with its chain, PEM */
#define LIMIT_MARK_CERTIFICATES	6

/* pictures (src/picture, in the sealed helper) */
#define LIMIT_IMAGES		200	/* of one message that are told of */
#define LIMIT_IMAGE_BYTES	(8u << 20) /* of one that is fetched */
#define LIMIT_IMAGES_FETCHED	50	/* for one message */
#define LIMIT_PICTURE_BYTES	(64u << 20)
#define LIMIT_PICTURE_PIXELS	(100ll * 1000 * 1000) /* a camera's largest; 400 MB */
#define LIMIT_PICTURE_SIDE	4096	/* pixels, after making it smaller */
#define LIMIT_PICTURE_CELLS	1000	/* columns or rows */

/* files within a text (uuencode, yEnc; src/mime) */
#define LIMIT_INLINE_FILES	100	/* of one text; the rest stays text */
#define LIMIT_INLINE_TRIES	1000	/* lines that could begin one: each may be read on from to the end of the text */
#define LIMIT_INLINE_TEXT	(32u << 20) /* bytes of a text that is decoded to look for them: they are kept in memory */
#define LIMIT_INLINE_NAME	1000	/* bytes of a name that are read */

/* the terminal */
#define LIMIT_COMBINING		8	/* combining marks kept per base character */

#endif
