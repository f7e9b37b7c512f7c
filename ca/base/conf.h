/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Configuration of keurmerkd, in the syntax of libconfuse:
 *
 *	issuer = "keurmerk.example"	# becomes https://keurmerk.example
 *	environment = production	# or demonstration, exercise
 *	data = "/var/lib/keurmerk"	# signer/, office/ and spool/ in it
 *	tree = "/srv/keurmerk"		# the published tree
 *	scheme = "scheme.json"		# read by init only
 *	public_url = "https://keurmerk.example"
 *	outside = { "https://mirror.example/epoch" }
 *	log = info			# or debug
 *	office { listen = "127.0.0.1:8443"  connections = 64 }
 *	public { listen = "[::1]:8080"  connections = 1024 }
 *	user { signer = kmsigner  office = kmoffice  public = kmpublic }
 *	site { owner = "Stichting Voorbeeld"  mail = "info@keurmerk.example" }
 *
 * Read once, by the parent, before rights are dropped; the roles get what it
 * says over their channel. What is unknown, given twice, of the wrong form,
 * or in a file that others may write is an error. No environment variable is
 * looked at.
 */
#ifndef CA_BASE_CONF_H
#define CA_BASE_CONF_H

#include <sys/socket.h>

#include <stddef.h>
#include <stdio.h>

#include "buf.h"

enum {
	CONF_FILE_MAX = 64 * 1024,	/* bytes; a page of text is 4 kB */
	CONF_OUTSIDE_MAX = 16,		/* addresses asked at every start */
	CONF_HOST_MAX = 253,		/* RFC 1035 section 2.3.4, as text */
	CONF_PATH_MAX = 1024,
	CONF_URL_MAX = 1024,
	CONF_WORDS_MAX = 120,		/* of a name for people, bytes */
	CONF_MAIL_MAX = 254,		/* RFC 5321 section 4.5.3.1.3 */
	CONF_PHONE_MAX = 24,
	CONF_CONNECTIONS_MAX = 16384	/* each costs memory and a descriptor */
};

/* The numbers are those of the environment in our objects. */
enum conf_environment {
	CONF_PRODUCTION,
	CONF_DEMONSTRATION,
	CONF_EXERCISE
};

struct conf_listener {
	char		*listen;	/* "127.0.0.1:8443", "[::1]:8443" */
	unsigned int	 connections;	/* at once */
};

/* What pages say of who is behind them; NULL where nothing was given. */
struct conf_site {
	char		*name, *name_en;	/* of the mark; never NULL */
	char		*owner;			/* of the scheme */
	char		*owner_url;
	char		*mail;			/* questions */
	char		*misuse_mail, *misuse_phone;
	char		*security;		/* mailto: or https */
	char		*security_policy;	/* https */
};

struct conf {
	char			*issuer;	/* "https://HOST" */
	const char		*host;		/* points into issuer */
	enum conf_environment	 environment;
	char			*data;		/* absolute directory */
	char			*tree;		/* absolute directory */
	char			*scheme;	/* absolute file, or NULL */
	char			*public_url;	/* no final slash, or NULL */
	char			*outside[CONF_OUTSIDE_MAX];
	size_t			 outside_n;
	int			 log_debug;	/* 0: info */
	struct conf_listener	 office, public;
	char			*user_signer;	/* names, or NULL: only used */
	char			*user_office;	/* when started as root */
	char			*user_public;
	struct conf_site	 site;
};

struct conf_error {
	int	line;			/* 0: the file as a whole */
	char	text[1024];		/* "FILE:LINE: expected.., found.." */
};

/*
 * Read the file at path into out. Paths in it may be relative to its own
 * directory. Returns 0, or -1 with err filled in and out untouched.
 */
int conf_load(struct conf *out, const char *path, struct conf_error *err);

/*
 * The same from text that conf_print() wrote: how a role gets it. Relative
 * paths are refused. name is for messages.
 */
int conf_parse(struct conf *out, const char *name, const char *text,
    struct conf_error *err);

/*
 * Write what is in force, defaults included, in the file's own syntax; it
 * reads back as the same.
 */
void conf_print(FILE *, const struct conf *);

/* "production", "demonstration", "exercise" */
const char *conf_environment_name(enum conf_environment);

/*
 * Parse "ADDRESS:PORT" or "[ADDRESS]:PORT", numeric, port not 0. Returns 0 or
 * -1.
 */
int conf_address(struct sockaddr_storage *out, socklen_t *out_len,
    const char *text);

/* Safe on zeroed. */
void conf_free(struct conf *);

#endif
