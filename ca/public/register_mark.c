/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A mark: all attestations of one number, and what they come to at a moment;
 * see register.h. Renewal leaves the old attestation valid to its end, and
 * the new one may not have begun; amendment supersedes the old one; suspend,
 * lift and withdraw act on all that have not expired.
 */
#include <string.h>

#include "register_run.h"

/* Of the verifier, so that a page and keurmerk check say the same. */
const char *
mark_state_name(enum mark_state state)
{
	switch (state) {
	case MARK_VALID:		return "valid";
	case MARK_SUSPENDED:		return "suspended";
	case MARK_WITHDRAWN:		return "withdrawn";
	case MARK_EXPIRED:		return "expired";
	case MARK_NOT_YET_VALID:	return "not-yet-valid";
	case MARK_SUPERSEDED:		return "superseded";
	}
	return "unknown";
}

/* In the order of the verifier's judge. */
static enum mark_state
state_of(enum km_status status, int64_t nbf, int64_t exp, int64_t at)
{
	if (status == KM_STATUS_WITHDRAWN)
		return MARK_WITHDRAWN;
	if (at < nbf)
		return MARK_NOT_YET_VALID;
	if (at >= exp)
		return MARK_EXPIRED;
	if (status == KM_STATUS_SUSPENDED)
		return MARK_SUSPENDED;
	return status == KM_STATUS_SUPERSEDED ? MARK_SUPERSEDED : MARK_VALID;
}

enum mark_state
run_leaf_state(const struct run_leaf *l, int64_t now)
{
	return state_of((enum km_status)l->status, l->nbf, l->exp, now);
}

/* The newest that is in force, else the newest. */
size_t
reg_speaks(const struct reg *reg, const uint32_t *index, size_t n,
    int64_t now)
{
	const struct run_leaf	*l;
	size_t			 i;

	for (i = n; i-- > 0;) {
		reg_leaf(reg, index[i], &l);
		if (run_leaf_state(l, now) == MARK_VALID)
			return i;
	}
	return n - 1;
}

/* By time; what one decision did to several attestations is one event. */
static void
event_add(struct mark *m, const struct km_event *e, uint32_t index)
{
	struct mark_event	*to = m->event;
	size_t			 i, k;

	for (i = m->n_events; i > 0 && to[i - 1].at >= e->at; i--)
		if (to[i - 1].at == e->at && to[i - 1].kind == e->kind &&
		    to[i - 1].reason == e->reason)
			return;
	for (i = m->n_events; i > 0 && to[i - 1].at > e->at; i--)
		;
	if (m->n_events == MARK_EVENTS_MAX) {	/* the oldest makes room */
		if (i == 0)
			return;
		memmove(&to[0], &to[1], --i * sizeof(to[0]));
	} else {
		for (k = m->n_events++; k > i; k--)
			to[k] = to[k - 1];
	}
	to[i].at = e->at;
	to[i].kind = e->kind;
	to[i].reason = e->reason;
	to[i].index = index;
}

static int
is_of(enum mark_state state, enum km_event_kind kind)
{
	switch (kind) {
	case KM_EVENT_SUSPEND:
		return state == MARK_SUSPENDED;
	case KM_EVENT_WITHDRAW:
	case KM_EVENT_END:
	case KM_EVENT_VOID:
		return state == MARK_WITHDRAWN;
	case KM_EVENT_SUPERSEDE:
		return state == MARK_SUPERSEDED;
	case KM_EVENT_LIFT:
		return state == MARK_VALID;
	case KM_EVENT_GRANT:
	case KM_EVENT_RENEW:
	case KM_EVENT_AMEND:
		break;
	}
	return 0;
}

/* The last event that made it so; NULL: dates did, or nothing. */
static const struct mark_event *
made_so(const struct mark *m)
{
	size_t	i;

	for (i = m->n_events; i-- > 0;)
		if (is_of(m->state, m->event[i].kind))
			return &m->event[i];
	return NULL;
}

/* From when it was in force without a day between, by older ones too. */
static int64_t
valid_since(const struct mark *m, const struct reg *reg,
    const uint32_t *index, size_t n)
{
	const struct run_leaf	*l;
	int64_t			 since = m->a.nbf;
	size_t			 i;

	for (i = n; i-- > 0;) {
		reg_leaf(reg, index[i], &l);
		if (l->status != KM_STATUS_WITHDRAWN && l->nbf < since &&
		    l->exp >= since)
			since = l->nbf;
	}
	return since;
}

static void
since_set(struct mark *m, const struct reg *reg, const uint32_t *index,
    size_t n)
{
	const struct mark_event	*e = made_so(m);

	switch (m->state) {
	case MARK_VALID:
		m->since = valid_since(m, reg, index, n);
		if (e != NULL && e->at > m->since)
			m->since = e->at;
		return;
	case MARK_EXPIRED:
		m->since = m->a.exp;
		return;
	case MARK_NOT_YET_VALID:
		m->since = m->a.iat;
		return;
	case MARK_SUSPENDED:
	case MARK_WITHDRAWN:
	case MARK_SUPERSEDED:
		m->since = e != NULL ? e->at : m->a.iat;
		m->reason = e != NULL ? e->reason : 0;
		return;
	}
}

/* The first date after now at which what is said here may change. */
static void
until_set(struct mark *m, const struct reg *reg, const uint32_t *index,
    size_t n, int64_t now)
{
	const struct run_leaf	*l;
	size_t			 i;

	for (i = 0; i < n; i++) {
		reg_leaf(reg, index[i], &l);
		if (l->status == KM_STATUS_WITHDRAWN)
			continue;
		if (l->nbf > now && (m->until == 0 || l->nbf < m->until))
			m->until = l->nbf;
		if (l->exp > now && (m->until == 0 || l->exp < m->until))
			m->until = l->exp;
	}
}

static int
attestation_add(struct mark *m, const struct reg *reg, uint32_t index,
    int64_t now)
{
	struct mark_attestation	*out;
	struct km_register_leaf	 leaf;
	const struct run_leaf	*l;
	struct run		*run = reg_leaf(reg, index, &l);
	size_t			 i;

	if (run_read(run, index - run->first, &leaf, NULL) == -1)
		return -1;
	out = &m->attestation[m->n_attestations++];
	out->bytes = leaf.attestation;
	out->index = index;
	out->status = leaf.status;
	out->state = run_leaf_state(l, now);
	for (i = 0; i < leaf.n; i++)
		event_add(m, &leaf.event[i], index);
	return 0;
}

int
reg_mark(struct mark *m, const struct reg *reg, uint32_t i, int64_t now)
{
	const struct run_leaf	*l;
	const uint32_t		*index;
	struct run		*run;
	size_t			 k, n;

	memset(m, 0, sizeof(*m));
	if (i >= reg_marks(reg))
		return -1;
	index = reg_indices(reg, i, &n);
	if (n > MARK_ATTESTATIONS_MAX) {
		index += n - MARK_ATTESTATIONS_MAX;
		n = MARK_ATTESTATIONS_MAX;
	}
	m->i = i;
	for (k = 0; k < n; k++)
		if (attestation_add(m, reg, index[k], now) == -1)
			return -1;
	m->speaks = reg_speaks(reg, index, n, now);
	run = reg_leaf(reg, index[m->speaks], &l);
	if (run_read(run, index[m->speaks] - run->first, NULL, &m->a) == -1)
		return -1;
	m->state = m->attestation[m->speaks].state;
	since_set(m, reg, index, n);
	until_set(m, reg, index, n, now);
	return 0;
}

/*
 * The status that its history had led to by then; -1: not there yet. What is
 * void was never good.
 */
static int
status_at(const struct km_register_leaf *leaf, int64_t at)
{
	int	status = -1;
	size_t	i;

	for (i = 0; i < leaf->n; i++) {
		if (leaf->event[i].kind == KM_EVENT_VOID &&
		    (status >= 0 || leaf->event[i].at <= at))
			return KM_STATUS_WITHDRAWN;
		if (leaf->event[i].at > at)
			continue;
		if (is_of(MARK_WITHDRAWN, leaf->event[i].kind))
			status = KM_STATUS_WITHDRAWN;
		else if (status == KM_STATUS_WITHDRAWN)
			continue;
		else if (leaf->event[i].kind == KM_EVENT_SUSPEND)
			status = KM_STATUS_SUSPENDED;
		else if (leaf->event[i].kind == KM_EVENT_SUPERSEDE)
			status = KM_STATUS_SUPERSEDED;
		else if (leaf->event[i].kind == KM_EVENT_LIFT || status < 0)
			status = KM_STATUS_VALID;
	}
	return status;
}

int
reg_state_at(const struct reg *reg, uint32_t i, int64_t at)
{
	struct km_register_leaf	 leaf;
	const struct run_leaf	*l;
	const uint32_t		*index;
	struct run		*run;
	size_t			 k, n;
	int			 state = -1, status, one;

	if (i >= reg_marks(reg))
		return -1;
	index = reg_indices(reg, i, &n);
	for (k = n; k-- > 0;) {
		run = reg_leaf(reg, index[k], &l);
		if (run_read(run, index[k] - run->first, &leaf, NULL) == -1)
			return -1;
		if ((status = status_at(&leaf, at)) < 0)
			continue;
		one = (int)state_of((enum km_status)status, l->nbf, l->exp,
		    at);
		if (one == MARK_VALID)
			return one;
		if (state == -1)
			state = one;
	}
	return state;
}
