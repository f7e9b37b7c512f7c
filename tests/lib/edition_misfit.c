/* SPDX-License-Identifier: EUPL-1.2 */
/* Epochs that do not fit what is published, each in one way. */
#include "tests/lib/edition.h"
#include "tests/lib/sample.h"

static void
change_number(struct km_epoch *ep)
{
	ep->number++;
}

static void
change_previous(struct km_epoch *ep)
{
	ep->previous[0] ^= 1;
}

static void
change_trust(struct km_epoch *ep)
{
	ep->trust[0] ^= 1;
}

static void
change_trust_version(struct km_epoch *ep)
{
	ep->trust_version++;
}

static void
change_scheme(struct km_epoch *ep)
{
	ep->scheme[31] ^= 1;
}

static void
change_bodies(struct km_epoch *ep)
{
	ep->bodies[31] ^= 1;
}

static void
change_log(struct km_epoch *ep)
{
	ep->log.root[31] ^= 1;
}

static void
change_log_size(struct km_epoch *ep)
{
	ep->log.size--;
}

static void
change_register(struct km_epoch *ep)
{
	ep->reg.root[31] ^= 1;
}

static void
change_register_size(struct km_epoch *ep)
{
	ep->reg.size--;
}

static void
change_status(struct km_epoch *ep)
{
	ep->status.root[31] ^= 1;
}

static void
change_status_size(struct km_epoch *ep)
{
	ep->status.size++;
}

static void
change_time(struct km_epoch *ep)
{
	ep->this_update = SAMPLE_NOW - 1;
}

const struct edition_misfit edition_misfits[] = {
	{ "number", change_number }, { "previous", change_previous },
	{ "trust", change_trust },
	{ "trust version", change_trust_version },
	{ "scheme", change_scheme }, { "bodies", change_bodies },
	{ "log", change_log }, { "log size", change_log_size },
	{ "register", change_register },
	{ "register size", change_register_size },
	{ "status", change_status },
	{ "status size", change_status_size },
	{ "this-update", change_time }
};
const size_t edition_misfits_n = sizeof(edition_misfits) /
    sizeof(edition_misfits[0]);
