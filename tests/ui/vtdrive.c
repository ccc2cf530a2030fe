/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vtdrive.c - drive a full-screen program from a script, on a terminal that libvterm draws.
 *
 *	vtdrive ROWS COLS -- COMMAND...        script on standard input, TAP on standard output
 *
 * Checks (one test line each):
 *	wait MS TEXT, waitgone MS TEXT     the text is (not) on the screen within MS
 *	row R TEXT, norow R TEXT           line R (from 0; negative from below) has it or not
 *	count N TEXT                       so many lines have it
 *	cursor R C    attr R C WORD...     WORD: bold under ital reverse fg=N bg=N fg=#RRGGBB
 *	fg=default width=N
 *	alt 0|1   mouse 0|1   mode N 0|1   alternate screen, mouse, DEC private mode N
 *	title TEXT   bell N   seen RAW     window title, bells, bytes ever written
 *	waitseen MS RAW                    the bytes are written within MS
 *	unseen RAW                         bytes never written
 *	answer MS KEYS                     the keys change the picture within MS
 *	exit CODE                          the program ends by itself with this code
 * Actions:
 *	send KEYS (\e \r \n \t \\ \xHH)   key Up|F1|...   paste TEXT   click ROW COL [BUTTON] (4, 5: the wheel)   resize R C
 *	With VT_LATENCY=FILE a line is added to it for each send or key: the time to the first byte of its answer
 *	in ms, ~ before it when the program had gone back to sleep before it wrote (the key itself changed nothing,
 *	and something else did), or - when nothing was written until the next key; a tab, the keys; a tab, how many
 *	of the ms the program, or the driver, was ready to run and no processor was free.
 *	idle MS (until nothing was written for MS)   signal NUMBER   run SHELL-COMMAND ($VT_PID)
 *	hangup (the window is closed: the signal, and the end of the line)
 *	shot FILE (text with SGR)   raw FILE (bytes ever written)   dump */
#include <vterm.h>

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_MODE 10000
#define LINE	 8192
#define MAX_ANSWER_MS 400

/* libvterm 0.1 prints APC strings as text and hears only the first number of CSI ? a ; b h, so both
 * are taken out of the stream on the way and noted here. */
enum filter_state { PLAIN, ESCAPE, APC, APC_ESCAPE, CSI };

struct drive {
	VTerm *vt;
	VTermScreen *screen;
	int fd;
	pid_t pid;
	int rows, cols;
	bool is_eof;

	VTermPos cursor;
	int alt, mouse, bells, is_visible;
	char title[256];

	enum filter_state state;
	char csi[64];
	size_t n_csi;
	bool modes[MAX_MODE];
	char *raw; /* everything that the program wrote */
	size_t n_raw;

	int n_tests, n_failed;

	FILE *latency; /* where the time of each answer to a key goes, NULL for nowhere */
	double pressed_ms; /* a key that has no answer yet; 0 for none */
	double queued_here_ms, queued_there_ms; /* for a processor, until it was pressed */
	bool has_slept;    /* it was taken, and the program waits again */
	char pressed[40];  /* which */
};

static long
now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static double
precise_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* How long a process has waited for a processor so far. */
static double
queued_ms(long pid)
{
	char path[64];
	unsigned long long ran, waited = 0;
	(void)snprintf(path, sizeof(path), "/proc/%ld/schedstat", pid);
	FILE *f = fopen(path, "r");
	if (f != NULL && fscanf(f, "%llu %llu", &ran, &waited) != 2)
		waited = 0;
	if (f != NULL)
		(void)fclose(f);
	return (double)waited / 1e6;
}

/* The answer to the last key is there. The waits of the two may have been one after the other or at a time: only the
 * longer one is certain. */
static void
note_answer(struct drive *d)
{
	double took = precise_ms() - d->pressed_ms;
	double here = queued_ms((long)getpid()) - d->queued_here_ms, there = queued_ms((long)d->pid) - d->queued_there_ms;
	double queued = here > there ? here : there;
	fprintf(d->latency, "%s%.3f\t%s\t%.3f\n", d->has_slept ? "~" : "", took, d->pressed, queued < took ? queued : took);
}

/* what libvterm tells */

static int
on_cursor(VTermPos pos, VTermPos old, int visible, void *user)
{
	struct drive *d = user;
	(void)old;
	(void)visible;
	d->cursor = pos;
	return 1;
}

static int
on_property(VTermProp prop, VTermValue *value, void *user)
{
	struct drive *d = user;
	if (prop == VTERM_PROP_ALTSCREEN)
		d->alt = value->boolean;
	else if (prop == VTERM_PROP_MOUSE)
		d->mouse = value->number;
	else if (prop == VTERM_PROP_CURSORVISIBLE)
		d->is_visible = value->boolean;
	else if (prop == VTERM_PROP_TITLE)
		(void)snprintf(d->title, sizeof(d->title), "%s", value->string);
	return 1;
}

static int
on_bell(void *user)
{
	((struct drive *)user)->bells++;
	return 1;
}

static const VTermScreenCallbacks callbacks = {
    .movecursor = on_cursor,
    .settermprop = on_property,
    .bell = on_bell,
};

/* the stream */

static void
note_raw(struct drive *d, const char *bytes, size_t n)
{
	char *grown = realloc(d->raw, d->n_raw + n + 1);
	if (grown == NULL)
		abort();
	d->raw = grown;
	memcpy(d->raw + d->n_raw, bytes, n);
	d->n_raw += n;
	d->raw[d->n_raw] = '\0';
}

static void
feed(struct drive *d, const char *bytes, size_t n)
{
	vterm_input_write(d->vt, bytes, n);
}

/* A whole CSI: private modes one by one, everything else as it came. */
static void
feed_csi(struct drive *d, char last)
{
	d->csi[d->n_csi] = '\0';
	if (d->csi[0] != '?' || (last != 'h' && last != 'l')) {
		feed(d, "\033[", 2);
		feed(d, d->csi, d->n_csi);
		feed(d, &last, 1);
		return;
	}
	char *at = d->csi + 1;
	while (*at != '\0') {
		char *end;
		long mode = strtol(at, &end, 10);
		char one[32];
		if (mode > 0 && mode < MAX_MODE)
			d->modes[mode] = last == 'h';
		int len = snprintf(one, sizeof(one), "\033[?%ld%c", mode, last);
		feed(d, one, (size_t)len);
		at = *end == ';' ? end + 1 : end + strlen(end);
	}
}

static void
feed_byte(struct drive *d, char c)
{
	switch (d->state) {
	case PLAIN:
		if (c == '\033')
			d->state = ESCAPE;
		else
			feed(d, &c, 1);
		break;
	case ESCAPE:
		if (c == '_') {
			d->state = APC;
		} else if (c == '[') {
			d->state = CSI;
			d->n_csi = 0;
		} else if (c != '\033') {
			feed(d, "\033", 1);
			feed(d, &c, 1);
			d->state = PLAIN;
		}
		break;
	case APC:
		if (c == '\033')
			d->state = APC_ESCAPE;
		break;
	case APC_ESCAPE:
		d->state = c == '\\' ? PLAIN : APC;
		break;
	case CSI:
		if ((unsigned char)c < 0x40 && d->n_csi < sizeof(d->csi) - 1) {
			d->csi[d->n_csi++] = c;
		} else {
			feed_csi(d, c);
			d->state = PLAIN;
		}
		break;
	}
}

static void
send_bytes(struct drive *d, const char *bytes, size_t n)
{
	while (n > 0 && !d->is_eof) {
		ssize_t k = write(d->fd, bytes, n);
		if (k < 0 && errno != EINTR && errno != EAGAIN)
			return;
		if (k > 0) {
			bytes += k;
			n -= (size_t)k;
		}
	}
}

/* What the terminal itself answers (key codes, reports). */
static void
flush_answers(struct drive *d)
{
	char bytes[4096];
	size_t n;
	while ((n = vterm_output_read(d->vt, bytes, sizeof(bytes))) > 0)
		send_bytes(d, bytes, n);
}

/* One read; true when there was something. */
static bool
pump(struct drive *d, long ms)
{
	struct pollfd p = {.fd = d->fd, .events = POLLIN};
	char bytes[65536];
	if (d->is_eof)
		return false;
	flush_answers(d);
	if (poll(&p, 1, (int)(ms < 0 ? 0 : ms)) <= 0)
		return false;
	ssize_t n = read(d->fd, bytes, sizeof(bytes));
	if (n <= 0) {
		d->is_eof = true;
		return false;
	}
	note_raw(d, bytes, (size_t)n);
	if (d->latency != NULL && d->pressed_ms > 0)
		note_answer(d);
	d->pressed_ms = 0;
	for (ssize_t i = 0; i < n; i++)
		feed_byte(d, bytes[i]);
	vterm_screen_flush_damage(d->screen);
	flush_answers(d);
	return true;
}

/* the picture */

static void
row_text(struct drive *d, int row, char *out, size_t size)
{
	VTermRect rect = {row, row + 1, 0, d->cols};
	size_t n = vterm_screen_get_text(d->screen, out, size - 1, rect);
	out[n < size ? n : size - 1] = '\0';
}

static int
count_rows(struct drive *d, const char *text)
{
	char line[LINE];
	int n = 0;
	for (int row = 0; row < d->rows; row++) {
		row_text(d, row, line, sizeof(line));
		n += strstr(line, text) != NULL;
	}
	return n;
}

static void
dump(struct drive *d)
{
	char line[LINE];
	for (int row = 0; row < d->rows; row++) {
		row_text(d, row, line, sizeof(line));
		printf("# %2d|%s\n", row, line);
	}
	printf("# cursor %d,%d%s alt=%d mouse=%d\n", d->cursor.row, d->cursor.col,
	    d->is_visible ? "" : " hidden", d->alt, d->mouse);
}

static void
result(struct drive *d, bool ok, const char *label)
{
	d->n_tests++;
	printf("%sok %d - %s\n", ok ? "" : "not ", d->n_tests, label);
	if (!ok) {
		d->n_failed++;
		dump(d);
	}
	(void)fflush(stdout);
}

static size_t
utf8(uint32_t c, char *out)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (c & 0x3F));
		c >>= 6;
	}
	out[0] = (char)((0xF00 >> n & 0xFF) | c);
	return n;
}

static void
write_colour(FILE *f, const VTermColor *c, bool is_default, int base)
{
	if (VTERM_COLOR_IS_INDEXED(c))
		fprintf(f, ";%d;5;%d", base, c->indexed.idx);
	else if (!is_default)
		fprintf(f, ";%d;2;%d;%d;%d", base, c->rgb.red, c->rgb.green, c->rgb.blue);
}

static void
write_cell(FILE *f, const VTermScreenCell *k)
{
	fprintf(f, "\033[0%s%s%s%s", k->attrs.bold ? ";1" : "", k->attrs.italic ? ";3" : "",
	    k->attrs.underline ? ";4" : "", k->attrs.reverse ? ";7" : "");
	write_colour(f, &k->fg, VTERM_COLOR_IS_DEFAULT_FG(&k->fg), 38);
	write_colour(f, &k->bg, VTERM_COLOR_IS_DEFAULT_BG(&k->bg), 48);
	(void)fputc('m', f);
	if (k->chars[0] == 0 || k->chars[0] == (uint32_t)-1)
		(void)fputc(' ', f);
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && k->chars[i] != 0 && k->chars[i] != (uint32_t)-1;
	     i++) {
		char bytes[4];
		(void)fwrite(bytes, 1, utf8(k->chars[i], bytes), f);
	}
}

static void
shot(struct drive *d, const char *path)
{
	FILE *f = fopen(path, "w");
	if (f == NULL)
		return;
	for (int row = 0; row < d->rows; row++) {
		for (int col = 0; col < d->cols;) {
			VTermPos pos = {row, col};
			VTermScreenCell cell;
			vterm_screen_get_cell(d->screen, pos, &cell);
			write_cell(f, &cell);
			col += cell.width > 0 ? cell.width : 1;
		}
		(void)fputs("\033[0m\n", f);
	}
	(void)fclose(f);
}

/* A lone Escape is waited with: more of a sequence may follow. */
static bool
ends_in_escape(const char *keys)
{
	size_t len = strlen(keys);
	return strcmp(keys, "Esc") == 0 || (len >= 2 && strcmp(keys + len - 2, "\\e") == 0);
}

/* Nothing is on its way from the program: what comes next answers a key. */
static bool
is_quiet(struct drive *d)
{
	if (d->latency == NULL)
		return false;
	while (pump(d, 2))
		;
	return !d->is_eof;
}

/* script */

/* Resolve escapes in place; the length, since \x00 may be among them. */
static size_t
unescape(char *s)
{
	char *out = s;
	for (char *in = s; *in != '\0'; in++) {
		static const char names[] = "ernt\\", values[] = "\033\r\n\t\\";
		const char *name = in[0] == '\\' && in[1] != '\0' ? strchr(names, in[1]) : NULL;
		if (name != NULL) {
			*out++ = values[name - names];
			in++;
		} else if (in[0] == '\\' && in[1] == 'x' && in[2] != '\0' && in[3] != '\0') {
			char hex[3] = {in[2], in[3], '\0'};
			*out++ = (char)strtol(hex, NULL, 16);
			in += 3;
		} else {
			*out++ = *in;
		}
	}
	*out = '\0';
	return (size_t)(out - s);
}

static bool
contains(const char *hay, size_t n_hay, const char *needle, size_t n)
{
	for (size_t i = 0; n <= n_hay && i <= n_hay - n; i++)
		if (memcmp(hay + i, needle, n) == 0)
			return true;
	return false;
}

/* A number at the front of the arguments; moves on. */
static long
number(char **args)
{
	long n = strtol(*args, args, 10);
	while (**args == ' ')
		(*args)++;
	return n;
}

static bool
do_wait(struct drive *d, char *args, bool wanted)
{
	long limit = number(&args), start = now_ms();
	while ((count_rows(d, args) > 0) != wanted) {
		long left = limit - (now_ms() - start);
		if (left <= 0 || d->is_eof)
			break;
		(void)pump(d, left);
	}
	return (count_rows(d, args) > 0) == wanted;
}

/* From the key to the first byte of the answer, and until the picture stands still. */
static bool
do_answer(struct drive *d, char *args)
{
	long limit = number(&args);
	size_t n = unescape(args);
	long start = now_ms();
	send_bytes(d, args, n);
	bool got = pump(d, limit);
	long first = now_ms() - start;
	while (pump(d, 20))
		;
	printf("# answered after %ld ms\n", first);
	return got && first <= limit;
}

static bool
do_row(struct drive *d, char *args, bool wanted)
{
	char line[LINE];
	long row = number(&args);
	row_text(d, (int)(row < 0 ? row + d->rows : row), line, sizeof(line));
	return (strstr(line, args) != NULL) == wanted;
}

static bool
colour_is(const VTermColor *c, const char *value)
{
	char *end;
	if (strcmp(value, "default") == 0)
		return VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c);
	if (*value == '#') {
		long rgb = strtol(value + 1, &end, 16);
		return VTERM_COLOR_IS_RGB(c) &&
		    ((c->rgb.red << 16) | (c->rgb.green << 8) | c->rgb.blue) == rgb;
	}
	return VTERM_COLOR_IS_INDEXED(c) && c->indexed.idx == strtol(value, &end, 10);
}

static bool
attr_is(const VTermScreenCell *k, const char *word)
{
	if (strncmp(word, "fg=", 3) == 0)
		return colour_is(&k->fg, word + 3);
	if (strncmp(word, "bg=", 3) == 0)
		return colour_is(&k->bg, word + 3);
	if (strncmp(word, "width=", 6) == 0)
		return k->width == strtol(word + 6, NULL, 10);
	return (strcmp(word, "bold") == 0 && k->attrs.bold) ||
	    (strcmp(word, "under") == 0 && k->attrs.underline) ||
	    (strcmp(word, "ital") == 0 && k->attrs.italic) ||
	    (strcmp(word, "reverse") == 0 && k->attrs.reverse);
}

static bool
do_attr(struct drive *d, char *args)
{
	VTermPos pos;
	VTermScreenCell cell;
	bool ok = true;
	pos.row = (int)number(&args);
	pos.col = (int)number(&args);
	vterm_screen_get_cell(d->screen, pos, &cell);
	while (*args != '\0') {
		size_t n = strcspn(args, " ");
		char word[64];
		(void)snprintf(word, sizeof(word), "%.*s", (int)n, args);
		ok = ok && attr_is(&cell, word);
		args += n + strspn(args + n, " ");
	}
	return ok;
}

static void
hang_up(struct drive *d)
{
	(void)kill(d->pid, SIGHUP);
	if (d->fd >= 0)
		(void)close(d->fd);
	d->fd = -1;
	d->is_eof = true;
}

static bool
do_exit(struct drive *d, char *args)
{
	long start = now_ms();
	int status = 0;
	while (!d->is_eof && now_ms() - start < 15000)
		(void)pump(d, 100);
	if (d->is_eof && waitpid(d->pid, &status, 0) == d->pid)
		d->pid = 0;
	return d->pid == 0 && WIFEXITED(status) && WEXITSTATUS(status) == number(&args);
}

static void
do_key(struct drive *d, const char *name)
{
	static const struct {
		const char *name;
		VTermKey key;
	} keys[] = {
	    {"Up", VTERM_KEY_UP},	  {"Down", VTERM_KEY_DOWN},   {"Left", VTERM_KEY_LEFT},
	    {"Right", VTERM_KEY_RIGHT},	  {"Enter", VTERM_KEY_ENTER}, {"Tab", VTERM_KEY_TAB},
	    {"Esc", VTERM_KEY_ESCAPE},	  {"Bs", VTERM_KEY_BACKSPACE}, {"Home", VTERM_KEY_HOME},
	    {"End", VTERM_KEY_END},	  {"PgUp", VTERM_KEY_PAGEUP}, {"PgDn", VTERM_KEY_PAGEDOWN},
	    {"Del", VTERM_KEY_DEL},
	};
	if (name[0] == 'F' && name[1] != '\0')
		vterm_keyboard_key(d->vt, (VTermKey)VTERM_KEY_FUNCTION(strtol(name + 1, NULL, 10)),
		    VTERM_MOD_NONE);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i].name, name) == 0)
			vterm_keyboard_key(d->vt, keys[i].key, VTERM_MOD_NONE);
	flush_answers(d);
}

static void
do_paste(struct drive *d, char *args)
{
	size_t n = unescape(args);
	vterm_keyboard_start_paste(d->vt);
	flush_answers(d);
	send_bytes(d, args, n);
	vterm_keyboard_end_paste(d->vt);
	flush_answers(d);
}

static void
do_click(struct drive *d, char *args)
{
	int row = (int)number(&args), col = (int)number(&args);
	int button = *args != '\0' ? (int)number(&args) : 1;
	vterm_mouse_move(d->vt, row, col, VTERM_MOD_NONE);
	vterm_mouse_button(d->vt, button, true, VTERM_MOD_NONE);
	vterm_mouse_button(d->vt, button, false, VTERM_MOD_NONE);
	flush_answers(d);
}

static void
do_resize(struct drive *d, char *args)
{
	d->rows = (int)number(&args);
	d->cols = (int)number(&args);
	struct winsize size = {.ws_row = (unsigned short)d->rows, .ws_col = (unsigned short)d->cols};
	vterm_set_size(d->vt, d->rows, d->cols);
	(void)ioctl(d->fd, TIOCSWINSZ, &size);
}

/* A shell command, e.g. one that stops helpers; its output is not part of the TAP. */
static void
do_run(struct drive *d, const char *command)
{
	char pid[32];
	(void)snprintf(pid, sizeof(pid), "%ld", (long)d->pid);
	(void)fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		(void)setenv("VT_PID", pid, 1);
		(void)dup2(STDERR_FILENO, STDOUT_FILENO);
		(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	if (child > 0)
		(void)waitpid(child, NULL, 0);
}

static void
save_raw(struct drive *d, const char *path)
{
	FILE *f = fopen(path, "wb");
	if (f == NULL || fwrite(d->raw, 1, d->n_raw, f) != d->n_raw || fclose(f) != 0)
		printf("# %s: %s\n", path, strerror(errno));
}

static bool
do_mode(struct drive *d, char *args)
{
	long mode = number(&args);
	return mode > 0 && mode < MAX_MODE && d->modes[mode] == (number(&args) != 0);
}

/* The system call that the program is in; -1: none. False when it may not be seen: an ordinary user is not shown that of
 * a program that cannot be dumped, as Penfold's are. */
static bool
system_call(const struct drive *d, long *call_out)
{
	char path[64], line[128];
	(void)snprintf(path, sizeof(path), "/proc/%ld/syscall", (long)d->pid);
	FILE *f = fopen(path, "r");
	bool is_seen = f != NULL && fgets(line, sizeof(line), f) != NULL;
	*call_out = is_seen && line[0] >= '0' && line[0] <= '9' ? strtol(line, NULL, 10) : -1;
	if (f != NULL)
		(void)fclose(f);
	return is_seen;
}

/* How often the program has gone to sleep, and whether it sleeps in poll() now, or somewhere if that may not be seen. */
static long
naps(const struct drive *d, bool *in_poll_out)
{
	char path[64], line[128];
	long call, n = -1;
	bool is_seen = system_call(d, &call), is_asleep = false;
	(void)snprintf(path, sizeof(path), "/proc/%ld/status", (long)d->pid);
	FILE *f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "voluntary_ctxt_switches:", 24) == 0)
			n = strtol(line + 24, NULL, 10);
		else if (strncmp(line, "State:\tS", 8) == 0)
			is_asleep = true;
	}
	if (f != NULL)
		(void)fclose(f);
#ifdef SYS_poll
	*in_poll_out = is_seen ? call == SYS_poll || call == SYS_ppoll : is_asleep;
#else
	*in_poll_out = is_seen ? call == SYS_ppoll : is_asleep;
#endif
	return n;
}

/* Wait for the answer to what was sent, or until the program has gone to sleep in poll() without one: while there is
 * a key to be read it does not. */
static void
watch_answer(struct drive *d, long naps_before)
{
	double start = precise_ms();
	d->has_slept = false;
	while (d->pressed_ms > 0 && naps_before >= 0 && precise_ms() - start < MAX_ANSWER_MS) {
		bool in_poll, is_still;
		if (pump(d, 1))
			return;
		long n = naps(d, &in_poll);
		if (in_poll && n > naps_before && n == naps(d, &is_still) && is_still && !pump(d, 0)) {
			d->has_slept = true;
			return;
		}
	}
}

/* Before keys are sent: their answer is measured from here. */
static void
note_press(struct drive *d, const char *keys)
{
	/* the answer to the last one may still be on its way: it is not left out for being slow */
	if (d->latency != NULL && d->pressed_ms > 0 && !pump(d, MAX_ANSWER_MS))
		fprintf(d->latency, "-\t%s\t0\n", d->pressed);
	(void)snprintf(d->pressed, sizeof(d->pressed), "%s", keys);
	d->has_slept = false;
	d->pressed_ms = 0;
	if (!ends_in_escape(keys) && is_quiet(d)) {
		d->queued_here_ms = queued_ms((long)getpid());
		d->queued_there_ms = queued_ms((long)d->pid);
		d->pressed_ms = precise_ms();
	}
}

/* Actions have no test line; true when the word was one. */
static bool
act(struct drive *d, const char *word, char *args)
{
	long naps_before = -1;
	bool in_poll;
	if (strcmp(word, "send") == 0 || strcmp(word, "key") == 0) {
		note_press(d, args);
		naps_before = d->pressed_ms > 0 ? naps(d, &in_poll) : -1;
	}
	if (strcmp(word, "send") == 0) {
		size_t n = unescape(args);
		send_bytes(d, args, n);
		watch_answer(d, naps_before);
	} else if (strcmp(word, "key") == 0) {
		do_key(d, args);
		watch_answer(d, naps_before);
	} else if (strcmp(word, "paste") == 0) {
		do_paste(d, args);
	} else if (strcmp(word, "click") == 0) {
		do_click(d, args);
	} else if (strcmp(word, "resize") == 0) {
		do_resize(d, args);
	} else if (strcmp(word, "idle") == 0) {
		while (pump(d, strtol(args, NULL, 10)))
			;
	} else if (strcmp(word, "signal") == 0) {
		(void)kill(d->pid, (int)strtol(args, NULL, 10));
	} else if (strcmp(word, "hangup") == 0) {
		hang_up(d);
	} else if (strcmp(word, "run") == 0) {
		do_run(d, args);
	} else if (strcmp(word, "shot") == 0) {
		shot(d, args);
	} else if (strcmp(word, "raw") == 0) {
		save_raw(d, args);
	} else if (strcmp(word, "dump") == 0) {
		dump(d);
	} else {
		return false;
	}
	return true;
}

static bool
do_wait_seen(struct drive *d, char *args)
{
	long limit = number(&args), start = now_ms();
	size_t n = unescape(args);
	while (!contains(d->raw, d->n_raw, args, n)) {
		long left = limit - (now_ms() - start);
		if (left <= 0 || d->is_eof)
			return false;
		(void)pump(d, left);
	}
	return true;
}

static bool
check(struct drive *d, const char *word, char *args)
{
	if (strcmp(word, "wait") == 0 || strcmp(word, "waitgone") == 0)
		return do_wait(d, args, word[4] == '\0');
	if (strcmp(word, "row") == 0 || strcmp(word, "norow") == 0)
		return do_row(d, args, word[0] == 'r');
	if (strcmp(word, "count") == 0)
		return number(&args) == count_rows(d, args);
	if (strcmp(word, "cursor") == 0) {
		long row = number(&args);
		return d->cursor.row == (row < 0 ? row + d->rows : row) &&
		    d->cursor.col == number(&args);
	}
	if (strcmp(word, "attr") == 0)
		return do_attr(d, args);
	if (strcmp(word, "alt") == 0)
		return d->alt == number(&args);
	if (strcmp(word, "mouse") == 0)
		return (d->mouse != 0) == (number(&args) != 0);
	if (strcmp(word, "mode") == 0)
		return do_mode(d, args);
	if (strcmp(word, "seen") == 0 || strcmp(word, "unseen") == 0) {
		size_t n = unescape(args);
		return contains(d->raw, d->n_raw, args, n) == (word[0] == 's');
	}
	if (strcmp(word, "waitseen") == 0)
		return do_wait_seen(d, args);
	if (strcmp(word, "title") == 0)
		return strstr(d->title, args) != NULL;
	if (strcmp(word, "bell") == 0)
		return d->bells == number(&args);
	if (strcmp(word, "answer") == 0)
		return do_answer(d, args);
	if (strcmp(word, "exit") == 0)
		return do_exit(d, args);
	printf("# vtdrive knows no \"%s\"\n", word);
	return false;
}

static void
do_line(struct drive *d, char *line)
{
	char label[LINE];
	(void)snprintf(label, sizeof(label), "%s", line);
	char *args = line + strcspn(line, " ");
	if (*args != '\0')
		*args++ = '\0';
	while (pump(d, 0))
		;
	if (act(d, line, args))
		return;
	long start = now_ms();
	bool ok = check(d, line, args);
	char timed[LINE + 32];
	(void)snprintf(timed, sizeof(timed), "%s (%ld ms)", label, now_ms() - start);
	result(d, ok, timed);
}

/* Let the program end on the hang-up, and save what it has to; then it is killed. */
static void
end_program(struct drive *d)
{
	struct timespec pause = {.tv_nsec = 10000000};
	if (d->pid <= 0)
		return;
	hang_up(d);
	for (int i = 0; i < 700; i++) {
		if (waitpid(d->pid, NULL, WNOHANG) == d->pid)
			return;
		(void)nanosleep(&pause, NULL);
	}
	(void)kill(d->pid, SIGKILL);
	(void)waitpid(d->pid, NULL, 0);
}

static void
start(struct drive *d, char **command)
{
	struct winsize size = {.ws_row = (unsigned short)d->rows, .ws_col = (unsigned short)d->cols};
	d->vt = vterm_new(d->rows, d->cols);
	vterm_set_utf8(d->vt, 1);
	d->screen = vterm_obtain_screen(d->vt);
	vterm_screen_enable_altscreen(d->screen, 1);
	vterm_screen_set_callbacks(d->screen, &callbacks, d);
	vterm_screen_set_damage_merge(d->screen, VTERM_DAMAGE_SCROLL);
	vterm_screen_reset(d->screen, 1);
	d->is_visible = 1;
	d->pid = forkpty(&d->fd, NULL, NULL, &size);
	if (d->pid == 0) {
		const char *term = getenv("VT_TERM");
		(void)setenv("TERM", term != NULL ? term : "xterm-256color", 1);
		(void)execvp(command[0], command);
		_exit(127);
	}
}

/* The script as it comes: a person at the other end may think for a while. */
struct script {
	char *text;
	size_t len, size, at;
	bool is_over;
};

/* The next line, without its end; NULL at the end. What the program writes meanwhile is read when it comes: what lies
 * unread would be taken for a late answer. */
static char *
next_line(struct drive *d, struct script *s)
{
	char *end;
	while ((end = s->len > s->at ? memchr(s->text + s->at, '\n', s->len - s->at) : NULL) == NULL && !s->is_over) {
		struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = d->is_eof ? -1 : d->fd, .events = POLLIN}};
		if (poll(fds, 2, -1) > 0 && fds[1].revents != 0)
			(void)pump(d, 0);
		if (fds[0].revents == 0)
			continue;
		if (s->size - s->len < LINE) {
			s->size += 8 * LINE;
			s->text = realloc(s->text, s->size);
			if (s->text == NULL)
				abort();
		}
		ssize_t n = read(STDIN_FILENO, s->text + s->len, s->size - s->len - 1);
		s->is_over = n <= 0;
		s->len += n > 0 ? (size_t)n : 0;
	}
	if (s->at >= s->len)
		return NULL;
	char *line = s->text + s->at;
	s->at = end != NULL ? (size_t)(end - s->text) + 1 : s->len;
	*(end != NULL ? end : s->text + s->len) = '\0';
	return line;
}

int
main(int argc, char **argv)
{
	struct drive d = {.raw = NULL};
	struct script script = {.text = NULL};
	char *line;
	if (argc < 5 || strcmp(argv[3], "--") != 0) {
		(void)fprintf(stderr, "usage: vtdrive ROWS COLS -- COMMAND...\n");
		return 64;
	}
	(void)setlocale(LC_ALL, "");
	(void)signal(SIGPIPE, SIG_IGN);
	d.rows = (int)strtol(argv[1], NULL, 10);
	d.cols = (int)strtol(argv[2], NULL, 10);
	if (getenv("VT_LATENCY") != NULL)
		d.latency = fopen(getenv("VT_LATENCY"), "a");
	start(&d, argv + 4);
	while ((line = next_line(&d, &script)) != NULL) {
		if (line[0] != '\0' && line[0] != '#')
			do_line(&d, line);
	}
	end_program(&d);
	printf("1..%d\n", d.n_tests);
	vterm_free(d.vt);
	if (d.latency != NULL)
		(void)fclose(d.latency);
	free(script.text);
	free(d.raw);
	return d.n_failed > 0;
}
