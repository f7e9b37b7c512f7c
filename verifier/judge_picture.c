/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Does the picture show what is signed? It is drawn again from the claims and
 * compared. What it shows of a status must be what the list says that it
 * carries, of the day of that list: without one it may show none.
 *
 * Only a picture that is a file by itself is looked at. In a page the element
 * may be hidden and another stand in its place, which nobody can tell who does
 * not draw the page.
 */
#include "cbor.h"
#include "judge.h"
#include "picture.h"

static int
value_is(const struct km_case *c, const struct km_report *r, size_t source,
    int value)
{
	const struct km_list_proof	*l = &c->list[source];

	return l->given && l->err == KM_OK && km_status_get(l->entries,
	    l->bits, r->attestation.idx) == value;
}

/*
 * A list that was passed over, as one no older is known. That one says the
 * same, or what is drawn is old; of the same moment, it is false.
 */
static void
judge_passed_over(const struct km_case *c, struct km_report *r,
    const struct km_picture *p)
{
	const struct km_list_proof	*known = &c->list[KM_FROM_KNOWN];

	if (!known->given)
		km_check_set(r, KM_CHECK_PICTURE, KM_WARNED, KM_ERR_MISSING);
	else if (value_is(c, r, KM_FROM_KNOWN, p->status))
		return;
	else if (known->iat == c->list[KM_FROM_BADGE].iat)
		km_check_err(r, KM_CHECK_PICTURE, KM_ERR_MISMATCH);
	else
		km_check_set(r, KM_CHECK_PICTURE, KM_WARNED, KM_ERR_STALE);
}

/*
 * The status drawn, against the list in the badge. One that fails counts as
 * not given, and is no fault of badge or picture.
 */
static void
judge_shown(const struct km_case *c, struct km_report *r,
    const struct km_picture *p)
{
	const struct km_list_proof	*l = &c->list[KM_FROM_BADGE];
	int				 carried = c->badge->status.len > 0;

	if (p->status == KM_STATUS_NONE)
		return;
	if (!carried || (l->iat != 0 && l->iat / 86400 != p->day))
		km_check_err(r, KM_CHECK_PICTURE, KM_ERR_MISMATCH);
	else if (l->err != KM_OK)
		km_check_set(r, KM_CHECK_PICTURE, KM_WARNED, l->err);
	else if (!l->given)
		judge_passed_over(c, r, p);
	else if (!value_is(c, r, KM_FROM_BADGE, p->status))
		km_check_err(r, KM_CHECK_PICTURE, KM_ERR_MISMATCH);
}

void
km_judge_picture(const struct km_case *c, struct km_report *r)
{
	const struct km_found	*f = c->found;
	struct km_picture	 p;
	struct km_check		*k;
	enum km_err		 err;
	int			 same;

	if (f == NULL || c->badge_err != KM_OK || c->attestation_err != KM_OK ||
	    f->kind != KM_CONTAINER_SVG)
		return;
	err = km_picture_parse(&p, f->drawn);
	/* One that claims another than what is signed was retouched. */
	if (err == KM_ERR_VERSION && p.version == r->attestation.drawing) {
		k = km_check_set(r, KM_CHECK_PICTURE, KM_NOT_PERFORMED, err);
		k->want = KM_DRAWING;
		k->found = p.version;
		k->found_text = f->drawn;
		return;
	}
	same = err == KM_OK && p.version == r->attestation.drawing &&
	    km_picture_is(c->q->badge, &p, &r->attestation, f->badge);
	k = km_check_err(r, KM_CHECK_PICTURE, same ? KM_OK : KM_ERR_PICTURE);
	k->want = r->attestation.drawing;
	k->found = p.version;
	k->found_text = f->drawn;
	if (same)
		judge_shown(c, r, &p);
}
