/* SPDX-License-Identifier: EUPL-1.2 */
/* Bureau: acts to try it with; see bureau.h. */
#include "tests/lib/bureau.h"

void
bureau_draft(struct bureau *b, struct papers_draft *d,
    enum decision_kind kind)
{
	papers_draft(d, &b->desk->papers, kind);
	d->d.valid_until = b->desk->clock->real + 7 * SAMPLE_DAY;
}

void
bureau_act_sign(struct bureau *b, struct papers_act *act,
    const struct papers_draft *draft, const char *const *ids)
{
	papers_write(act, &draft->d);
	for (; *ids != NULL; ids++)
		papers_sign(act, &b->desk->papers, *ids);
}

void
bureau_provider(struct bureau *b, struct papers_act *act,
    struct desk_holder *holder)
{
	struct papers_draft	d;

	desk_draft_provider(b->desk, &d, holder);
	bureau_act_sign(b, act, &d, desk_two);
}

void
bureau_grant(struct bureau *b, struct papers_act *act,
    struct desk_holder *holder, const char *const *ids)
{
	struct papers_act	body, assessment;
	struct papers_draft	d;

	bureau_draft(b, &d, DECISION_BODY_ADD);
	bureau_act_sign(b, &body, &d, desk_two);
	bureau_propose(b, &body);
	bureau_provider(b, &holder->provider, holder);
	bureau_propose(b, &holder->provider);
	bureau_settle(b);
	bureau_draft(b, &d, DECISION_ASSESSMENT);
	d.d.subject = km_bytes_of(holder->sub);
	bureau_act_sign(b, &assessment, &d, desk_assessor);
	bureau_propose(b, &assessment);
	bureau_settle(b);
	bureau_draft(b, &d, DECISION_GRANT);
	d.d.subject = km_bytes_of(holder->sub);
	papers_head(&d, holder->provider.d.id);
	papers_rest(&d, holder->provider.d.id);
	papers_rest(&d, assessment.d.id);
	bureau_act_sign(b, act, &d, ids);
	papers_act_free(&body);
	papers_act_free(&assessment);
	papers_act_free(&holder->provider);
}

void
bureau_on_mark(struct bureau *b, struct papers_act *act,
    enum decision_kind kind, const char *mark, const char *const *ids)
{
	struct papers_draft	d;

	bureau_draft(b, &d, kind);
	d.d.subject = km_bytes_of(mark);
	if (kind == DECISION_SUSPEND)
		d.d.u.act.until = b->desk->clock->real + 30 * SAMPLE_DAY;
	bureau_act_sign(b, act, &d, ids);
}
