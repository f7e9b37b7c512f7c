/* SPDX-License-Identifier: EUPL-1.2 */
/* PDF; see pdf.h. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <zlib.h>

#include "ca/base/log.h"

#include "drawing.h"
#include "pdf.h"

enum {
	CATALOG = 1, PAGES, PAGE, CONTENT, INFO, ROOT, FIGURE, PARENTS,
	OBJECTS,			/* and the free one, 0 */
	CONTENT_MAX = 4 * 1024 * 1024
};

struct page {
	double		 width, height;	/* points */
	struct buf	 content;
	double		 x, y;		/* where the pen is, units */
};

static int
page_begin(void *arg, double width, double height)
{
	struct page	*p = arg;

	p->width = width * 72 / 96;
	p->height = height * 72 / 96;
	/* Units of the picture, from the top down. */
	buf_printf(&p->content, "/Figure<</MCID 0>>BDC\n"
	    "q 0.75 0 0 -0.75 0 %.2f cm\n", p->height);
	return 0;
}

static double
units(FT_Pos v)
{
	return (double)v / OUTLINE_UNIT;
}

static int
move_to(const FT_Vector *to, void *arg)
{
	struct page	*p = arg;

	p->x = units(to->x);
	p->y = units(to->y);
	return buf_printf(&p->content, "%.2f %.2f m\n", p->x, p->y);
}

static int
line_to(const FT_Vector *to, void *arg)
{
	struct page	*p = arg;

	p->x = units(to->x);
	p->y = units(to->y);
	return buf_printf(&p->content, "%.2f %.2f l\n", p->x, p->y);
}

static int
curve(struct page *p, double x1, double y1, double x2, double y2, double x,
    double y)
{
	p->x = x;
	p->y = y;
	return buf_printf(&p->content, "%.2f %.2f %.2f %.2f %.2f %.2f c\n",
	    x1, y1, x2, y2, x, y);
}

static int
conic_to(const FT_Vector *c, const FT_Vector *to, void *arg)
{
	struct page	*p = arg;
	double		 cx = units(c->x), cy = units(c->y);
	double		 x = units(to->x), y = units(to->y);

	return curve(p, p->x + (cx - p->x) * 2 / 3, p->y + (cy - p->y) * 2 / 3,
	    x + (cx - x) * 2 / 3, y + (cy - y) * 2 / 3, x, y);
}

static int
cubic_to(const FT_Vector *c1, const FT_Vector *c2, const FT_Vector *to,
    void *arg)
{
	return curve(arg, units(c1->x), units(c1->y), units(c2->x),
	    units(c2->y), units(to->x), units(to->y));
}

static int
page_fill(void *arg, const struct outline *o, uint32_t rgb)
{
	static const FT_Outline_Funcs	funcs = {
		.move_to = move_to, .line_to = line_to, .conic_to = conic_to,
		.cubic_to = cubic_to
	};
	struct page	*p = arg;
	FT_Outline	 ft = o->ft;

	if (ft.n_points == 0)
		return 0;
	/* Black is ink of one colour, and not mixed of three. */
	if (rgb == 0 || rgb == 0xffffff)
		buf_printf(&p->content, "%d g\n", rgb != 0);
	else
		buf_printf(&p->content, "%.4f %.4f %.4f rg\n",
		    (rgb >> 16) / 255.0, (rgb >> 8 & 255) / 255.0,
		    (rgb & 255) / 255.0);
	if (FT_Outline_Decompose(&ft, &funcs, p) != 0)
		return -1;
	return buf_printf(&p->content, "f\n");
}

/* A text string of any language: UTF-16 with its mark, in hex. */
static void
text(struct buf *b, struct km_bytes s)
{
	unsigned int	c, more;

	buf_printf(b, "<FEFF");
	while (s.len > 0) {
		c = *s.p;
		more = c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;	/* no more */
		c &= more == 2 ? 0x0fu : more == 1 ? 0x1fu : 0x7fu;
		for (s.p++, s.len--; more > 0 && s.len > 0; more--) {
			c = c << 6 | (*s.p++ & 0x3fu);
			s.len--;
		}
		buf_printf(b, "%04X", c & 0xffff);
	}
	buf_printf(b, ">");
}

static void
object(struct buf *b, size_t *at, int n)
{
	at[n] = b->len;
	buf_printf(b, "%d 0 obj\n", n);
}

static int
content(struct buf *b, size_t *at, const struct buf *plain)
{
	uLongf	 n = compressBound((uLong)plain->len);
	uint8_t	*z;

	if ((z = malloc(n)) == NULL)
		return -1;
	if (compress2(z, &n, plain->p, (uLong)plain->len, 9) != Z_OK) {
		free(z);
		return -1;
	}
	object(b, at, CONTENT);
	buf_printf(b, "<</Length %lu/Filter/FlateDecode>>stream\n",
	    (unsigned long)n);
	buf_add(b, z, n);
	buf_printf(b, "\nendstream\nendobj\n");
	free(z);
	return 0;
}

static void
page_objects(struct buf *b, size_t *at, const struct pdf *pdf,
    const struct page *p)
{
	buf_printf(b, "%%PDF-1.7\n%%\xe2\xe3\xcf\xd3\n");
	object(b, at, CATALOG);
	buf_printf(b, "<</Type/Catalog/Pages %d 0 R/Lang(%s)/MarkInfo"
	    "<</Marked true>>/StructTreeRoot %d 0 R/ViewerPreferences"
	    "<</DisplayDocTitle true>>>>\nendobj\n", PAGES, pdf->lang, ROOT);
	object(b, at, PAGES);
	buf_printf(b, "<</Type/Pages/Count 1/Kids[%d 0 R]>>\nendobj\n", PAGE);
	object(b, at, PAGE);
	buf_printf(b, "<</Type/Page/Parent %d 0 R/MediaBox[0 0 %.2f %.2f]"
	    "/Contents %d 0 R/Resources<<>>/StructParents 0>>\nendobj\n",
	    PAGES, p->width, p->height, CONTENT);
}

/* One figure, which is all there is, with its words. */
static void
structure(struct buf *b, size_t *at, const struct pdf *pdf,
    const struct page *p)
{
	object(b, at, ROOT);
	buf_printf(b, "<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R>>\n"
	    "endobj\n", FIGURE, PARENTS);
	object(b, at, FIGURE);
	buf_printf(b, "<</Type/StructElem/S/Figure/P %d 0 R/Pg %d 0 R/K 0/A"
	    "<</O/Layout/BBox[0 0 %.2f %.2f]/Placement/Block>>/Alt", ROOT,
	    PAGE, p->width, p->height);
	text(b, pdf->words);
	buf_printf(b, ">>\nendobj\n");
	object(b, at, PARENTS);
	buf_printf(b, "<</Nums[0[%d 0 R]]>>\nendobj\n", FIGURE);
}

static void
info(struct buf *b, size_t *at, const struct pdf *pdf)
{
	time_t		t = (time_t)pdf->at;
	struct tm	tm;
	char		day[24] = "";

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(day, sizeof(day), "%Y%m%d%H%M%SZ", &tm) == 0)
		day[0] = '\0';
	object(b, at, INFO);
	buf_printf(b, "<</Title");
	text(b, pdf->title);
	buf_printf(b, "/Producer(keurmerk)/CreationDate(D:%s)>>\nendobj\n",
	    day);
}

static void
trailer(struct buf *b, const size_t *at, size_t start)
{
	size_t	xref = b->len - start;
	int	i;

	buf_printf(b, "xref\n0 %d\n0000000000 65535 f \n", OBJECTS);
	for (i = 1; i < OBJECTS; i++)
		buf_printf(b, "%010zu 00000 n \n", at[i] - start);
	buf_printf(b, "trailer\n<</Size %d/Root %d 0 R/Info %d 0 R>>\n"
	    "startxref\n%zu\n%%%%EOF\n", OBJECTS, CATALOG, INFO, xref);
}

int
pdf_write(struct buf *b, const struct pdf *pdf)
{
	struct page	p = { 0, 0, { NULL, 0, 0, 0, 0 }, 0, 0 };
	struct painter	painter = { &p, page_begin, page_fill };
	size_t		at[OBJECTS] = { 0 }, start = b->len;
	int		rc = -1;

	buf_init(&p.content, CONTENT_MAX);
	if (drawing_paint(&painter, pdf->svg) == -1)
		goto out;
	buf_printf(&p.content, "Q\nEMC\n");
	page_objects(b, at, pdf, &p);
	if (p.content.failed || content(b, at, &p.content) == -1)
		goto out;
	info(b, at, pdf);
	structure(b, at, pdf, &p);
	trailer(b, at, start);
	rc = b->failed ? -1 : 0;
out:
	if (rc == -1)
		log_warnx("PDF: cannot be written");
	buf_free(&p.content);
	return rc;
}
