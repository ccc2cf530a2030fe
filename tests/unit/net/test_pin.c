/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fingerprints as people write them, and the file of those that were taken. */
#include "net/pin.h"
#include "net/smtp_offer.h"

#include <glib/gstdio.h>
#include <string.h>

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void
test_fingerprint(void)
{
	static const struct {
		const char *text;
		bool is_good;
	} cases[] = {
	    {HEX, true},
	    {"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF", true},
	    {"00112233 44556677 8899AABB CCDDEEFF 00112233 44556677 8899aabb ccddeeff", true},
	    {"0" HEX, false}, {HEX "0", false}, {"", false}, {"0011", false}, {HEX "x", false}, {HEX "\n", false},
	    {"g0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *hex = pin_fingerprint(cases[i].text);

		g_test_message("%s", cases[i].text);
		g_assert_cmpstr(hex, ==, cases[i].is_good ? HEX : NULL);
		g_free(hex);
	}
}

static void
test_file(void)
{
	char *dir = g_dir_make_tmp("pin-XXXXXX", NULL), *file = g_strconcat(dir, "/state/c.json", NULL);
	char *state = g_path_get_dirname(file);
	GError *error = NULL;
	struct pin pin;

	g_assert_false(pin_find(file, "a.example", 993, &pin));
	g_assert_true(pin_keep(file, "a.example:993", HEX, &error));
	g_assert_no_error(error);
	g_assert_true(pin_find(file, "a.example", 993, &pin));
	g_assert_cmpint(pin.digest[1], ==, 0x11);
	g_assert_cmpint(pin.digest[PIN_BYTES - 1], ==, 0xff);
	g_assert_cmpuint(strlen(pin.since), ==, strlen("2026-11-28T10:00:00Z"));
	g_assert_false(pin_find(file, "a.example", 143, &pin));
	g_assert_false(pin_find(file, "a.example.", 993, &pin));
	g_assert_true(pin_keep(file, "b.example:993", HEX, &error));
	g_assert_true(pin_keep(file, "a.example:993", NULL, &error));
	g_assert_false(pin_find(file, "a.example", 993, &pin));
	g_assert_true(pin_find(file, "b.example", 993, &pin));
	(void)g_unlink(file);
	(void)g_rmdir(state);
	(void)g_rmdir(dir);
	g_free(state);
	g_free(file);
	g_free(dir);
}

/* What a server offers is kept of an account whose name is no file's. */
static void
test_odd_account(void)
{
	char *dir = g_dir_make_tmp("pin-XXXXXX", NULL), *file = g_strconcat(dir, "/offer-a%2Fb.json", NULL);
	const struct smtp_caps caps = {.size = 17, .has_smtputf8 = true};
	struct smtp_offer offer;

	smtp_offer_keep(dir, "a/b", "smtp.example.org", &caps);
	smtp_offer_load(dir, "a/b", "smtp.example.org", &offer);
	g_assert_true(offer.is_known && offer.has_smtputf8);
	g_assert_cmpuint(offer.size, ==, 17);
	g_assert_cmpint(g_unlink(file), ==, 0);
	g_assert_cmpint(g_rmdir(dir), ==, 0);
	g_free(file);
	g_free(dir);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/pin/fingerprint", test_fingerprint);
	g_test_add_func("/net/pin/file", test_file);
	g_test_add_func("/pin/odd-account", test_odd_account);
	return g_test_run();
}
