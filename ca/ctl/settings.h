/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Settings: how an officer's keurmerkctl finds the office, in the syntax of
 * libconfuse:
 *
 *	office = "https://127.0.0.1:8443"
 *	pin = "tls.pin"		# SHA-256 of the office's key: hex, or a file
 *	key = "me.pem"
 *	passphrase_file = "passphrase"	# left out: it is asked for
 *	public_url = "https://keurmerk.example"
 *	trust = "trust-1"	# trust list 1: from here on, nothing else
 *
 * Each is an option of the command line too, which goes before the file.
 * What is unknown or given twice is an error; no environment variable is
 * looked at. Paths in the file may be relative to its own directory.
 */
#ifndef CTL_SETTINGS_H
#define CTL_SETTINGS_H

#include "opts.h"

enum setting {
	SETTING_OFFICE, SETTING_PIN, SETTING_KEY, SETTING_PASSPHRASE_FILE,
	SETTING_PUBLIC_URL, SETTING_TRUST, SETTING_N
};

struct settings {
	char	*value[SETTING_N];	/* NULL: not given; owned */
};

/* 0, or -1 after a message that names file and line. */
int	 settings_load(struct settings *, const struct opts *);
void	 settings_free(struct settings *);	/* safe on zeroed */
/* Its value, or NULL after a message that it is needed. */
const char *settings_need(const struct settings *, enum setting);
/* The pin: hex, or a file that has it in its first line. 0, or -1. */
int	 settings_pin(const struct settings *, uint8_t out[32]);

#endif
