/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Audit: every signature. They are most of the work (0.1 ms each), so the
 * acts are dealt out to AUDIT_WORKERS processes with a store of their own.
 * Each goes through the whole log for the lists in force and verifies its
 * share of approvals and attestations.
 */
#include <sys/wait.h>

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/log.h"
#include "ca/record/verify.h"

#include "audit_state.h"

enum { LINES_MAX = 65536, TRUSTS_MAX = 4096 };

struct signs {
	const struct audit	*a;
	struct store		*store;
	struct verify		*verify;
	struct audit_count	*count;
	FILE			*out;
	unsigned int		 share;		/* of AUDIT_WORKERS */
	struct km_trust		*trust;		/* each that was in force */
	struct buf		*trust_bytes;
	size_t			 n_trust;
	struct officers		 officers;	/* version 0: none yet */
	struct buf		 officers_bytes;
	uint8_t			 first[KM_HASH_LEN];
	uint16_t		*granted_by;	/* by idx: trust in force */
	uint64_t		 n_granted;
};

static void bad(struct signs *, const char *fmt, ...)
    __attribute__((__format__(printf, 2, 3)));

static void
bad(struct signs *s, const char *fmt, ...)
{
	va_list	ap;

	if (s->count->bad++ >= AUDIT_SAID_MAX)
		return;
	va_start(ap, fmt);
	vfprintf(s->out, fmt, ap);
	va_end(ap);
	putc('\n', s->out);
}

static struct km_trust *
trust_now(const struct signs *s)
{
	return s->n_trust == 0 ? NULL : &s->trust[s->n_trust - 1];
}

/* A copy that stays: what is decoded points into it. */
static int
keep(struct buf *out, struct km_bytes bytes, size_t max)
{
	buf_init(out, max);
	return buf_add(out, bytes.p, bytes.len);
}

static int
trust_check(struct signs *s, const struct store_act *act)
{
	struct km_trust	*prev = trust_now(s), *next = &s->trust[s->n_trust];
	struct buf	*bytes = &s->trust_bytes[s->n_trust];
	struct km_sign	 sign;
	enum km_err	 err;

	if (s->n_trust == TRUSTS_MAX ||
	    keep(bytes, act->decision, KM_TRUST_MAX) == -1)
		return -1;
	err = km_trust_decode(next, &sign, bytes->p, bytes->len);
	if (err == KM_OK && prev == NULL)
		memcpy(s->first, act->id, KM_HASH_LEN);
	if (err == KM_OK)
		err = km_trust_accept(prev, next, &sign, s->first,
		    verify_ask, s->verify);
	if (err != KM_OK && s->share == 0)
		bad(s, "store act %" PRIu64 ": expected the next trust list,"
		    " found one that may not follow: %s", act->index,
		    km_err_name(err));
	if (next->version != 0)
		s->n_trust++;
	s->count->lists++;
	return 0;
}

static int
officers_check(struct signs *s, const struct store_act *act)
{
	struct officers	next;
	struct buf	bytes;
	struct km_sign	sign;
	enum km_err	err;

	memset(&next, 0, sizeof(next));
	if (keep(&bytes, act->decision, OFFICERS_MAX) == -1)
		return -1;
	err = officers_decode(&next, &sign, bytes.p, bytes.len);
	if (err == KM_OK)
		err = trust_now(s) == NULL ? KM_ERR_NO_TRUST :
		    officers_accept(s->officers.version == 0 ? NULL :
		    &s->officers, &next, &sign, trust_now(s), s->first,
		    verify_ask, s->verify);
	if (err != KM_OK && s->share == 0)
		bad(s, "store act %" PRIu64 ": expected the next officers"
		    " list, found one that may not follow: %s", act->index,
		    km_err_name(err));
	s->count->lists++;
	if (next.version == 0) {
		buf_free(&bytes);
		return 0;
	}
	officers_free(&s->officers);
	buf_free(&s->officers_bytes);
	s->officers = next;
	s->officers_bytes = bytes;
	return 0;
}

static void
approvals_check(struct signs *s, const struct store_act *act)
{
	struct km_bytes	approval[APPROVALS_MAX];
	struct approver	who;
	struct decision	d;
	enum km_err	err;
	int		i, n;

	/* What is no decision, and no list of approvals, is told elsewhere. */
	if (decision_decode(&d, act->decision.p, act->decision.len) !=
	    KM_OK || (n = audit_approvals(approval, act->approvals)) == -1)
		return;
	for (i = 0; i < n; i++) {
		err = trust_now(s) == NULL ? KM_ERR_NO_TRUST :
		    approval_open(&who, &d, approval[i].p, approval[i].len,
		    s->officers.version == 0 ? NULL : &s->officers,
		    trust_now(s), verify_ask, s->verify);
		if (err != KM_OK)
			bad(s, "store act %" PRIu64 ": expected approval %d"
			    " to verify under the lists in force, found: %s",
			    act->index, i, km_err_name(err));
		s->count->approvals++;
	}
}

/* store_act_fn */
static int
act_sign(void *arg, const struct store_act *act)
{
	struct signs	*s = arg;

	s->count->done++;
	if (act->index >= s->a->meta.log_size)
		return 0;	/* came since */
	if (act->kind == DECISION_TRUST)
		return trust_check(s, act);
	if (act->kind == DECISION_OFFICERS)
		return officers_check(s, act);
	if (act->kind == DECISION_GRANT &&
	    s->n_granted < s->a->meta.register_size)
		s->granted_by[s->n_granted++] = (uint16_t)s->n_trust;
	if (act->index % AUDIT_WORKERS == s->share)
		approvals_check(s, act);
	s->count->acts++;
	return 0;
}

static enum km_err
attestation_check(struct signs *s, uint64_t idx, struct km_bytes bytes)
{
	const struct km_trust	*trust;
	const struct km_key	*key;
	struct km_attestation	 at;
	struct km_sign1		 sign1;
	struct km_ask		 ask;
	enum km_err		 err;
	uint8_t			 tbs[KM_TBS_MAX];
	int			 k;

	if (idx >= s->n_granted || s->granted_by[idx] == 0)
		return KM_ERR_NO_TRUST;
	trust = &s->trust[s->granted_by[idx] - 1];
	err = km_attestation_decode(&at, &sign1, bytes.p, bytes.len);
	if (err != KM_OK)
		return err;
	if ((k = km_trust_find(trust, sign1.kid)) == -1)
		return KM_ERR_UNKNOWN_KEY;
	err = km_key_counts(&trust->key[k], KM_PURPOSE_ATTEST, at.iat);
	if (err != KM_OK)
		return err;
	key = &trust->key[k].key;
	memset(&ask, 0, sizeof(ask));
	ask.alg = sign1.alg;
	ask.slot = -1;
	ask.key = (struct km_bytes){ key->bytes, key->len };
	ask.msg[0].p = tbs;
	ask.msg[0].len = km_tbs(tbs, sign1.protected_, NULL,
	    sign1.payload.len);
	ask.msg[1] = sign1.payload;
	ask.sig = sign1.sig;
	if (sign1.alg != key->alg || ask.msg[0].len == 0)
		return KM_ERR_ALG;
	return verify_ask(s->verify, &ask) ? KM_OK : KM_ERR_SIGNATURE;
}

/* store_leaf_fn */
static int
leaf_sign(void *arg, uint64_t idx, struct km_bytes bytes)
{
	struct signs		*s = arg;
	struct km_register_leaf	 leaf;
	enum km_err		 err;

	s->count->done++;
	if (idx >= s->a->meta.register_size ||
	    idx % AUDIT_WORKERS != s->share)
		return 0;
	if (km_register_leaf_decode(&leaf, bytes.p, bytes.len) != KM_OK)
		return 0;	/* told elsewhere */
	err = attestation_check(s, idx, leaf.attestation);
	if (err != KM_OK)
		bad(s, "store attestation %" PRIu64 ": expected it to verify"
		    " under the trust list in force, found: %s", idx,
		    km_err_name(err));
	s->count->attestations++;
	return 0;
}

/* In its own process; returns the exit status. */
static int
work(struct signs *s)
{
	const struct audit	*a = s->a;
	char			 dir[CONF_PATH_MAX + 16];

	snprintf(dir, sizeof(dir), "%s/office", a->conf->data);
	s->store = store_open(dir, km_bytes_of(a->conf->issuer),
	    (enum km_environment)a->conf->environment, 1);
	s->verify = verify_new();
	s->trust = calloc(TRUSTS_MAX + 1, sizeof(*s->trust));
	s->trust_bytes = calloc(TRUSTS_MAX + 1, sizeof(*s->trust_bytes));
	s->granted_by = calloc((size_t)a->meta.register_size + 1,
	    sizeof(*s->granted_by));
	if (s->store == NULL || s->verify == NULL || s->trust == NULL ||
	    s->trust_bytes == NULL || s->granted_by == NULL) {
		log_warnx("audit: cannot begin to verify");
		return 1;
	}
	/* All is of one moment: no act without the attestation it made. */
	if (store_begin(s->store) == -1 ||
	    store_acts(s->store, 0, 0, act_sign, s) != 0 ||
	    store_leaves(s->store, 0, 0, leaf_sign, s) != 0) {
		log_warnx("audit: cannot read all that is to be verified");
		return 1;
	}
	store_rollback(s->store);
	store_close(s->store);
	return fflush(s->out) == 0 ? 0 : 1;
}

int
audit_sign_start(struct audit *a)
{
	struct signs	s;
	unsigned int	i;
	int		fd[2];

	for (i = 0; i < AUDIT_WORKERS; i++) {
		fflush(stdout);
		if (pipe(fd) == -1 || (a->worker[i].pid = fork()) == -1) {
			log_warn("audit: cannot start to verify");
			return -1;
		}
		if (a->worker[i].pid == 0) {
			close(fd[0]);
			memset(&s, 0, sizeof(s));
			s.a = a;
			s.share = i;
			s.count = &a->count[i];
			if ((s.out = fdopen(fd[1], "w")) == NULL)
				_exit(1);
			_exit(work(&s));
		}
		close(fd[1]);
		a->worker[i].fd = fd[0];
	}
	return 0;
}

/* What a worker said, into out: a few lines. Shows how far all are. */
static void
worker_read(struct audit *a, struct audit_worker *w, struct buf *out)
{
	char		chunk[1024];
	uint64_t	all, done;
	ssize_t		n;
	unsigned int	i;
	int		status = 0;

	all = AUDIT_WORKERS * (a->meta.log_size + a->meta.register_size);
	while (waitpid(w->pid, &status, WNOHANG) == 0) {
		for (done = i = 0; i < AUDIT_WORKERS; i++)
			done += a->count[i].done;
		audit_progress(a, "signatures", done, all);
		usleep(10000);
	}
	w->pid = 0;
	while ((n = read(w->fd, chunk, sizeof(chunk))) > 0 ||
	    (n == -1 && errno == EINTR))
		if (n > 0)
			buf_add(out, chunk, (size_t)n);
	close(w->fd);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		audit_bad(a, "signatures: a process that verifies them did"
		    " not come to its end");
}

static void
lines_tell(struct audit *a, struct buf *lines)
{
	char	*line, *end;

	if (lines->len == 0 || buf_add(lines, "", 1) == -1)
		return;
	for (line = (char *)lines->p; (end = strchr(line, '\n')) != NULL;
	    line = end + 1) {
		*end = '\0';
		audit_bad(a, "%s", line);
	}
}

int
audit_sign_end(struct audit *a)
{
	struct audit_count	sum;
	struct buf		lines;
	uint64_t		bad_before = a->bad, said;
	unsigned int		i;

	memset(&sum, 0, sizeof(sum));
	for (i = 0; i < AUDIT_WORKERS; i++) {
		buf_init(&lines, LINES_MAX);
		worker_read(a, &a->worker[i], &lines);
		said = a->bad;
		lines_tell(a, &lines);
		buf_free(&lines);
		said = a->bad - said;
		if (said < a->count[i].bad)	/* it told of the first only */
			a->bad += a->count[i].bad - said;
		sum.approvals += a->count[i].approvals;
		sum.attestations += a->count[i].attestations;
	}
	if (sum.attestations != a->meta.register_size)
		audit_bad(a, "signatures: expected %" PRIu64 " attestations to"
		    " be looked at, found %" PRIu64, a->meta.register_size,
		    sum.attestations);
	audit_part(a, bad_before, "signatures: %" PRIu64 " lists, %" PRIu64
	    " approvals, %" PRIu64 " attestations", a->count[0].lists,
	    sum.approvals, sum.attestations);
	return 0;
}
