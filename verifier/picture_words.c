/* SPDX-License-Identifier: EUPL-1.2 */
#include "picture_words.h"

static const struct km_words words[] = {
	[KM_PICTURE_NL] = {
		.lang = "nl",
		.title = "Keurmerk ICT-dienstverlener",
		.bar = {
			[KM_SHOWN_VALID] = "GELDIG",
			[KM_SHOWN_WITHDRAWN] = "INGETROKKEN",
			[KM_SHOWN_SUSPENDED] = "GESCHORST",
			[KM_SHOWN_SUPERSEDED] = "VERVANGEN",
			[KM_SHOWN_EXPIRED] = "VERLOPEN",
			[KM_SHOWN_EARLY] = "NOG NIET GELDIG",
			[KM_SHOWN_NONE] = "CONTROLEER"
		},
		.shown = {
			[KM_SHOWN_VALID] = "geldig",
			[KM_SHOWN_WITHDRAWN] = "ingetrokken",
			[KM_SHOWN_SUSPENDED] = "geschorst",
			[KM_SHOWN_SUPERSEDED] = "vervangen",
			[KM_SHOWN_EXPIRED] = "verlopen",
			[KM_SHOWN_EARLY] = "nog niet geldig",
			[KM_SHOWN_NONE] = "zie het register"
		},
		.claim = { "Basismaatregelen",
		    "Meewerken aan uw beveiligingsbeleid" },
		.level = { "basis", "substantieel", "hoog" },
		.service = "dienst", .services = "diensten",
		.organisation = "hele organisatie", .at_level = "niveau",
		.self_declaration = "eigen verklaring (niet beoordeeld)",
		.environment = { "", "DEMONSTRATIE", "OEFENING" },
		.through = "Geldig t/m", .granted = "Verleend t/m",
		.from = "Gaat in op",
		.status_on = "Status op", .see_register = "Status",
		.number = "Nummer", .check_at = "Controleer op",
		.website = "Website", .legal_name = "Handelsnaam van",
		.month = { "januari", "februari", "maart", "april", "mei",
		    "juni", "juli", "augustus", "september", "oktober",
		    "november", "december" }
	},
	[KM_PICTURE_EN] = {
		.lang = "en",
		.title = "Quality mark ICT service provider",
		.bar = {
			[KM_SHOWN_VALID] = "VALID",
			[KM_SHOWN_WITHDRAWN] = "WITHDRAWN",
			[KM_SHOWN_SUSPENDED] = "SUSPENDED",
			[KM_SHOWN_SUPERSEDED] = "REPLACED",
			[KM_SHOWN_EXPIRED] = "EXPIRED",
			[KM_SHOWN_EARLY] = "NOT YET VALID",
			[KM_SHOWN_NONE] = "CHECK FIRST"
		},
		.shown = {
			[KM_SHOWN_VALID] = "valid",
			[KM_SHOWN_WITHDRAWN] = "withdrawn",
			[KM_SHOWN_SUSPENDED] = "suspended",
			[KM_SHOWN_SUPERSEDED] = "replaced",
			[KM_SHOWN_EXPIRED] = "expired",
			[KM_SHOWN_EARLY] = "not yet valid",
			[KM_SHOWN_NONE] = "see the register"
		},
		.claim = { "Basic measures",
		    "Help to shape your security policy" },
		.level = { "basic", "substantial", "high" },
		.service = "service", .services = "services",
		.organisation = "whole organisation", .at_level = "level",
		.self_declaration = "self-declaration (not assessed)",
		.environment = { "", "DEMONSTRATION", "EXERCISE" },
		.through = "Valid through",
		.granted = "Granted through", .from = "Begins on",
		.status_on = "Status on", .see_register = "Status",
		.number = "Number", .check_at = "Check at",
		.website = "Website", .legal_name = "Trade name of",
		.month = { "January", "February", "March", "April", "May",
		    "June", "July", "August", "September", "October",
		    "November", "December" }
	}
};

const struct km_words *
km_picture_words(enum km_picture_lang lang)
{
	return &words[lang == KM_PICTURE_EN];
}
