/* SPDX-License-Identifier: EUPL-1.2 */
/* QR; see qr.h. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <qrencode.h>

#include "ca/base/log.h"
#include "ca/record/qr_text.h"

#include "qr.h"

/* Bytes up to and with "#", if it has one; the rest is alphanumeric. */
static QRinput *
segments(const struct buf *text)
{
	const uint8_t	*hash = memchr(text->p, '#', text->len);
	int		 head = hash == NULL ? 0 : (int)(hash + 1 - text->p);
	QRinput		*in;

	if ((in = QRinput_new2(0, QR_ECLEVEL_M)) == NULL)
		return NULL;
	if ((head > 0 && QRinput_append(in, QR_MODE_8, head, text->p) != 0) ||
	    QRinput_append(in, QR_MODE_AN, (int)text->len - head,
	    text->p + head) != 0) {
		QRinput_free(in);
		return NULL;
	}
	return in;
}

static int
encode(struct qr *qr, const struct buf *text)
{
	QRinput	*in = NULL;
	QRcode	*code = NULL;
	int	 i, rc = -1;

	if (text->failed || text->len == 0 ||
	    (in = segments(text)) == NULL ||
	    (code = QRcode_encodeInput(in)) == NULL ||
	    code->width > QR_SIDE_MAX) {
		log_warnx("QR of %zu bytes: cannot be made: %s", text->len,
		    strerror(text->failed ? text->failed : errno));
		goto out;
	}
	qr->side = code->width;
	for (i = 0; i < code->width * code->width; i++)
		qr->dark[i] = code->data[i] & 1;
	rc = 0;
out:
	QRcode_free(code);
	QRinput_free(in);
	return rc;
}

int
qr_small(struct qr *qr, const struct km_attestation *a)
{
	struct buf	text;
	size_t		i;
	char		c;
	int		rc;

	buf_init(&text, QR_TEXT_MAX);
	for (i = 0; i < a->iss.len; i++) {
		c = (char)toupper(a->iss.p[i]);
		buf_add(&text, &c, 1);
	}
	buf_add(&text, "/", 1);
	buf_add(&text, a->number.p, a->number.len);
	rc = encode(qr, &text);
	buf_free(&text);
	return rc;
}

int
qr_full(struct qr *qr, const struct km_attestation *a,
    struct km_bytes attestation)
{
	struct buf	text;
	int		rc = -1;

	buf_init(&text, QR_TEXT_MAX);
	if (qr_text(&text, a->iss, attestation) == 0)
		rc = encode(qr, &text);
	else
		log_warn("QR: cannot write its text");
	buf_free(&text);
	return rc;
}

/* A row: each run of dark modules from where the one before ended. */
static void
row_path(struct buf *b, const uint8_t *row, int side, int y)
{
	int	x, n, at = -1;

	for (x = 0; x < side; x += n) {
		n = 1;
		if (!row[x])
			continue;
		while (x + n < side && row[x + n])
			n++;
		if (at == -1)
			buf_printf(b, "M%d %d.5h%d", x + QR_QUIET,
			    y + QR_QUIET, n);
		else
			buf_printf(b, "m%d 0h%d", x - at, n);
		at = x + n;
	}
}

void
qr_path(struct buf *b, const struct qr *qr)
{
	int	y;

	for (y = 0; y < qr->side; y++)
		row_path(b, qr->dark + y * qr->side, qr->side, y);
}
