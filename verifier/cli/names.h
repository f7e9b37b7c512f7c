/* SPDX-License-Identifier: EUPL-1.2 */
/* Names of firms, as people type them. */
#ifndef CLI_NAMES_H
#define CLI_NAMES_H

#include <keurmerk.h>

enum { CLI_NAME_MAX = 200 };

/*
 * A name in the form by which it is compared: small letters without
 * diacritics, without points, commas and quotes (so that B.V. is BV), with
 * one space where there is a space or hyphen. What does not fit is cut off.
 */
void		 cli_name(char out[CLI_NAME_MAX], struct km_bytes);

/* How alike two such are, 0 to 1000 (Dice, by pairs of letters). */
unsigned int	 cli_name_alike(const char *a, const char *b);

#endif
