/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connecting: several addresses race with a short stagger, so that a dead IPv6 route
 * costs a quarter of a second and not a minute. */
#include "net/dial.h"

#include "base/error.h"
#include "base/limits.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define STAGGER_MS 250 /* RFC 8305 section 5: the recommended Connection Attempt Delay */

struct race {
	struct pollfd fds[LIMIT_HOST_ADDRESSES];
	nfds_t n;
	int last_errno;
};

static void
race_drop(struct race *race, nfds_t i)
{
	close(race->fds[i].fd);
	race->fds[i] = race->fds[--race->n];
}

static void
race_end(struct race *race)
{
	while (race->n > 0)
		race_drop(race, race->n - 1);
}

static void
race_enter(struct race *race, const struct addrinfo *ai)
{
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		race->last_errno = errno;
		return;
	}
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) != 0 && errno != EINPROGRESS) {
		race->last_errno = errno;
		close(fd);
		return;
	}
	race->fds[race->n++] = (struct pollfd){.fd = fd, .events = POLLOUT};
}

/* The first socket that is connected, taken out of the race; -1 when none is. */
static int
race_winner(struct race *race)
{
	for (nfds_t i = 0; i < race->n;) {
		int status = 0;
		socklen_t len = sizeof(status);
		int fd = race->fds[i].fd;

		if (race->fds[i].revents == 0) {
			i++;
			continue;
		}
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &status, &len) == 0 &&
		    status == 0) {
			race->fds[i] = race->fds[--race->n];
			return fd;
		}
		race->last_errno = status;
		race_drop(race, i);
	}
	return -1;
}

static int
race_run(const struct addrinfo *list, gint64 deadline, bool (*is_cancelled)(void *),
    void *user, GError **error)
{
	struct race race = {.n = 0, .last_errno = ETIMEDOUT};
	const struct addrinfo *next = list;
	gint64 next_start = 0;
	int fd = -1;

	while (fd < 0) {
		gint64 now = g_get_monotonic_time();

		if (is_cancelled != NULL && is_cancelled(user)) {
			g_set_error(error, PF_ERROR, PF_ERROR_CANCELLED, "cancelled");
			break;
		}
		if (next != NULL && race.n < LIMIT_HOST_ADDRESSES &&
		    (now >= next_start || race.n == 0)) {
			race_enter(&race, next);
			next = next->ai_next;
			next_start = now + STAGGER_MS * 1000;
			continue;
		}
		if (race.n == 0 || now >= deadline) {
			g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY,
			    "cannot connect: %s",
			    g_strerror(race.n == 0 ? race.last_errno : ETIMEDOUT));
			break;
		}
		(void)poll(
		    race.fds, race.n, STAGGER_MS); /* an error shows as no winner */
		fd = race_winner(&race);
	}
	race_end(&race);
	return fd;
}

/* A peer that is gone is noticed in half a minute when bytes wait for it, and in two when
 * nothing is said. What the kernel refuses here only makes it slower to notice. */
static void
set_options(int fd)
{
	static const struct {
		int level, name, value;
	} options[] = {
	    {IPPROTO_TCP, TCP_NODELAY, 1},
	    {SOL_SOCKET, SO_KEEPALIVE, 1},
	    {IPPROTO_TCP, TCP_KEEPIDLE, 60},
	    {IPPROTO_TCP, TCP_KEEPINTVL, 15},
	    {IPPROTO_TCP, TCP_KEEPCNT, 4},
	    {IPPROTO_TCP, TCP_USER_TIMEOUT, 30 * 1000},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(options); i++)
		(void)setsockopt(fd, options[i].level, options[i].name, &options[i].value,
		    sizeof(options[i].value));
}

int
dial(const char *host, uint16_t port, unsigned timeout_ms,
    bool (*is_cancelled)(void *user), void *user, GError **error)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_NUMERICSERV};
	struct addrinfo *list = NULL;
	char service[8];
	int code, fd;

	g_snprintf(service, sizeof(service), "%u", port);
	code = getaddrinfo(host, service, &hints, &list);
	if (code != 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY,
		    "the name was not found: %s",
		    code == EAI_SYSTEM ? g_strerror(errno) : gai_strerror(code));
		return -1;
	}
	fd = race_run(list, g_get_monotonic_time() + (gint64)timeout_ms * 1000,
	    is_cancelled, user, error);
	freeaddrinfo(list);
	if (fd >= 0)
		set_options(fd);
	return fd;
}

/* One list of what the addresses resolve to; each head is freed by itself. */
static struct addrinfo **
numeric_lists(const char *const *addresses, const char *service)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_NUMERICSERV | AI_NUMERICHOST};
	struct addrinfo **lists = g_new0(struct addrinfo *, LIMIT_HOST_ADDRESSES + 1);
	size_t n = 0;

	for (; *addresses != NULL && n < LIMIT_HOST_ADDRESSES; addresses++)
		n += getaddrinfo(*addresses, service, &hints, &lists[n]) == 0;
	return lists;
}

int
dial_addresses(const char *const *addresses, uint16_t port, unsigned timeout_ms,
    bool (*is_cancelled)(void *user), void *user, GError **error)
{
	struct addrinfo nodes[LIMIT_HOST_ADDRESSES], **lists;
	char service[8];
	int fd = -1;
	size_t i;

	g_snprintf(service, sizeof(service), "%u", port);
	lists = numeric_lists(addresses, service);
	for (i = 0; lists[i] != NULL; i++) {
		nodes[i] = *lists[i];
		nodes[i].ai_next = lists[i + 1] != NULL ? &nodes[i + 1] : NULL;
	}
	if (i > 0)
		fd = race_run(nodes, g_get_monotonic_time() + (gint64)timeout_ms * 1000,
		    is_cancelled, user, error);
	else
		g_set_error(
		    error, PF_ERROR, PF_ERROR_TEMPORARY, "the host has no address");
	for (i = 0; lists[i] != NULL; i++)
		freeaddrinfo(lists[i]);
	g_free(lists);
	if (fd >= 0)
		set_options(fd);
	return fd;
}
