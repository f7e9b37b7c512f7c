/* SPDX-License-Identifier: EUPL-1.2 */
/* What checks and reasons are called, in Dutch and in English. */
#include "verifier/cli/cli.h"

/* By check: in Dutch, in English. */
static const char *const checks[KM_CHECKS][2] = {
	[KM_CHECK_BADGE] = { "vorm van het bestand", "form of the file" },
	[KM_CHECK_ATTESTATION] = { "vorm van het keurmerkbewijs",
	    "form of the attestation" },
	[KM_CHECK_PICTURE] = { "het keurmerklogo", "the picture" },
	[KM_CHECK_TRUST] = { "sleutellijst", "trust list" },
	[KM_CHECK_TRUST_DATE] = { "leeftijd van de sleutellijst",
	    "age of the trust list" },
	[KM_CHECK_ISSUER] = { "uitgever", "issuer" },
	[KM_CHECK_KEY] = { "sleutel van de uitgever", "issuer's key" },
	[KM_CHECK_SIGNATURE] = { "handtekening", "signature" },
	[KM_CHECK_KEY_PERIOD] = { "looptijd van de sleutel",
	    "period of the key" },
	[KM_CHECK_KEY_REVOKED] = { "sleutel niet ingetrokken",
	    "key not revoked" },
	[KM_CHECK_ENVIRONMENT] = { "omgeving", "environment" },
	[KM_CHECK_NOT_BEFORE] = { "ingangsdatum", "first day" },
	[KM_CHECK_EXPIRY] = { "einddatum", "last day" },
	[KM_CHECK_STATUS_LIST] = { "statuslijst", "status list" },
	[KM_CHECK_STATUS_AGE] = { "leeftijd van de statuslijst",
	    "age of the status list" },
	[KM_CHECK_STATUS] = { "status", "status" },
	[KM_CHECK_EPOCH] = { "stand van het register", "epoch" },
	[KM_CHECK_EPOCH_AGE] = { "leeftijd van de stand van het register",
	    "age of the epoch" },
	[KM_CHECK_EPOCH_MEMORY] = { "aansluiting op de onthouden stand",
	    "goes on from the epoch remembered" },
	[KM_CHECK_STATUS_PROOF] = { "statuslijst in de stand van het register",
	    "status list in the epoch" },
	[KM_CHECK_REGISTER_PROOF] = { "keurmerkbewijs in het register",
	    "attestation in the register" },
	[KM_CHECK_ORIGIN] = { "website", "website" },
	[KM_CHECK_HOLDER] = { "keurmerkhouder", "holder" },
	[KM_CHECK_DOCUMENT] = { "soort document", "kind of document" },
	[KM_CHECK_DEMANDS] = { "uw eisen", "your demands" },
	[KM_CHECK_BODY] = { "certificatie-instelling", "body" },
	[KM_CHECK_LISTED] = { "vermelding in het register",
	    "entry in the register" },
	[KM_CHECK_NAMES] = { "namen", "names" }
};

const char *
cli_check_word(enum km_check_id id)
{
	if ((unsigned int)id >= KM_CHECKS)
		return "?";
	return cli_word(checks[id][0], checks[id][1]);
}

/* Of bytes and COSE: what is wrong with a thing itself. */
static const char *
form_word(enum km_err e)
{
	if (e == KM_ERR_TRUNCATED)
		return cli_word("houdt te vroeg op", "ends too early");
	if (e == KM_ERR_TRAILING)
		return cli_word("gaat door na het einde",
		    "goes on after its end");
	if (e == KM_ERR_LIMIT)
		return cli_word("groter dan toegestaan",
		    "larger than allowed");
	if (e == KM_ERR_TEXT)
		return cli_word("teken dat hier niet mag staan",
		    "character that may not stand here");
	if (e == KM_ERR_VALUE)
		return cli_word("waarde die dit veld niet kan hebben",
		    "value that this field cannot have");
	if (e == KM_ERR_ORDER)
		return cli_word("niet oplopend, of dubbel",
		    "not ascending, or twice");
	if (e == KM_ERR_MISMATCH)
		return cli_word("twee plaatsen spreken elkaar tegen",
		    "two places contradict each other");
	if (e == KM_ERR_NO_BADGE)
		return cli_word("geen keurmerkbadge in gevonden",
		    "no badge found in it");
	if (e == KM_ERR_TWO_BADGES)
		return cli_word("meer dan een keurmerkbadge",
		    "more than one badge");
	if (e == KM_ERR_INFLATE)
		return cli_word("niet uit te pakken", "cannot be inflated");
	if (e == KM_ERR_TAG)
		return cli_word("geen COSE-object", "not a COSE object");
	if (e == KM_ERR_TYP)
		return cli_word("object met een ander doel",
		    "object of another purpose");
	if (e == KM_ERR_ALG)
		return cli_word("niet het algoritme van de sleutel",
		    "not the key's algorithm");
	if (e == KM_ERR_HEADER)
		return cli_word("kop die hier niet mag staan",
		    "header that may not stand here");
	if (e == KM_ERR_SIGNATURE)
		return cli_word("handtekening klopt niet",
		    "signature is wrong");
	if (e == KM_ERR_KEY)
		return cli_word("geen sleutel", "not a key");
	return cli_word("niet de vorm die het moet hebben",
	    "not the form that it must have");
}

static const char *
trust_word(enum km_err e)
{
	if (e == KM_ERR_NO_TRUST)
		return cli_word("geen sleutellijst gegeven",
		    "no trust list given");
	if (e == KM_ERR_PIN)
		return cli_word("niet de sleutellijst waarvan wordt uitgegaan",
		    "not the trust list that is pinned");
	if (e == KM_ERR_VERSION)
		return cli_word("niet de volgende versie",
		    "not the next version");
	if (e == KM_ERR_THRESHOLD)
		return cli_word("te weinig sleutelhouders hebben getekend",
		    "too few of the roots have signed");
	if (e == KM_ERR_AUTHORITY)
		return cli_word("van een andere uitgever",
		    "of another authority");
	if (e == KM_ERR_ENVIRONMENT)
		return cli_word("van een andere omgeving",
		    "of another environment");
	if (e == KM_ERR_UNKNOWN_KEY)
		return cli_word("sleutel staat niet in de sleutellijst",
		    "key is not in the trust list");
	if (e == KM_ERR_PURPOSE)
		return cli_word("sleutel met een ander doel",
		    "key of another purpose");
	if (e == KM_ERR_KEY_PERIOD)
		return cli_word("buiten de looptijd van de sleutel",
		    "outside the key's period");
	if (e == KM_ERR_REVOKED)
		return cli_word("sleutel is ingetrokken", "key is revoked");
	if (e == KM_ERR_EXPIRED)
		return cli_word("verlopen", "expired");
	if (e == KM_ERR_EARLY)
		return cli_word("ligt in de toekomst", "in the future");
	return cli_word("ouder dan gewenst", "older than it should be");
}

static const char *
proof_word(enum km_err e)
{
	if (e == KM_ERR_MISSING)
		return cli_word("niet gegeven", "not given");
	if (e == KM_ERR_INDEX)
		return cli_word("staat niet in de lijst", "not in the list");
	if (e == KM_ERR_RESERVED)
		return cli_word("waarde zonder betekenis",
		    "value without a meaning");
	if (e == KM_ERR_PROOF)
		return cli_word("bewijs klopt niet", "proof is wrong");
	if (e == KM_ERR_ROLLBACK)
		return cli_word("ouder dan wat is onthouden",
		    "older than what is remembered");
	if (e == KM_ERR_FORK)
		return cli_word("een andere dan hierop aansluit",
		    "another than the one that follows");
	if (e == KM_ERR_WITHDRAWN)
		return cli_word("ingetrokken", "withdrawn");
	if (e == KM_ERR_SUSPENDED)
		return cli_word("geschorst", "suspended");
	return cli_word("vervangen", "replaced");
}

static const char *
policy_word(enum km_err e)
{
	if (e == KM_ERR_DOCUMENT)
		return cli_word("geen certificaat", "not a certificate");
	if (e == KM_ERR_ORIGIN)
		return cli_word("website staat er niet in",
		    "website is not named in it");
	if (e == KM_ERR_HOLDER)
		return cli_word("van een andere houder",
		    "of another holder");
	if (e == KM_ERR_DEMAND)
		return cli_word("geen regel voldoet", "no line meets it");
	if (e == KM_ERR_NOT_LISTED)
		return cli_word("staat niet in het register",
		    "not in the register");
	if (e == KM_ERR_BODY)
		return cli_word("andere certificatie-instelling",
		    "another body");
	return cli_word("het logo is veranderd", "the picture was changed");
}

const char *
cli_err_word(enum km_err e)
{
	if (e == KM_OK)
		return cli_word("in orde", "passed");
	if (e < KM_ERR_NO_TRUST)
		return form_word(e);
	if (e < KM_ERR_MISSING)
		return trust_word(e);
	if (e < KM_ERR_DOCUMENT)
		return proof_word(e);
	if (e < KM_ERR_FULL)
		return policy_word(e);
	if (e == KM_ERR_NOT_REACHED)
		return cli_word("niet aan toegekomen", "not reached");
	return e == KM_ERR_FULL ?
	    cli_word("geen plaats meer in het geheugen",
	    "no more room in memory") :
	    cli_word("verkeerd gebruik", "wrong use");
}
