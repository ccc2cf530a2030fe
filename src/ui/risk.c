/* SPDX-License-Identifier: GPL-3.0-or-later */
/* risk.c - lint: table. What runs by being opened, somewhere: letters are passed on. */
#include "ui/risk.h"

#include "base/safe_text.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#define PROGRAM "it is a program"
#define SCRIPT	"it is a script, which runs when it is opened"
#define MACROS	"it is a document that can hold programs (macros)"
#define IMAGE	"it is a disk image, which can hold programs"
#define PAGE	"it is a web page, which can imitate a log-in"
#define LINK	"it is a shortcut, which can start any program"

static const struct {
	const char *extensions; /* each between blanks */
	const char *risk;
} by_name[] = {
	{" exe com scr pif cpl dll msi msp msix appx gadget jar apk app deb rpm run bin elf appimage "
	 "pkg dmg action command ", PROGRAM},
	{" bat cmd ps1 psm1 ps1xml vb vbe vbs js jse mjs ws wsf wsh hta sct sh bash zsh csh ksh py pyw pl "
	 "rb php reg inf scf workflow applescript ade adp mde chm hlp ", SCRIPT},
	{" docm dotm xlsm xltm xlam xll xlsb pptm potm ppam ppsm sldm one onepkg iqy slk rtf ", MACROS},
	{" iso img vhd vhdx udf ", IMAGE},
	{" html htm xhtml shtml mht mhtml svg xml xsl ", PAGE},
	{" lnk url desktop library-ms search-ms settingcontent-ms webloc appref-ms ", LINK},
};

static const struct {
	const char *type, *risk;
} by_type[] = {
	{"application/x-msdownload", PROGRAM},
	{"application/x-msdos-program", PROGRAM},
	{"application/x-dosexec", PROGRAM},
	{"application/vnd.microsoft.portable-executable", PROGRAM},
	{"application/x-executable", PROGRAM},
	{"application/x-sharedlib", PROGRAM},
	{"application/java-archive", PROGRAM},
	{"application/vnd.android.package-archive", PROGRAM},
	{"application/x-sh", SCRIPT},
	{"application/x-shellscript", SCRIPT},
	{"text/x-shellscript", SCRIPT},
	{"application/javascript", SCRIPT},
	{"text/javascript", SCRIPT},
	{"application/hta", SCRIPT},
	{"application/x-ms-shortcut", LINK},
	{"application/x-desktop", LINK},
	{"application/x-iso9660-image", IMAGE},
	{"text/html", PAGE},
	{"application/xhtml+xml", PAGE},
	{"image/svg+xml", PAGE},
};

/* Without the dots and blanks at its end, which some systems do not see. */
static char *
end_of_name(const char *filename)
{
	size_t n = strlen(filename);
	while (n > 0 && strchr(". \t", filename[n - 1]) != NULL)
		n--;
	char *name = g_strndup(filename, n);
	const char *dot = strrchr(name, '.');
	char *extension = dot != NULL && strlen(dot) <= 24 ? g_ascii_strdown(dot + 1, -1) : NULL;
	g_free(name);
	return extension;
}

static const char *
risk_of_extension(const char *filename)
{
	char *lower = end_of_name(filename);
	if (lower == NULL)
		return NULL;
	char *word = g_strdup_printf(" %s ", g_strstrip(lower));
	const char *risk = NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(by_name) && risk == NULL; i++)
		if (strstr(by_name[i].extensions, word) != NULL)
			risk = by_name[i].risk;
	g_free(word);
	g_free(lower);
	return risk;
}

/* "invoice.pdf.exe", "photo.jpg      .js": dressed up as something else. */
static bool
is_disguised(const char *filename)
{
	static const char *const known[] = {".pdf", ".doc", ".docx", ".xls", ".xlsx", ".jpg", ".jpeg",
	    ".png", ".gif", ".txt", ".zip", ".mp3", ".mp4"};
	char *lower = g_ascii_strdown(filename, -1);
	bool found = false;
	for (size_t i = 0; i < G_N_ELEMENTS(known) && !found; i++) {
		const char *at = strstr(lower, known[i]);
		const char *rest = at != NULL ? at + strlen(known[i]) : "";
		rest += strspn(rest, " _");
		found = *rest == '.';
	}
	g_free(lower);
	return found;
}

const char *
risk_of(const char *filename, const char *type)
{
	if (filename != NULL && safe_text_is_hostile(filename, strlen(filename)))
		return "its name hides what it is";
	const char *risk = filename != NULL ? risk_of_extension(filename) : NULL;
	if (risk != NULL && is_disguised(filename))
		return "it is not what its name pretends";
	for (size_t i = 0; i < G_N_ELEMENTS(by_type) && risk == NULL && type != NULL; i++)
		if (g_ascii_strcasecmp(by_type[i].type, type) == 0)
			risk = by_type[i].risk;
	return risk;
}
