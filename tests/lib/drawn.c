/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/drawn.h"
#include "verifier/attestation.h"

char			drawn_svg[DRAWN_MAX + 2 * KM_BADGE_MAX];
size_t			drawn_len;
struct km_attestation	drawn_att;

void
drawn_badge(struct scene *w, int stapled)
{
	struct sample_badge	 b;
	struct km_sign1		 s;

	scene_write_attestation(w);
	scene_write_status(w);
	sample_badge(&b, &w->attestation_bytes);
	if (stapled)
		b.status = &w->status_bytes;
	sample_free(&w->badge_bytes);
	sample_badge_write(&w->badge_bytes, &b);
	assert_int_equal(km_attestation_decode(&drawn_att, &s,
	    w->attestation_bytes.p, w->attestation_bytes.len), KM_OK);
}

void
drawn_as(struct scene *w, const struct km_picture *p)
{
	struct km_bytes	badge = { w->badge_bytes.p, w->badge_bytes.len };

	memset(drawn_svg, 0, sizeof(drawn_svg));
	drawn_len = km_picture(drawn_svg, sizeof(drawn_svg), p, &drawn_att,
	    badge);
	assert_true(drawn_len < sizeof(drawn_svg));
	assert_true(km_picture_is((struct km_bytes){ (uint8_t *)drawn_svg,
	    drawn_len }, p, &drawn_att, badge));
}

void
drawn_status(struct scene *w, int status, int64_t day)
{
	const struct km_picture	p = { KM_DRAWING, KM_VARIANT_LIGHT,
	    KM_PICTURE_NL, status, day };

	drawn_as(w, &p);
}
