/* SPDX-License-Identifier: EUPL-1.2 */
/* Conf_value: what one value of the configuration may be; for conf.c. */
#ifndef CA_BASE_CONF_VALUE_H
#define CA_BASE_CONF_VALUE_H

/*
 * Each returns NULL when text will do, else what was expected, to stand in
 * "expected ..., found ...".
 */
const char *conf_value_host(const char *text);		/* A-labels */
const char *conf_value_path(const char *text);		/* relative or not */
const char *conf_value_url(const char *text);
const char *conf_value_listen(const char *text);
const char *conf_value_user(const char *text);
const char *conf_value_words(const char *text);		/* for people */
const char *conf_value_mail(const char *text);
const char *conf_value_phone(const char *text);
const char *conf_value_contact(const char *text);
/* A number from 1 to CONF_CONNECTIONS_MAX; *out written on success only. */
const char *conf_value_connections(unsigned int *out, const char *text);

#endif
