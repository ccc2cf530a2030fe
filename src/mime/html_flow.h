/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_flow.h - the running text of an HTML page: blanks collapsed, paragraphs set behind their quote
 * marks and indents. */
#ifndef PENFOLD_MIME_HTML_FLOW_H
#define PENFOLD_MIME_HTML_FLOW_H

#include "mime/layout.h"

struct html_flow {
	struct layout *layout; /* borrowed */
	GString *text;	       /* the paragraph so far: UTF-8, blanks collapsed */
	unsigned quote;	       /* block quotes around it */
	unsigned last_quote;   /* around the line before it */
	unsigned indent;       /* columns */
	char *bullet;	       /* stands before the next line, in the indent; or NULL */
	bool heading;
	bool pre;	 /* blanks and line ends count */
	bool want_blank; /* an empty line before the next paragraph */
	bool any;	 /* a line was given out */
};

/* l is borrowed. */
void
html_flow_init(struct html_flow *f, struct layout *l);
void
html_flow_fini(struct html_flow *f);

/* Append to out with runs of blanks made one, none at the start. */
void
html_flow_collapse(GString *out, const char *text, size_t len);

/* Text of the page, UTF-8. */
void
html_flow_text(struct html_flow *f, const char *text, size_t len);
/* The line ends here. */
void
html_flow_break(struct html_flow *f);
/* The line ends here, even when it is empty (<br>). */
void
html_flow_newline(struct html_flow *f);
/* The paragraph ends here. */
void
html_flow_paragraph(struct html_flow *f);
/* The quote marks and indent of a line, owned. first: with the bullet, which is then used up. */
char *
html_flow_prefix(struct html_flow *f, bool first);
/* Before a line that is set by others (tables): the empty line that is due. */
void
html_flow_gap(struct html_flow *f);
/* Columns for text behind the prefix; 0 when lines are not wrapped. */
int
html_flow_columns(const struct html_flow *f);

#endif
