/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "armour.h"
#include "json.h"
#include "picture_pen.h"

static void
put(struct km_pen *n, const void *p, size_t len)
{
	size_t	room;

	if (n->mute || n->differs)
		return;
	if (n->compares) {
		n->differs = len > n->want.len - n->len ||
		    memcmp(n->want.p + n->len, p, len) != 0;
		if (n->differs)
			return;
	} else if (n->len < n->cap) {
		room = n->cap - n->len;
		memcpy(n->out + n->len, p, len < room ? len : room);
	}
	n->len += len;
}

void
km_pen_str(struct km_pen *n, const char *s)
{
	put(n, s, strlen(s));
}

void
km_pen_int(struct km_pen *n, int64_t v)
{
	char	digits[20];
	size_t	at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + v % 10);
	} while ((v /= 10) > 0);
	put(n, digits + at, sizeof(digits) - at);
}

void
km_pen_text(struct km_pen *n, struct km_bytes s)
{
	size_t	i;

	for (i = 0; i < s.len; i++)
		if (s.p[i] == '&')
			km_pen_str(n, "&amp;");
		else if (s.p[i] == '<')
			km_pen_str(n, "&lt;");
		else if (s.p[i] == '>')
			km_pen_str(n, "&gt;");
		else if (s.p[i] == '"')
			km_pen_str(n, "&quot;");
		else if (s.p[i] == '\'')
			km_pen_str(n, "&apos;");
		else
			put(n, s.p + i, 1);
}

void
km_pen_four(struct km_pen *n, unsigned int v, unsigned int count)
{
	char		four[4];
	unsigned int	i;

	for (i = 0; i < 4; i++)
		four[i] = km_base64url_char(v >> (18 - 6 * i));
	put(n, four, count);
}

/* Advance widths of bold Arial, rounded up to classes. */
static int
width_of(unsigned int c)
{
	static const char	narrow[] = "iIjl.,:;'|! ()-/frt[]`";
	static const char	wide[] = "MWmw@%&";

	if (c < 0x80 && memchr(narrow, (int)c, sizeof(narrow) - 1) != NULL)
		return 400;
	if (c < 0x80 && memchr(wide, (int)c, sizeof(wide) - 1) != NULL)
		return 960;
	if (c >= 'A' && c <= 'Z')
		return 740;
	return c < 0x80 ? 620 : 760;
}

size_t
km_pen_fit(struct km_bytes s, int room, size_t *space)
{
	unsigned int	c;
	size_t		i, n, last = 0;

	for (i = 0; i < s.len; i += n) {
		c = km_character(s.p + i, s.len - i, &n);
		if (c == ' ' && i > 0 && s.p[i - 1] != ' ')
			last = i;
		room -= width_of(c);
		if (room < 0)
			break;
	}
	if (space != NULL)
		*space = last;
	return i;
}
