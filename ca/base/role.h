/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Roles: how keurmerkd becomes four processes.
 *
 * The parent reads the configuration, binds the listening sockets, and starts
 * signer, office and public: each is forked, gets its channels on fixed
 * descriptors, loses everything else, drops to its own user, and is exec'd
 * anew as `keurmerkd -x ROLE`, so that no role has another's memory. The
 * configuration follows as the first message on the channel. Then the parent
 * watches, and does nothing else.
 *
 *	parent --3-- signer		signer --4-- office
 *	parent --3-- office (5 listens)
 *	parent --3-- public (5 listens)
 */
#ifndef CA_BASE_ROLE_H
#define CA_BASE_ROLE_H

#include "conf.h"

/* Processes; the officers' roles are ROLE_ in ca/record/decision.h. */
enum proc {
	PROC_PARENT,
	PROC_SIGNER,
	PROC_OFFICE,
	PROC_PUBLIC
};
enum { PROC_N = 4 };

/*
 * From the end of file on its channel until a role is killed: enough to
 * answer what is under way, and each of the three within 90 s, after which
 * systemd would kill all at once (TimeoutStopSec, systemd.service(5)).
 */
enum { ROLE_STOP_MS = 20 * 1000 };

enum {
	PROC_FD_PARENT = 3,	/* end of file on it: stop, in good order */
	PROC_FD_PEER = 4,	/* signer <-> office; absent in public */
	PROC_FD_LISTEN = 5	/* office, public: bound and listening */
};

/* "parent", "signer", "office", "public" */
const char *proc_name(enum proc);
/* Of a name; returns 0, or -1 when there is no such role. */
int proc_byname(enum proc *out, const char *name);

/* In the parent. */

struct role_set;		/* the roles that were started */

/*
 * Bind, and start the three roles; self is exec'd ("/proc/self/exe"). Waits
 * until each says that it is ready, then tells the service manager and prints
 * one line. Takes SIGTERM, SIGINT and SIGHUP over from here on. Returns NULL
 * after a log line, with nothing left running, when one cannot be started or
 * a signal says stop.
 */
struct role_set *role_start(const struct conf *, const char *self);

/*
 * Watch until told to stop by SIGTERM, SIGINT or SIGHUP (returns 0), or until
 * a role ends by itself (returns 1, after a log line that says which and
 * how). In both cases stops what is left in order: public, office, signer;
 * frees set. A role that has not ended after ROLE_STOP_MS, or when a second
 * signal comes, is killed, which is a failure too. Nothing is started again:
 * that is the service manager's.
 */
int role_watch(struct role_set *set);

/* In a role. */

/*
 * The first call of signer_main(), office_main() and public_main(): names the
 * log, receives the configuration, makes the process undumpable, ignores
 * SIGPIPE and what the terminal sends to all (the parent tells when to stop),
 * and enters the sandbox. The caller frees out with conf_free(). Does not
 * return on failure.
 */
void role_main(enum proc, struct conf *out);

/*
 * Tell the parent that this role serves from now on. Once. Ends the process
 * when the parent wants us to stop already.
 */
void role_ready(void);

/*
 * For the blocking signer: wait until fd can be read, at most timeout_ms (-1:
 * for ever). Returns 1 when fd has something (or its end), 0 when the time is
 * over, -1 when the parent wants us to stop; the last only when fd has
 * nothing.
 */
int role_wait(int fd, int timeout_ms);

/*
 * Drop to the user of a role for good, when we are root and one is configured;
 * for init and audit too. Returns 0, or -1 after a log line.
 */
int role_drop(const struct conf *, enum proc);

/* What the rooms write; each ends with the exit status of the process. */
int signer_main(void);
int office_main(void);
int public_main(void);
/* keurmerkd export: argv[0] is the directory. */
int public_export(const struct conf *, int argc, char **argv);
/* keurmerkd init, keurmerkd audit: argv[0] is the first word after options. */
int authority_init(const struct conf *, int argc, char **argv);
int authority_audit(const struct conf *, int argc, char **argv);

#endif
