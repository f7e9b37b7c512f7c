/* SPDX-License-Identifier: EUPL-1.2 */
/* Alike: the host in what was typed or pasted; see alike.h. */
#include <string.h>

#include "verifier/attestation.h"
#include "verifier/json.h"

#include "alike.h"

enum {
	LABEL_MAX = 63,
	/* RFC 3492 section 5. */
	BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700,
	INITIAL_BIAS = 72, INITIAL_N = 128
};

static unsigned int
adapt(unsigned int delta, unsigned int points, int first)
{
	unsigned int	k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	while (delta > (BASE - TMIN) * TMAX / 2) {
		delta /= BASE - TMIN;
		k += BASE;
	}
	return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

static size_t
put_number(char *out, unsigned int q, unsigned int bias)
{
	static const char	digit[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	unsigned int		k, t;
	size_t			len = 0;

	for (k = BASE; ; k += BASE) {
		t = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
		if (q < t)
			break;
		out[len++] = digit[t + (q - t) % (BASE - t)];
		q = (q - t) / (BASE - t);
	}
	out[len++] = digit[q];
	return len;
}

/* RFC 3492 section 6.3: n characters, one of them at least not ASCII. */
static size_t
punycode(char out[4 * LABEL_MAX], const unsigned int *c, size_t n)
{
	unsigned int	at = INITIAL_N, delta = 0, bias = INITIAL_BIAS, next;
	size_t		i, len = 0, basic, done;

	for (i = 0; i < n; i++)
		if (c[i] < 0x80)
			out[len++] = (char)c[i];
	basic = done = len;
	if (basic > 0)
		out[len++] = '-';
	while (done < n) {
		next = UINT32_MAX;
		for (i = 0; i < n; i++)
			if (c[i] >= at && c[i] < next)
				next = c[i];
		delta += (next - at) * (unsigned int)(done + 1);
		at = next;
		for (i = 0; i < n; i++) {
			delta += c[i] < at;
			if (c[i] != at)
				continue;
			len += put_number(out + len, delta, bias);
			bias = adapt(delta, (unsigned int)done + 1,
			    done == basic);
			delta = 0;
			done++;
		}
		delta++;
		at++;
	}
	return len;
}

/* Small, for what has a small form; of Latin that is one more, or 32. */
static unsigned int
small(unsigned int c)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7))
		return c + 32;
	if ((c >= 0x100 && c <= 0x137 && c != 0x130) ||
	    (c >= 0x14a && c <= 0x177) || (c >= 0x1e00 && c <= 0x1e95) ||
	    (c >= 0x1ea0 && c <= 0x1eff))
		return c | 1;
	if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e))
		return c + (c & 1);
	return c;
}

/* A label with its point, or 0 when it is none. */
static size_t
put_label(char out[ALIKE_HOST_MAX], size_t room, struct km_bytes label)
{
	char		puny[8 * LABEL_MAX];
	unsigned int	c[LABEL_MAX];
	size_t		i, k, n = 0, len = 0;
	int		ascii = 1;

	for (i = 0; i < label.len; i += k) {
		if (n == LABEL_MAX)
			return 0;
		c[n] = small(km_character(label.p + i, label.len - i, &k));
		ascii = ascii && c[n] < 0x80;
		n++;
	}
	if (n == 0)
		return 0;
	if (ascii) {
		for (i = 0; i < n; i++)
			puny[len++] = (char)c[i];
	} else {
		memcpy(puny, "xn--", 4);
		len = 4 + punycode(puny + 4, c, n);
	}
	if (len > LABEL_MAX || len + 1 > room)
		return 0;
	memcpy(out, puny, len);
	out[len] = '.';
	return len + 1;
}

/* Past "https://", and "user@"; up to where a host ends. */
static struct km_bytes
host_part(struct km_bytes s)
{
	static const char	ends[] = "/?#:\\ \t";
	size_t			i, from = 0, to;

	while (s.len > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.len--;
	}
	for (i = 0; i + 3 <= s.len; i++)
		if (memcmp(s.p + i, "://", 3) == 0) {
			from = i + 3;
			break;
		}
	for (i = from; i < s.len && strchr("/?#\\", s.p[i]) == NULL; i++)
		if (s.p[i] == '@')
			from = i + 1;
	for (to = from; to < s.len && (s.p[to] == 0 ||
	    strchr(ends, s.p[to]) == NULL); to++)
		;
	for (i = to; from == 0 && i < s.len; i++)
		if (s.p[i] != ' ' && s.p[i] != '\t')
			break;
	/* Words follow: a name such as "Booking.com Nederland". */
	if (from == 0 && to < s.len && (s.p[to] == ' ' || s.p[to] == '\t') &&
	    i < s.len)
		to = from;
	while (to > from && s.p[to - 1] == '.')
		to--;
	return (struct km_bytes){ s.p + from, to - from };
}

size_t
alike_host(char out[ALIKE_HOST_MAX], struct km_bytes typed)
{
	struct km_bytes	s = host_part(typed), label;
	size_t		i, from = 0, len = 0, n;

	for (i = 0; i <= s.len; i++) {
		if (i < s.len && s.p[i] != '.')
			continue;
		label.p = s.p + from;
		label.len = i - from;
		n = put_label(out + len, ALIKE_HOST_MAX - len, label);
		if (n == 0)
			return 0;
		len += n;
		from = i + 1;
	}
	out[--len] = '\0';		/* the last point */
	if (!km_is_host((struct km_bytes){ (uint8_t *)out, len }))
		return 0;
	if (len > 4 && memcmp(out, "www.", 4) == 0 &&
	    strchr(out + 4, '.') != NULL) {
		len -= 4;
		memmove(out, out + 4, len + 1);
	}
	return len;
}
