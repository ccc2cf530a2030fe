/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap_sync_job.h - the inside of synchronisation: one job is one mailbox. For
 * imap_sync*.c alone. */
#ifndef PENFOLD_NET_IMAP_SYNC_JOB_H
#define PENFOLD_NET_IMAP_SYNC_JOB_H

#include "net/imap_names.h"
#include "net/imap_sync.h"

struct sync {
	struct imap *imap;
	const struct imap_sync_sink *sink;
	struct imap_abilities can;
	struct imap_names names;
	GPtrArray *boxes;    /* struct imap_mailbox *, owned */
	GPtrArray *jobs;     /* struct job *, owned */
	GPtrArray *finished; /* struct job *, borrowed: done, but not committed */
	guint n_begun;	     /* of these: the commit of all their messages has been begun */
	guint n_ended;	     /* messages that wait for a commit */
	guint64 bytes_ended;
	gint64 last_commit;  /* monotonic */
	guint64 done, total; /* messages, for progress */
	bool is_surveyed;    /* at least once */
	bool is_listed;	     /* the list has come along with the log-in */
	bool is_gmail;	     /* mailboxes are labels (X-GM-EXT-1), with one that shows all mail */
	bool has_pushed;     /* commands that change something have gone out */
	guint64 append_limit; /* RFC 7889: bytes that the server takes at most; 0: it does not say */
	GHashTable *created; /* local name -> the server's, of mailboxes made in this run */
};

struct job {
	struct sync *sync;
	char *name; /* local folder */
	struct imap_sync_folder folder;
	struct imap_known known;
	struct imap_plan plan;
	unsigned n_commands; /* submitted, without a result */
	bool is_submitted_whole;
	bool is_selected, has_failed, has_listing;
	bool in_message;
	guint64 received;
	GArray *present, *vanished; /* guint32 */
	GArray *changes;	    /* struct imap_fetched: uid and flags */
	GHashTable *fetched;	    /* UIDs that came in this run */
	guint n_new;
	bool is_archive; /* Gmail's All Mail: of it only what no other mailbox shows */
	bool is_chosen;
	GArray *chosen; /* guint32: what is fetched, if is_chosen; imap_choose.c */
	GArray *large;	/* guint32: of which only the header is */
};

struct job *job_new(struct sync *s, const struct imap_mailbox *box, const char *name);
void job_free(struct job *job);
/* Ask the sink what is known, and decide. */
bool job_plan(struct job *job, GError **error);
/* Submit everything that the plan says. */
bool job_submit(struct job *job, GError **error);
/* Select read-only, and the text of a command with it; for imap_rematch.c too. */
bool job_examine(struct job *job, GError **error);
/* Queue a command of this job. */
bool job_command(struct job *job, const struct imap_command *command, const char *text,
    GError **error);
/* A result came in: NO and BAD fail the folder, not the run. */
bool job_on_done(void *user, const struct guard_event *ev, GError **error);

/* imap_upload.c: why, by the code of an answer that is NO. */
enum imap_refusal sync_refusal_of(const struct imap_tokens *code);
/* imap_survey.c: an on_done for commands whose refusal does not matter. */
bool sync_any_result(void *user, const struct guard_event *event, GError **error);
/* imap_survey.c: submit what comes before the list and the list itself, with this command
 * (of sync_list_command(), owned). */
bool sync_submit_list(
    struct sync *s, const char *text, bool (*on_done)(void *, const struct guard_event *, GError **), GError **error);
char *sync_list_command(const struct sync *s);
/* imap_survey.c: fill in boxes, names and what the server can do */
bool sync_ask(struct sync *s, GError **error);
/* Is it only a view of mail that other mailboxes hold? */
bool sync_is_label(const struct sync *s, const struct imap_mailbox *box);
/* imap_job.c: " X-GM-LABELS" for a FETCH, where there are any; "". */
const char *job_labels_item(const struct job *job);
/* Keywords and labels of a FETCH response, as letters. */
void job_read_keywords(
    const struct job *job, const struct imap_tokens *tokens, struct imap_fetched *f);

/* imap_choose.c: ask which messages are wanted, where not all are */
bool sync_choose(struct sync *s, GError **error);

/* Commit what has ended, and finish the folders behind it. */
bool sync_commit(struct sync *s, GError **error);
/* As far as nothing need be waited for. */
bool sync_commit_soon(struct sync *s, GError **error);

/* imap_rematch.c */
bool job_rematch(struct job *job, GError **error);
/* Select, and see UID, size, flags and Message-ID of the messages of a sequence set. */
bool job_look(struct job *job, const char *set, GArray *seen, GError **error);

/* imap_rename.c: known folders that have another name on the server now */
bool sync_follow_renames(struct sync *s, GError **error);

/* imap_rename_up.c: folders that have another name here now; *is_any_out: some have it there too */
bool sync_push_renames(struct sync *s, bool *is_any_out, GError **error);

/* imap_push.c: bring up what was done here to messages that the server has */
bool sync_push(struct sync *s, GError **error);
/* imap_upload.c: and letters and folders that it lacks */
bool sync_upload(struct sync *s, GError **error);

/* imap_quota.c: the bytes that fit in (RFC 9208); G_MAXUINT64: it does not say */
bool sync_quota_room(struct sync *s, const char *wire, guint64 *room_out, GError **error);

/* imap_create.c: the server's name of a local folder, made there when it lacks; NULL in
 * *wire_out when it cannot be had, which is told. Owned. */
bool sync_find_mailbox(
    struct sync *s, const char *folder, char **wire_out, GError **error);

/* The job of this folder; NULL. */
struct job *sync_find_job(const struct sync *s, const char *name);

#endif
