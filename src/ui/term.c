/* SPDX-License-Identifier: GPL-3.0-or-later */
/* term.c - curses on, curses off, keys.
 *
 * Signal handlers and atexit() take no argument, so what they need to restore the terminal stands
 * in file statics: the saved modes, the bytes that undo what we switched on, and one flag. */
#include "ui/term.h"

#include "base/error.h"
#include "ui/background.h"
#include "ui/frame.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

/* Codes for sequences that terminfo has no names for. */
#define CODE_PASTE_BEGIN 01777
#define CODE_PASTE_END	 01776

/* Cursor and function keys with modifiers: 8 codes a key, one for each sum of them. */
#define CODE_MODIFIED 02000

#define PASTE_ON  "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define SHAPE_OFF "\033[0 q"

static struct termios saved_modes;
static char reset_bytes[256];
static size_t reset_len;
static volatile sig_atomic_t is_on;
static bool is_suspended;
static int cursor_shape; /* 0: never changed, or as it was */
static int saved_stderr = -1;
static struct frame frame;
static struct sigaction curses_tstp;
static struct background background; /* what the terminal has answered so far */
static gint64 asked_until;	     /* monotonic; an answer that comes later is none */
static bool is_answering;	     /* the keys are the rest of an answer */

static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};

/* Async-signal-safe: write() and tcsetattr() only. */
static void
restore_raw(void)
{
	if (!is_on)
		return;
	is_on = 0;
	ssize_t n = cursor_shape != 0 ? write(STDOUT_FILENO, SHAPE_OFF, sizeof(SHAPE_OFF) - 1) : 0;
	n += write(STDOUT_FILENO, reset_bytes, reset_len);
	(void)n; /* dying: there is nobody left to tell */
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes);
}

static void
on_fatal(int sig)
{
	restore_raw();
	if (saved_stderr >= 0)
		(void)dup2(saved_stderr, STDERR_FILENO);
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
}

static void
add_reset(const char *bytes)
{
	if (bytes == NULL || bytes == (const char *)-1)
		return;
	const char *padding = strstr(bytes, "$<");
	size_t n = padding != NULL ? (size_t)(padding - bytes) : strlen(bytes);
	if (reset_len + n > sizeof(reset_bytes))
		return;
	memcpy(reset_bytes + reset_len, bytes, n);
	reset_len += n;
}

/* What undoes each mode that we or curses switch on. */
static void
prepare_reset(void)
{
	static char names[][8] = {"sgr0", "oc", "rmkx", "cnorm", "rmcup"};
	reset_len = 0;
	add_reset(PASTE_OFF "\033[?1000l\033[?1006l");
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		add_reset(tigetstr(names[i]));
}

static void
catch_fatal_signals(void)
{
	struct sigaction sa = {.sa_handler = on_fatal, .sa_flags = (int)SA_RESETHAND};
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < G_N_ELEMENTS(fatal_signals); i++)
		sigaction(fatal_signals[i], &sa, NULL);
}

static void
redirect_stderr(const char *log_path)
{
	int fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	(void)dup2(fd, STDERR_FILENO);
	close(fd);
}

static void
restore_stderr(void)
{
	if (saved_stderr < 0)
		return;
	(void)dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	saved_stderr = -1;
}

static void
write_out(const char *bytes)
{
	ssize_t n = write(STDOUT_FILENO, bytes, strlen(bytes));
	(void)n; /* a mode that was not switched costs a comfort, no more */
}

void
term_copy(const char *text)
{
	GString *clean = g_string_new(NULL);
	for (const char *p = text; *p != '\0' && clean->len < TERM_MAX_COPY; p++)
		if (*p >= ' ' && *p < 127)
			g_string_append_c(clean, *p);
	char *base64 = g_base64_encode((const guchar *)clean->str, clean->len);
	char *sequence = g_strdup_printf("\033]52;c;%s\007", base64);
	write_out(sequence);
	g_free(sequence);
	g_free(base64);
	g_string_free(clean, TRUE);
}

/* What xterm and those like it send for a key with modifiers: CSI 1;M and a letter, or CSI N;M~, where M is
 * one more than Shift 1, Alt 2 and Ctrl 4. Terminfo has no standard names for them. */
static const struct {
	term_key key;
	int number; /* of CSI N;M~; 1 with a letter */
	char last;
} modified[] = {
    {TERM_KEY_UP, 1, 'A'}, {TERM_KEY_DOWN, 1, 'B'}, {TERM_KEY_RIGHT, 1, 'C'}, {TERM_KEY_LEFT, 1, 'D'},
    {TERM_KEY_END, 1, 'F'}, {TERM_KEY_HOME, 1, 'H'}, {TERM_KEY_INSERT, 2, '~'}, {TERM_KEY_DELETE, 3, '~'},
    {TERM_KEY_PAGE_UP, 5, '~'}, {TERM_KEY_PAGE_DOWN, 6, '~'}, {TERM_KEY_F1, 1, 'P'},
    {TERM_KEY_F1 + 1, 1, 'Q'}, {TERM_KEY_F1 + 2, 1, 'R'}, {TERM_KEY_F1 + 3, 1, 'S'},
    {TERM_KEY_F1 + 4, 15, '~'}, {TERM_KEY_F1 + 5, 17, '~'}, {TERM_KEY_F1 + 6, 18, '~'},
    {TERM_KEY_F1 + 7, 19, '~'}, {TERM_KEY_F1 + 8, 20, '~'}, {TERM_KEY_F1 + 9, 21, '~'},
    {TERM_KEY_F1 + 10, 23, '~'}, {TERM_KEY_F1 + 11, 24, '~'},
};

static void
define_modified(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(modified); i++) {
		for (int sum = 1; sum < 8; sum++) {
			char bytes[24];
			(void)g_snprintf(bytes, sizeof(bytes), "\033[%d;%d%c", modified[i].number, sum + 1,
			    modified[i].last);
			define_key(bytes, CODE_MODIFIED + (int)i * 8 + sum);
		}
	}
}

static term_key
from_modified(wint_t code)
{
	size_t i = (code - CODE_MODIFIED) / 8;
	unsigned sum = (code - CODE_MODIFIED) % 8;
	if (i >= G_N_ELEMENTS(modified))
		return TERM_KEY_NONE;
	return modified[i].key | (sum & 1 ? TERM_SHIFT : 0) | (sum & 2 ? TERM_ALT : 0) | (sum & 4 ? TERM_CTRL : 0);
}

static void
configure(bool want_mouse)
{
	raw(); /* ^C, ^Z and ^S are keys like others */
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	meta(stdscr, TRUE);
	typeahead(-1); /* a picture is shown whole */
	set_escdelay(25);
	curs_set(0);
	define_key("\033[200~", CODE_PASTE_BEGIN);
	define_key("\033[201~", CODE_PASTE_END);
	define_modified();
	if (want_mouse)
		mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED |
			BUTTON4_PRESSED | BUTTON5_PRESSED,
		    NULL);
	mouseinterval(0);
	write_out(PASTE_ON);
}

void
term_ask_background(void)
{
	const char *term = g_getenv("TERM");
	/* the console takes it for a palette, and these pass it on or not */
	if (term == NULL || g_str_has_prefix(term, "linux") || g_str_has_prefix(term, "screen") ||
	    g_str_has_prefix(term, "dumb"))
		return;
	memset(&background, 0, sizeof(background));
	asked_until = g_get_monotonic_time() + 2 * G_USEC_PER_SEC;
	write_out(BACKGROUND_ASK);
}

void
term_report(const char *bytes)
{
	if (is_on && !is_suspended)
		write_out(bytes);
}

void
term_show(void)
{
	frame_show(&frame);
}

void
term_cursor_shape(int shape)
{
	char bytes[16];
	if (shape == cursor_shape || !is_on || is_suspended)
		return;
	cursor_shape = shape;
	(void)g_snprintf(bytes, sizeof(bytes), "\033[%d q", shape);
	write_out(bytes);
}

bool
term_start(const char *log_path, bool want_mouse, GError **error)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
		    "the screen needs a terminal; for scripts see `penfold --help`");
		return false;
	}
	if (!term_can_draw(error))
		return false;
	tcgetattr(STDIN_FILENO, &saved_modes);
	prepare_reset();
	(void)del_curterm(cur_term); /* newterm() reads the description for itself */
	catch_fatal_signals();
	atexit(term_stop);
	redirect_stderr(log_path);
	is_on = 1;
	if (newterm(NULL, frame_open(&frame), stdin) == NULL) {
		term_stop();
		g_set_error_literal(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
		    "the terminal cannot be set up");
		return false;
	}
	start_color();
	use_default_colors();
	configure(want_mouse);
	return true;
}

void
term_stop(void)
{
	if (is_on && !is_suspended) {
		term_cursor_shape(0);
		write_out(PASTE_OFF);
		endwin();
	}
	restore_raw();
	restore_stderr();
}

void
term_suspend(void)
{
	if (is_suspended)
		return;
	term_cursor_shape(0);
	write_out(PASTE_OFF);
	def_prog_mode();
	endwin();
	is_suspended = true;
	/* while another program has the terminal, ^Z is its business and stops us with it; curses'
	 * own handler would paint on return */
	struct sigaction sa = {.sa_handler = SIG_DFL};
	sigemptyset(&sa.sa_mask);
	sigaction(SIGTSTP, &sa, &curses_tstp);
}

void
term_resume(void)
{
	if (!is_suspended)
		return;
	sigaction(SIGTSTP, &curses_tstp, NULL);
	is_suspended = false;
	reset_prog_mode();
	write_out(PASTE_ON);
	clearok(curscr, TRUE);
	term_resize();
	refresh();
}

bool
term_is_suspended(void)
{
	return is_suspended;
}

void
term_stop_job(void)
{
	term_suspend();
	/* the whole job with its helpers, as the terminal driver would */
	(void)kill(0, SIGTSTP);
	term_resume();
}

static const struct {
	int code;
	term_key key;
} specials[] = {
    {KEY_UP, TERM_KEY_UP},
    {KEY_DOWN, TERM_KEY_DOWN},
    {KEY_LEFT, TERM_KEY_LEFT},
    {KEY_RIGHT, TERM_KEY_RIGHT},
    {KEY_HOME, TERM_KEY_HOME},
    {KEY_END, TERM_KEY_END},
    {KEY_PPAGE, TERM_KEY_PAGE_UP},
    {KEY_NPAGE, TERM_KEY_PAGE_DOWN},
    {KEY_IC, TERM_KEY_INSERT},
    {KEY_DC, TERM_KEY_DELETE},
    {KEY_BACKSPACE, TERM_KEY_BACKSPACE},
    {KEY_BTAB, TERM_KEY_BACKTAB},
    {KEY_ENTER, '\r'},
    {KEY_MOUSE, TERM_KEY_MOUSE},
    {CODE_PASTE_BEGIN, TERM_KEY_PASTE_BEGIN},
    {CODE_PASTE_END, TERM_KEY_PASTE_END},
};

static term_key
from_code(wint_t code)
{
	for (size_t i = 0; i < G_N_ELEMENTS(specials); i++)
		if ((wint_t)specials[i].code == code)
			return specials[i].key;
	if (code >= KEY_F(1) && code <= KEY_F(12))
		return TERM_KEY_F1 + (code - KEY_F(1));
	if (code >= CODE_MODIFIED)
		return from_modified(code);
	return TERM_KEY_NONE;
}

static bool
read_mouse(struct term_event *out)
{
	MEVENT m;
	if (getmouse(&m) != OK)
		return false;
	out->y = m.y;
	out->x = m.x;
	if (m.bstate & BUTTON4_PRESSED)
		out->wheel = -1;
	else if (m.bstate & BUTTON5_PRESSED)
		out->wheel = 1;
	out->twice = (m.bstate & BUTTON1_DOUBLE_CLICKED) != 0;
	return true;
}

static term_key
from_char(wint_t c)
{
	if (c == 0x7F || c == '\b')
		return TERM_KEY_BACKSPACE;
	return c == '\n' ? '\r' : (term_key)c;
}

/* Is the character part of the terminal's answer? When that is complete, it is an event. */
static enum background_state
take_answer(wint_t c, struct term_event *out)
{
	enum background_state state = background_feed(&background, c);
	is_answering = state == BACKGROUND_MORE;
	if (state != BACKGROUND_MORE)
		asked_until = 0;
	if (state == BACKGROUND_READ) {
		out->key = TERM_KEY_BACKGROUND;
		out->is_light = background.is_light;
	}
	return state;
}

/* Alt sends ESC and the key in one go; a lone ESC has nothing behind it. */
static void
read_alt(struct term_event *out)
{
	wint_t c;
	int kind = wget_wch(stdscr, &c);
	if (kind == OK && c != 0x1B) {
		out->typed = c;
		out->key = from_char(c) | TERM_ALT;
	} else if (kind == OK) {
		(void)unget_wch((wchar_t)c); /* it begins the next key; there is room for one */
	} else if (kind == KEY_CODE_YES) {
		(void)ungetch((int)c);
	}
}

bool
term_next(struct term_event *out)
{
	memset(out, 0, sizeof(*out));
	while (!is_suspended) {
		wint_t c;
		int kind = wget_wch(stdscr, &c);
		if (kind == ERR)
			return false;
		if (is_answering && kind == OK) {
			enum background_state state = take_answer(c, out);
			if (state == BACKGROUND_READ)
				return true;
			if (state == BACKGROUND_MORE)
				continue;
		}
		if (kind == KEY_CODE_YES) {
			out->key = from_code(c);
			if (out->key == TERM_KEY_MOUSE && !read_mouse(out))
				continue;
			if (out->key != TERM_KEY_NONE)
				return true;
			continue;
		}
		out->typed = c;
		out->key = from_char(c);
		if (c == 0x1B)
			read_alt(out);
		if (out->key == (']' | TERM_ALT) && g_get_monotonic_time() < asked_until) {
			is_answering = true;
			continue;
		}
		return true;
	}
	return false;
}

void
term_resize(void)
{
	struct winsize size;
	if (is_suspended || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return;
	if (size.ws_row > 0 && size.ws_col > 0)
		resizeterm(size.ws_row, size.ws_col);
}

int
term_rows(void)
{
	return LINES;
}

int
term_cols(void)
{
	return COLS;
}

void
term_cell_size(int *width_out, int *height_out)
{
	struct winsize size;
	*width_out = *height_out = 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0 || size.ws_row == 0)
		return;
	*width_out = size.ws_xpixel / size.ws_col;
	*height_out = size.ws_ypixel / size.ws_row;
}
