/* SPDX-License-Identifier: EUPL-1.2 */
/* Mark numbers KM-YYYY-NNNNNN-C, and dates as the calendar has them. */
#ifndef RECORD_NUMBER_H
#define RECORD_NUMBER_H

#include "verifier/attestation.h"

/* 17 bytes with NUL. year 1970-9999, seq 1-999999; -1 outside those. */
int	 number_format(char out[KM_NUMBER_LEN + 1], unsigned int year,
	    unsigned int seq);
int	 number_parse(struct km_bytes, unsigned int *year, unsigned int *seq);

/* Proleptic Gregorian calendar, UTC. */
unsigned int	 date_year(int64_t at);
int64_t		 date_midnight(int64_t at);	/* 00:00:00Z of that day */
int64_t		 date_of(unsigned int year, unsigned int month,
		    unsigned int day);		/* -1: no such day */
void		 date_format(char out[11], int64_t at);	/* 2026-11-24 */
void		 date_time_format(char out[21], int64_t at);
int		 date_parse(const char *, int64_t *out); /* date or date-time */

#endif
