/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mark numbers and dates as people and files write them
 * (ca/record/number.h): one text for each, so what is read is written again
 * as it was, and a number with one character changed is none.
 */
#include "ca/record/number.h"
#include "tests/fuzz/promise.h"

enum { TEXT_MAX = 64 };

static void
check_number(struct km_bytes text)
{
	static const char	other[] = "0123456789KM-";
	char			again[KM_NUMBER_LEN + 1], one[KM_NUMBER_LEN];
	unsigned int		year, seq;
	size_t			i, k;

	if (number_parse(text, &year, &seq) == -1)
		return;
	promise(text.len == KM_NUMBER_LEN);
	promise(number_format(again, year, seq) == 0 &&
	    memcmp(again, text.p, KM_NUMBER_LEN) == 0);
	for (i = 0; i < KM_NUMBER_LEN; i++)
		for (k = 0; k < sizeof(other) - 1; k++) {
			memcpy(one, again, KM_NUMBER_LEN);
			if (one[i] == other[k])
				continue;
			one[i] = other[k];
			promise(number_parse((struct km_bytes){
			    (const uint8_t *)one, KM_NUMBER_LEN }, &year,
			    &seq) == -1);
		}
}

static void
check_date(const char *text)
{
	char	day[11], time[21];
	int64_t	at;

	if (date_parse(text, &at) == -1)
		return;
	date_format(day, at);
	date_time_format(time, at);
	promise(strcmp(text, day) == 0 || strcmp(text, time) == 0);
	promise(strlen(text) > 10 || at == date_midnight(at));
	promise(date_year(at) >= 1970 && date_year(at) <= 9999);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char	text[TEXT_MAX + 1];

	check_number((struct km_bytes){ data, len });
	if (len > TEXT_MAX)
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	check_date(text);
	return 0;
}
