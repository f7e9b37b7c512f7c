/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * GET /v1/changes: what happened to marks since an epoch, as a batch of
 * CloudEvents (CloudEvents 1.0, JSON format section 4; NL GOV profile).
 *
 * Each comes from the history in the register, which the epoch proves. The
 * signer's clock does not go back, so what an epoch did not have yet happened
 * in its second or later: events of that very second are told again, with the
 * id that they had.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "ca/record/layout.h"

#include "api.h"
#include "register_change.h"

#define BATCH_TYPE	"application/cloudevents-batch+json"

static const char *const	known[] = { "sinceEpoch", "page", "size",
    NULL };

/* What openapi.yaml calls a change, by enum km_event_kind. */
static const char *
type_of(enum km_event_kind kind)
{
	switch (kind) {
	case KM_EVENT_GRANT:		return "nl.keurmerk.mark-granted";
	case KM_EVENT_RENEW:		return "nl.keurmerk.mark-renewed";
	case KM_EVENT_AMEND:		return "nl.keurmerk.mark-amended";
	case KM_EVENT_SUSPEND:		return "nl.keurmerk.mark-suspended";
	case KM_EVENT_LIFT:		return "nl.keurmerk.mark-lifted";
	case KM_EVENT_WITHDRAW:		return "nl.keurmerk.mark-withdrawn";
	case KM_EVENT_END:		return "nl.keurmerk.mark-ended";
	case KM_EVENT_VOID:		return "nl.keurmerk.mark-voided";
	case KM_EVENT_SUPERSEDE:	return "nl.keurmerk.mark-superseded";
	}
	return "nl.keurmerk.mark-changed";
}

static json_t *
reason(int number)
{
	const char	*name = model_reason_name(number);

	return name == NULL ? json_null() : json_string(name);
}

static json_t *
change(const struct site *s, const struct reg_change *c, int64_t now)
{
	struct mark	m;
	const char	*no;
	char		 id[64];
	int		 n;

	if (reg_mark(&m, s->reg, c->mark, now) == -1)
		return NULL;
	no = (const char *)m.a.number.p;
	n = (int)m.a.number.len;
	snprintf(id, sizeof(id), "%.*s/%" PRIu32 "/%u", n, no, c->index,
	    c->nth);
	return json_pack("{s:s, s:s, s:o, s:s, s:o, s:o, s:s, s:o, s:s,"
	    " s:{s:o, s:s, s:o, s:I, s:s, s:{s:o, s:o, s:o}}}",
	    "specversion", "1.0", "id", id,
	    "source", json_sprintf("urn:nld:%s:register", s->conf->host),
	    "type", type_of(c->event.kind), "subject", model_text(m.a.number),
	    "time", model_time(c->event.at), "datacontenttype",
	    "application/json",
	    "dataref", model_link(s, "/v1/marks/%.*s", n, no),
	    "environment", conf_environment_name(s->conf->environment),
	    "data", "number", model_text(m.a.number),
	    "event", km_event_name(c->event.kind),
	    "reason", reason(c->event.reason),
	    "attestation", (json_int_t)c->index,
	    "status", mark_state_name(m.state),
	    "holder", "identifier", model_text(m.a.sub),
	    "legalName", model_text(m.a.legal_name),
	    "kvk", model_text(m.a.kvk));
}

/* this-update of an epoch of the tree; -1: it is not kept here. */
static int64_t
moment_of(const struct site *s, uint32_t number)
{
	struct km_epoch	 e;
	struct file	*file;
	char		 name[LAYOUT_PATH_MAX];

	if (number == 0)
		return 0;
	if (number == s->epoch->number)
		return s->epoch->this_update;
	layout_epoch(name, number);
	if ((file = files_get(s->files, name, 1)) == NULL)
		return -1;
	if (file->fd != -1) {
		close(file->fd);
		return -1;
	}
	if (!view_verify(s->view, &e, (struct km_bytes){ file->data.p,
	    file->data.len }) || e.number != number)
		return -1;
	return e.this_update;
}

static json_t *
batch(const struct site *s, const struct api_page *p, int64_t since,
    int64_t now)
{
	struct reg_change	 c[API_SIZE_MAX];
	json_t			*all = json_array();
	size_t			 i, n;
	int			 rc = 0;

	n = reg_changes(c, p->size, p->skip, s->reg, since);
	for (i = 0; i < n && rc == 0; i++)
		rc = json_array_append_new(all, change(s, &c[i], now));
	if (rc == 0)
		return all;
	json_decref(all);
	return NULL;
}

void
api_changes(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct api_query	q;
	struct api_page		p;
	uint32_t		number;
	int64_t			since;

	(void)args;
	(void)n;
	api_query(&q, ask, known);
	number = api_uint(&q, "sinceEpoch", 0, UINT32_MAX, 0);
	api_page(&p, &q);
	if (s->epoch != NULL && number > s->epoch->number)
		api_wrong(&q, "sinceEpoch", "expected an epoch that there "
		    "is; /v1/epochs has the newest");
	if (api_refused(a, &q) || !api_ready(a, s))
		return;
	if ((since = moment_of(s, number)) == -1) {
		api_not_found(a, "This epoch is not kept here; /v1/epochs "
		    "has those that are.");
		return;
	}
	api_begin(a, ask);
	a->type = BATCH_TYPE;
	api_end(a, batch(s, &p, since, ask->now));
}
