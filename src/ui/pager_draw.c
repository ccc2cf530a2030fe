/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pager_draw.c - the picture of an open message.
 *
 * The upper part is a frame of our own: who, the verdict, what, when, attachments. It does not
 * scroll, and the text below a rule cannot reach it, so nothing in a mail can draw there. */
#include "ui/pager.h"

#include "base/placeholder.h"
#include "base/safe_text.h"
#include "ui/attachments.h"
#include "ui/common.h"
#include "ui/format.h"
#include "ui/lines.h"
#include "ui/risk.h"
#include "ui/verdict.h"

#include <string.h>

#define LABEL_COLS	10
#define MAX_ATTACHMENTS 4
#define MIN_LOGO_ROWS	4 /* of the frame */
#define SHORT_FRAME	8 /* rows; in fewer not everything has room */

/* Where the next line of the frame goes. */
struct frame {
	const struct canvas *c;
	struct area a;
	int y; /* relative to the area */
	int max;
};

static bool
label(struct frame *f, const char *name)
{
	if (f->y >= f->max)
		return false;
	ui_text(f->c, f->a.y + f->y, f->a.x + 1, LABEL_COLS - 1, STYLE_HEADER, false, name);
	f->y++;
	return true;
}

static void
field(struct frame *f, const char *name, enum style style, const char *text)
{
	if (text == NULL || *text == '\0' || !label(f, name))
		return;
	ui_text(f->c, f->a.y + f->y - 1, f->a.x + LABEL_COLS, f->a.cols - LABEL_COLS - 1, style,
	    false, text);
}

#define NEWCOMER "first letter from this address"

/* The addr-spec is shown whole, whatever the display name is: the name gives way. One that a line does not hold
 * keeps its right end, which says whose it is. */
static void
draw_from(struct frame *f, const char *name, const char *address, bool is_newcomer)
{
	if (!label(f, "From"))
		return;
	int y = f->a.y + f->y - 1, x = f->a.x + LABEL_COLS, cols = f->a.cols - LABEL_COLS - 1;
	if (*address == '\0')
		address = "no address";
	char *spec = *name != '\0' ? g_strdup_printf("<%s>", address) : g_strdup(address);
	char *display = safe_line(spec);
	int spec_cols = safe_text_columns(display), used = 0;
	bool is_long = *name != '\0' && spec_cols > cols - cols / 4 - 1;
	if (*name != '\0')
		used = ui_text(f->c, y, x, is_long ? cols : cols - spec_cols - 1, STYLE_STRONG, false, name) + 1;
	if (is_long && label(f, "")) {
		y++;
		used = 0;
	}
	char *end = ui_domain(f->c, spec, MAX(cols - used, 0));
	used += ui_text(f->c, y, x + used, cols - used, *name != '\0' ? STYLE_NORMAL : STYLE_STRONG, false, end);
	g_free(end);
	int left = cols - used - 2, wanted = (int)sizeof NEWCOMER - 1;
	if (is_newcomer && left >= wanted)
		ui_text(f->c, y, x + cols - wanted, wanted, STYLE_WARN, false, NEWCOMER);
	else if (is_newcomer)
		field(f, "", STYLE_WARN, NEWCOMER);
	g_free(display);
	g_free(spec);
}

/* The sign and what it is about. A tick never stands without its domain. */
static char *
verdict_head(const struct frame *f, const struct pager *p, enum row_verdict v, const char *summary, int cols)
{
	const char *domain = verdict_domain(p->verdict);
	if (v == ROW_VERDICT_NONE)
		return g_strdup(verdict_word(v));
	if (!verdict_is_pass(v))
		return g_strdup_printf("%s %s", verdict_sign(f->c, v), verdict_word(v));
	if (domain == NULL)
		return g_strdup(verdict_word(v));
	/* the sentence usually begins with the domain: said once is enough */
	bool is_said = g_str_has_prefix(summary, domain);
	char *whole = safe_line(is_said ? summary : domain);
	char *shown = safe_text_columns(whole) <= cols - 2 ? g_strdup(whole) : ui_domain(f->c, domain, MAX(cols - 2, 1));
	char *head = g_strdup_printf("%s %s", verdict_sign(f->c, v), shown);
	g_free(shown);
	g_free(whole);
	return head;
}

/* The sentence behind the sign: where one line has no room for it, a second one has the rest. */
static void
draw_summary(struct frame *f, int y, int used, enum style style, const char *summary)
{
	int x = f->a.x + LABEL_COLS, cols = f->a.cols - LABEL_COLS - 1, room = cols - used - 2;
	char *display = safe_line(summary);
	size_t fit = room > 0 ? safe_text_fit(display, room, NULL) : 0, end = fit;
	if (display[fit] != '\0' && f->y < f->max - 1)
		while (end > 0 && display[end] != ' ')
			end--;
	char *first = g_strndup(display, display[fit] != '\0' && end > 0 ? end : strlen(display));
	ui_text(f->c, y, x + used + 2, room, style, false, first);
	if (strlen(first) < strlen(display) && label(f, ""))
		ui_text(f->c, f->a.y + f->y - 1, x, cols, style, false, g_strchug(display + strlen(first)));
	g_free(first);
	g_free(display);
}

static void
draw_verdict(struct frame *f, const struct pager *p, const struct message *m)
{
	enum row_verdict v = p->verdict != NULL ? verdict_of_json(p->verdict) : m->verdict;
	if (!label(f, "Verdict"))
		return;
	int y = f->a.y + f->y - 1, x = f->a.x + LABEL_COLS, cols = f->a.cols - LABEL_COLS - 1;
	/* signatures cover a body that is still on the server */
	char *summary = p->verdict == NULL && placeholder_is(m->path)
			    ? g_strdup("judged when the whole letter is here")
			    : verdict_summary(p->verdict);
	char *head = verdict_head(f, p, v, summary, cols);
	int used = ui_text(f->c, y, x, cols, verdict_style(v), false, head);
	bool is_known = p->verdict != NULL || v == ROW_VERDICT_UNEVALUATED;
	const char *domain = verdict_domain(p->verdict), *rest = summary;
	/* what the head says already */
	if (verdict_is_pass(v) && domain != NULL && g_str_has_prefix(rest, domain))
		rest += strlen(domain) + strspn(rest + strlen(domain), " ");
	/* a warning is there to be read */
	enum style style = verdict_style(v);
	bool is_warning = style == STYLE_BAD || style == STYLE_SUSPECT || style == STYLE_WARN;
	if (is_known && !g_str_has_suffix(head, summary))
		draw_summary(f, y, used, is_warning ? STYLE_NORMAL : STYLE_DIM, rest);
	g_free(summary);
	g_free(head);
}

/* Ours, like the verdict: nothing in a mail can draw here. */
static void
draw_security(struct frame *f, const struct pager *p)
{
	enum style style;
	char *line = secure_line(&p->secure, &style);
	char *warning = secure_warning(&p->secure);
	field(f, "Security", style, line);
	field(f, "Beware", STYLE_WARN, warning);
	g_free(warning);
	g_free(line);
}

static void
draw_logo_text(struct frame *f, const struct pager *p)
{
	char *text = logo_text(f->c, p->verdict);
	field(f, "Logo", STYLE_DIM, text);
	g_free(text);
}

static void
draw_attachments(struct frame *f, const json_t *list)
{
	size_t n = json_array_size(list), i;
	json_t *item;
	json_array_foreach(list, i, item)
	{
		const char *name = jsonl_string(item, "filename");
		const char *type = jsonl_string(item, "type");
		char *size = format_size((guint64)MAX(jsonl_int(item, "size", 0), 0));
		char *shown = attachments_name(item);
		bool is_last = i == MAX_ATTACHMENTS - 1 && n > MAX_ATTACHMENTS;
		char *text = is_last
		    ? g_strdup_printf("and %zu more; v lists them", n - i)
		    : g_strdup_printf("%s%s  %s  %s", risk_of(name, type) != NULL ? "! " : "",
			  shown != NULL ? shown : "(no name)", type != NULL ? type : "", size);
		bool is_risk = !is_last && risk_of(name, type) != NULL;
		field(f, i == 0 ? "Attached" : "", is_risk ? STYLE_WARN : STYLE_NORMAL, text);
		g_free(text);
		g_free(size);
		g_free(shown);
		if (is_last)
			break;
	}
}

static void
draw_invitation(struct frame *f, const json_t *calendar)
{
	const char *when = jsonl_string(calendar, "when");
	const char *summary = jsonl_string(calendar, "summary");
	if (when == NULL)
		return;
	char *text = g_strdup_printf("%s  %s%s", when, summary != NULL ? summary : "",
	    jsonl_bool(calendar, "may_answer", false) ? "  (i answers)" : "");
	field(f, "Event", STYLE_INFO, text);
	g_free(text);
}

/* What is not as the message came: another form of it, pictures left out. */
static void
draw_state(struct frame *f, const struct pager *p)
{
	char *text = NULL;
	if (p->part != NULL) {
		text = g_strdup_printf("part %s in place of the usual text; A shows the next form",
		    p->part);
		field(f, "Shown", STYLE_NOTE, text);
	}
	g_free(text);
	/* RFC 8098 2.1: never sent unasked, and here not at all */
	char *receipt = common_addresses(json_object_get(json_object_get(p->head, "headers"), "receipt_to"));
	text = *receipt != '\0' ? g_strdup_printf("asked for by %s; none is sent", receipt) : NULL;
	field(f, "Receipt", STYLE_DIM, text);
	g_free(text);
	g_free(receipt);
	text = pager_images_describe(p->images);
	field(f, "Images", STYLE_NOTE, text);
	g_free(text);
}

static void
draw_author(struct frame *f, const struct pager *p, const struct message *m)
{
	const json_t *headers = json_object_get(p->head, "headers");
	char *name = g_strdup(m->from_name), *address = g_strdup(m->from_address);
	/* the renderer's reading wins over the index's as soon as it is there */
	if (json_array_size(json_object_get(headers, "from")) > 0) {
		g_free(name);
		g_free(address);
		common_address(json_object_get(headers, "from"), &name, &address);
		/* an address that only the index could read is better than none */
		if (*address == '\0') {
			g_free(address);
			address = g_strdup(m->from_address);
		}
	}
	draw_from(f, name, address, newcomer_is(&p->newcomer, p->verdict));
	g_free(name);
	g_free(address);
}

static void
draw_contents(struct frame *f, const struct pager *p)
{
	draw_invitation(f, json_object_get(p->head, "calendar"));
	draw_attachments(f, json_object_get(p->head, "attachments"));
	draw_state(f, p);
}

static void
draw_fields(struct frame *f, const struct pager *p, const struct message *m)
{
	const json_t *headers = json_object_get(p->head, "headers");
	char *to = common_addresses(json_object_get(headers, "to"));
	char *cc = common_addresses(json_object_get(headers, "cc"));
	char *reply_to = common_addresses(json_object_get(headers, "reply_to"));
	char *date = m->date > 0 ? format_date_long(m->date) : g_strdup("");
	const char *subject = jsonl_string(headers, "subject");
	bool is_short = f->max < SHORT_FRAME;
	draw_author(f, p, m);
	draw_verdict(f, p, m);
	draw_security(f, p);
	if (!is_short)
		draw_logo_text(f, p);
	field(f, "Subject", STYLE_STRONG, subject != NULL ? subject : m->subject);
	/* where there is no room for all, what can be done with the letter goes first */
	if (is_short)
		draw_contents(f, p);
	field(f, "To", STYLE_NORMAL, *to != '\0' ? to : m->to);
	field(f, "Cc", STYLE_NORMAL, cc);
	field(f, "Reply-To", STYLE_NORMAL, reply_to);
	field(f, "Date", STYLE_NORMAL, date);
	if (!is_short)
		draw_contents(f, p);
	g_free(to);
	g_free(cc);
	g_free(reply_to);
	g_free(date);
}

static void
draw_waiting(struct app *app, const struct pager *p, struct area a)
{
	const char *text = "One moment";
	if (thread_error(p->thread) != NULL)
		text = thread_error(p->thread);
	else if (thread_is_loaded(p->thread) && thread_count(p->thread) == 0)
		text = "This thread has no message any more.";
	(void)ui_say(&app->canvas, a, 1, STYLE_DIM, text);
}

int
pager_draw_short(struct pager *p, struct area a)
{
	const struct message *m = pager_message(p);
	struct frame f = {.c = &p->app->canvas, .a = a, .max = CLAMP(a.rows / 2, 0, 6)};
	if (m == NULL)
		return 0;
	draw_author(&f, p, m);
	draw_verdict(&f, p, m);
	draw_security(&f, p);
	draw_state(&f, p);
	if (f.y < a.rows)
		ui_rule(f.c, a.y + f.y++, a.x, a.cols, STYLE_FAINT);
	return f.y;
}

void
pager_draw_text(struct pager *p, struct area a, guint first)
{
	if (lines_count(p->lines) == 0)
		ui_text(&p->app->canvas, a.y, a.x, a.cols, STYLE_DIM, false, "One moment");
	lines_scroll_to(p->lines, (int)first, a.rows);
	pager_images_look(p->images, a);
	lines_draw(p->lines, &p->app->canvas, a);
}

void
pager_draw(struct app *app, struct view *v, struct area a)
{
	struct pager *p = (struct pager *)v;
	const struct message *m = pager_message(p);
	if (m == NULL) {
		draw_waiting(app, p, a);
		return;
	}
	/* at least half of the height is for the text */
	struct frame f = {.c = &app->canvas, .a = a, .max = MAX(MIN(a.rows - 2, 3), a.rows / 2)};
	/* a logo never takes the room of the words that say what it is worth */
	bool has_room = a.cols >= NARROW_COLS && f.max >= MIN_LOGO_ROWS;
	logo_set(p->logo, p->verdict);
	if (has_room)
		f.a.cols -= logo_cols(p->logo);
	draw_fields(&f, p, m);
	if (has_room)
		logo_draw(p->logo, (struct area){a.y, a.x, f.y, a.cols});
	if (f.y < a.rows)
		ui_rule(&app->canvas, a.y + f.y++, a.x, a.cols, STYLE_FAINT);
	struct area body = {a.y + f.y, a.x + 1, MAX(a.rows - f.y, 0), MAX(a.cols - 2, 1)};
	p->body_rows = body.rows;
	if (p->cols != body.cols) {
		p->cols = body.cols;
		pager_reload(p);
	}
	if (lines_count(p->lines) == 0 && p->is_loading && body.rows > 1)
		ui_text(&app->canvas, body.y + 1, body.x, body.cols, STYLE_DIM, false, "One moment");
	pager_images_look(p->images, body);
	lines_draw(p->lines, &app->canvas, body);
}
