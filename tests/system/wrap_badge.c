/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wrap_badge KIND FILE ARGUMENT: a badge in CBOR into what people see, on
 * standard output, for tests of keurmerk.
 *
 *	svg  FILE "1 light nl none -"	the picture, by its data-picture
 *	png  FILE -			an image of one pixel
 *	qr   FILE KEURMERK.EXAMPLE	the text of a full QR of that host
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/wrap.h"
#include "verifier/attestation.h"
#include "verifier/badge.h"
#include "verifier/cbor.h"
#include "verifier/picture.h"

static uint8_t	in[KM_BADGE_MAX];
static char	svg[4 * KM_BADGE_MAX];

static void
fail(const char *what)
{
	fprintf(stderr, "wrap_badge: %s\n", what);
	exit(1);
}

static void
draw(struct sample_buf *out, const char *drawn, size_t len)
{
	struct km_attestation	a;
	struct km_badge		b;
	struct km_sign1		s;
	struct km_picture	p;

	if (km_badge_decode(&b, in, len) != KM_OK ||
	    km_attestation_decode(&a, &s, b.attestation.p,
	    b.attestation.len) != KM_OK)
		fail("not a badge");
	if (km_picture_parse(&p, km_bytes_of(drawn)) != KM_OK)
		fail("not a data-picture of version 1");
	sample_raw(out, svg, km_picture(svg, sizeof(svg), &p, &a,
	    (struct km_bytes){ in, len }));
}

int
main(int argc, char **argv)
{
	struct sample_buf	out = { NULL, 0, 0 };
	FILE			*f;
	size_t			 len;

	if (argc != 4)
		fail("expected KIND FILE ARGUMENT");
	if ((f = fopen(argv[2], "rb")) == NULL)
		fail("cannot open the file");
	len = fread(in, 1, sizeof(in), f);
	fclose(f);
	if (strcmp(argv[1], "svg") == 0)
		draw(&out, argv[3], len);
	else if (strcmp(argv[1], "png") == 0)
		wrap_png(&out, in, len);
	else if (strcmp(argv[1], "qr") == 0)
		wrap_qr(&out, argv[3], in, len);
	else
		fail("expected svg, png or qr");
	if (fwrite(out.p, 1, out.len, stdout) != out.len ||
	    fflush(stdout) != 0)
		fail("cannot write");
	sample_free(&out);
	return 0;
}
