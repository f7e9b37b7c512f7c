/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files with a badge in them, and the picture.
 *
 *	bytes	a file, as it is; what is found in it is drawn, found again,
 *		and one byte of the drawing changed
 *
 * Which byte, variant, language and status follow from the input.
 */
#include "tests/fuzz/promise.h"
#include "verifier/attestation.h"
#include "verifier/badge.h"
#include "verifier/container.h"
#include "verifier/picture.h"

enum { DRAWING_MAX = 32768, SVG_MAX = DRAWING_MAX + KM_BADGE_MAX / 3 * 4 + 4 };

static uint8_t	room[2][KM_BADGE_MAX];
static char	svg[SVG_MAX];

static uint32_t
mix(const uint8_t *p, size_t len)
{
	uint32_t	h = 2166136261u;

	while (len-- > 0)
		h = (h ^ *p++) * 16777619u;
	return h;
}

/* What was drawn is found, and is what would be drawn; no other bytes are. */
static void
check_drawing(const struct km_attestation *a, struct km_bytes badge,
    uint32_t h)
{
	struct km_picture	p, again;
	struct km_found		f;
	struct km_bytes		file;
	size_t			len;

	p.version = KM_DRAWING;
	p.variant = (enum km_variant)(h % 3);
	p.lang = (enum km_picture_lang)(h / 3 % 2);
	p.status = (int)(h / 6 % 5) - 1;
	p.day = p.status < 0 ? 0 : (int64_t)(h / 30 % 80000);
	len = km_picture(svg, sizeof(svg), &p, a, badge);
	promise(len <= sizeof(svg) &&
	    len - badge.len * 4 / 3 <= DRAWING_MAX);
	file = (struct km_bytes){ (uint8_t *)svg, len };
	promise(km_container_read(&f, room[1], file.p, len) == KM_OK);
	promise(f.kind == KM_CONTAINER_SVG);
	promise(f.badge.len == badge.len &&
	    memcmp(f.badge.p, badge.p, badge.len) == 0);
	promise(km_picture_parse(&again, f.drawn) == KM_OK);
	promise(again.variant == p.variant && again.lang == p.lang &&
	    again.status == p.status && again.day == p.day);
	promise(km_picture_is(file, &p, a, badge));
	svg[h % len] ^= (char)(1 << h / 7 % 8);
	promise(!km_picture_is(file, &p, a, badge));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct km_found		f;
	struct km_badge		b;
	struct km_attestation	a;
	struct km_sign1		s;
	struct km_picture	p;

	if (km_container_read(&f, room[0], data, len) != KM_OK)
		return 0;
	promise(len > 0 && len <= KM_FILE_MAX);
	promise(f.badge.len <= KM_BADGE_MAX);
	promise(f.kind == KM_CONTAINER_CBOR ? f.badge.p == data :
	    inside(f.badge, room[0], sizeof(room[0])));
	promise(inside(f.host, data, len) && inside(f.drawn, data, len));
	promise(f.kind != KM_CONTAINER_QR || f.badge.len <= 4096);
	(void)km_picture_parse(&p, f.drawn);
	if (km_badge_decode(&b, f.badge.p, f.badge.len) != KM_OK ||
	    b.attestation.len > KM_ATTESTATION_MAX ||
	    km_attestation_decode(&a, &s, b.attestation.p,
	    b.attestation.len) != KM_OK)
		return 0;
	(void)km_container_host_is(&f, a.iss);
	check_drawing(&a, f.badge, mix(data, len));
	return 0;
}
