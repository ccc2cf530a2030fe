/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports about mail in words, above the letter that brought them; other mail has none. */
#include "mime/report_show.h"

#include "mime/source.h"

#include <string.h>

#include "lines.h"

static char *
render(const char *message)
{
	GString *out = g_string_new(NULL);
	struct layout l;
	struct source s;
	layout_init(&l, 78, 1 << 20, lines_add, out);
	source_init(&s, message, strlen(message));
	report_show(&s, &l);
	source_fini(&s);
	return g_string_free(out, FALSE);
}

static void
expect(const char *message, const char *lines)
{
	char *out = render(message);
	g_assert_cmpstr(out, ==, lines);
	g_free(out);
}

#define HEAD "From: MAILER-DAEMON@mx.example\nTo: a@b.example\nSubject: s\nMIME-Version: 1.0\n"

static void
test_dsn(void)
{
	expect(HEAD "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
		    "--x\n\nIt failed.\n--x\nContent-Type: message/delivery-status\n\n"
		    "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; bo@c.example\nAction: failed\n"
		    "Status: 5.1.1\nRemote-MTA: dns; mx.c.example\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n"
		    "Final-Recipient: rfc822; cy@c.example\nAction: delayed\nStatus: 4.2.2\n"
		    "Will-Retry-Until: Sat, 21 Nov 2026 10:00:00 +0000\n\n"
		    "--x\nContent-Type: text/rfc822-headers\n\nFrom: a@b.example\nTo: bo@c.example\nSubject: Lunch\n\n--x--\n",
	    "heading|Delivery report\n"
	    "diff-del|bo@c.example was not reached: 550 5.1.1 User unknown (mx.c.example)\n"
	    "note|cy@c.example is not reached yet: 4.2.2; it is tried until 2026-11-21\n"
	    "text|The letter: \"Lunch\", to bo@c.example\ntext|\n");
}

static void
test_dmarc(void)
{
	expect("From: r@big.example\nTo: a@b.example\nSubject: Report domain: b.example\nMIME-Version: 1.0\n"
	       "Content-Type: text/xml; name=\"big.example!b.example!1763600000!1763686400.xml\"\n\n"
	       "<?xml version=\"1.0\"?><feedback><report_metadata><org_name>Big</org_name><date_range><begin>1763600000</begin>"
	       "<end>1763686400</end></date_range></report_metadata><policy_published><domain>b.example</domain><p>reject</p>"
	       "</policy_published><record><row><source_ip>192.0.2.1</source_ip><count>5</count><policy_evaluated>"
	       "<disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row><identifiers>"
	       "<header_from>b.example</header_from></identifiers></record><record><row><source_ip>192.0.2.9</source_ip>"
	       "<count>2</count><policy_evaluated><disposition>reject</disposition><dkim>fail</dkim><spf>fail</spf>"
	       "</policy_evaluated></row><identifiers><header_from>b.example</header_from></identifiers></record></feedback>\n",
	    "heading|DMARC report of Big for b.example, 2025-11-20 to 2025-11-21\n"
	    "note|7 messages, 5 pass and 2 do not; policy reject\n"
	    "heading|  count from             done       dkim  spf   as\n"
	    "diff-del|      2 192.0.2.9        reject     fail  fail  b.example\n"
	    "text|      5 192.0.2.1        none       pass  fail  b.example\ntext|\n");
}

static void
test_others(void)
{
	expect("From: a@b.example\nSubject: s\n\nHello.\n", "");
	expect("From: a@b.example\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
	       "--x\n\nHi\n--x\nContent-Type: text/xml; name=feed.xml\n\n<feedback></feedback>\n--x--\n", "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_mime_init();
	g_test_add_func("/report-show/dsn", test_dsn);
	g_test_add_func("/report-show/dmarc", test_dmarc);
	g_test_add_func("/report-show/others", test_others);
	return g_test_run();
}
