/* SPDX-License-Identifier: EUPL-1.2 */
/* Then: what a mark was on a day in the past; see page_then.h. */
#include <stdio.h>
#include <string.h>

#include "page_then.h"

enum { DAY = 86400 };

static int
is_leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

/* Days since 1970 of the first of January. */
static int64_t
new_year(int y)
{
	int	p = y - 1;

	return (int64_t)y * 365 + p / 4 - p / 100 + p / 400 - 719527;
}

static int
day_of(int64_t *out, int y, int m, int d)
{
	static const int	days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30,
				    31, 30, 31 };
	int64_t			at;
	int			i, of;

	if (y < 1970 || y > 9999 || m < 1 || m > 12)
		return -1;
	of = days[m - 1] + (m == 2 && is_leap(y));
	if (d < 1 || d > of)
		return -1;
	at = new_year(y) + d - 1;
	for (i = 0; i < m - 1; i++)
		at += days[i] + (i == 1 && is_leap(y));
	*out = at;
	return 0;
}

int
page_then_read(int64_t *day, const char *s)
{
	int	y, m, d, end = 0;

	if (strlen(s) > 10 || strspn(s, "0123456789-/") != strlen(s))
		return -1;
	if (sscanf(s, "%4d-%2d-%2d%n", &y, &m, &d, &end) == 3 &&
	    s[end] == '\0' && s[4] == '-')
		return day_of(day, y, m, d);
	if (sscanf(s, "%2d%*1[-/]%2d%*1[-/]%4d%n", &d, &m, &y, &end) == 3 &&
	    s[end] == '\0')
		return day_of(day, y, m, d);
	return -1;
}

/* Something of the history, or a date of it, falls within that day. */
static int
has_event(const struct mark *m, int64_t from, int64_t to)
{
	size_t	i;

	for (i = 0; i < m->n_events; i++)
		if (m->event[i].at > from && m->event[i].at <= to &&
		    (m->event[i].kind == KM_EVENT_SUSPEND ||
		    m->event[i].kind == KM_EVENT_LIFT))
			return 1;
	return 0;
}

static int
is_void(const struct mark *m)
{
	size_t	i;

	for (i = 0; i < m->n_events; i++)
		if (m->event[i].kind == KM_EVENT_VOID)
			return 1;
	return 0;
}

const char *
page_then(const struct reg *reg, const struct mark *m, int64_t day,
    int64_t now)
{
	int64_t	from = day * DAY, to = from + DAY - 1;
	int	first, last, today = now >= from && now <= to;

	if (from > now)
		return "future";
	if (today)
		to = now;
	first = reg_state_at(reg, m->i, from);
	last = reg_state_at(reg, m->i, to);
	if (last == -1)
		return "not-yet-valid";
	if (is_void(m))
		return "void";
	if (first == -1)
		first = MARK_NOT_YET_VALID;
	if (first != last || has_event(m, from, to))
		return "changed";
	if (last == MARK_VALID)
		return today ? "today" : "valid";
	return mark_state_name((enum mark_state)last);
}
