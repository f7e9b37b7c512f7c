/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Audit: do store, published tree and signer agree, with each other and with
 * every signature (design section 5)? Office's half and the signer's journal
 * are read each by a process of the user that owns them; what they came to
 * is held together here.
 */
#include <sys/mman.h>
#include <sys/wait.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/log.h"
#include "ca/base/role.h"
#include "ca/office/audit.h"
#include "ca/record/layout.h"
#include "ca/signer/signer.h"

enum { AUDIT_DISAGREES = 1, AUDIT_USAGE = 2, AUDIT_FAILED = 3 };

/* What the two processes leave for this one. */
struct halves {
	long			 bad;		/* disagreements of office */
	struct audit_figures	 office;
	struct signer_figures	 signer;
};

typedef int half_fn(const struct conf *, struct halves *);

static int
half_office(const struct conf *conf, struct halves *h)
{
	h->bad = audit_office(conf, &h->office);
	fflush(stdout);
	return h->bad == -1 ? -1 : 0;
}

static int
half_signer(const struct conf *conf, struct halves *h)
{
	struct signer_error	err;
	char			dir[CONF_PATH_MAX + 16];

	snprintf(dir, sizeof(dir), "%s/signer", conf->data);
	if (signer_replay(dir, h->office.batch, h->office.epoch, &h->signer,
	    &err) == 0)
		return 0;
	log_warnx("%s: %s", dir, err.text);
	return -1;
}

/* In a process of its own, as the role's user. Returns 0 or -1. */
static int
half_run(const struct conf *conf, enum proc proc, half_fn *half,
    struct halves *h)
{
	pid_t	pid;
	int	status;

	fflush(NULL);
	if ((pid = fork()) == -1) {
		log_warn("audit: no process");
		return -1;
	}
	if (pid == 0)
		_exit(role_drop(conf, proc) == 0 && half(conf, h) == 0 ? 0 :
		    AUDIT_FAILED);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	if (WIFSIGNALED(status))
		log_warnx("audit: the part of %s ended by signal %d",
		    proc_name(proc), WTERMSIG(status));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static long
differs(const char *what, const char *want, const char *found)
{
	printf("disagrees: signer: %s: expected %s, as store and tree have"
	    " it, found %s in the journal\n", what, want, found);
	return 1;
}

static long
number(const char *what, uint64_t want, uint64_t found)
{
	char	a[24], b[24];

	if (want == found)
		return 0;
	snprintf(a, sizeof(a), "%" PRIu64, want);
	snprintf(b, sizeof(b), "%" PRIu64, found);
	return differs(what, a, b);
}

static long
hash(const char *what, const uint8_t *want, const uint8_t *found)
{
	char	a[2 * KM_HASH_LEN + 1], b[2 * KM_HASH_LEN + 1];

	if (memcmp(want, found, KM_HASH_LEN) == 0)
		return 0;
	layout_hex(a, want);
	layout_hex(b, found);
	return differs(what, a, b);
}

static long
tree(const char *what, const struct km_tree_head *want,
    const struct km_tree_head *found)
{
	char	name[32];
	long	bad;

	snprintf(name, sizeof(name), "size of the %s", what);
	bad = number(name, want->size, found->size);
	snprintf(name, sizeof(name), "root of the %s", what);
	return bad + hash(name, want->root, found->root);
}

static long
compare(const struct halves *h)
{
	const struct audit_figures	*a = &h->office;
	const struct signer_figures	*b = &h->signer;
	long				 bad;

	/* Where the journal has ended before, all else follows from it. */
	bad = number("batch", a->batch, b->batch) +
	    number("epoch", a->epoch, b->epoch);
	if (bad == 0)
		bad = tree("log", &a->log, &b->log) +
		    tree("register", &a->reg, &b->reg) +
		    tree("lists", &a->status, &b->status) +
		    number("halted", (uint64_t)a->halted,
		    (uint64_t)b->halted) +
		    hash("trust list", a->trust, b->trust) +
		    hash("officers list", a->officers, b->officers) +
		    hash("scheme", a->scheme, b->scheme) +
		    hash("heads of all subjects", a->heads, b->heads) +
		    hash("last epoch", a->last_epoch, b->last_epoch);
	printf("signer: journal up to batch %" PRIu64 ", epoch %" PRIu32,
	    b->batch, b->epoch);
	if (bad == 0)
		printf(": agrees\n");
	else
		printf(": %ld disagreement%s\n", bad, bad == 1 ? "" : "s");
	return bad;
}

static int
audit(const struct conf *conf, struct halves *h)
{
	long	bad = 0;
	int	signer;

	if (half_run(conf, PROC_OFFICE, half_office, h) == -1) {
		printf("audit: could not finish\n");
		return AUDIT_FAILED;
	}
	signer = half_run(conf, PROC_SIGNER, half_signer, h);
	if (signer == 0)
		bad = compare(h);
	else
		printf("disagrees: signer: expected a journal that leads to"
		    " the store's batch %" PRIu64 ", found one that cannot be"
		    " read so far\n", h->office.batch);
	bad += h->bad + (signer == -1);
	if (bad == 0)
		printf("audit: all agree\n");
	else
		printf("audit: %ld disagreement%s\n", bad,
		    bad == 1 ? "" : "s");
	return bad == 0 ? 0 : AUDIT_DISAGREES;
}

int
authority_audit(const struct conf *conf, int argc, char **argv)
{
	struct halves	*h;
	int		 rc;

	(void)argv;
	if (argc != 0) {
		fprintf(stderr, "usage: keurmerkd audit -f CONF\n");
		return AUDIT_USAGE;
	}
	h = mmap(NULL, sizeof(*h), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (h == MAP_FAILED) {
		log_warn("audit: no memory");
		return AUDIT_FAILED;
	}
	rc = audit(conf, h);
	munmap(h, sizeof(*h));
	if (fflush(stdout) != 0 && rc == 0)
		rc = AUDIT_FAILED;
	return rc;
}
