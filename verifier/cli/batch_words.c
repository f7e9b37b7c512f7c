/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is said of a row that has no verdict, and what else there is to say
 * of one: by name for programs, in words for people.
 */
#include "verifier/cli/batch.h"

static const struct {
	const char	*name, *nl, *en;
} whys[BATCH_WHYS] = {
	[BATCH_OK] = { "ok", "", "" },
	[BATCH_EMPTY] = { "empty", "lege regel", "empty row" },
	[BATCH_ABOVE] = { "above-header", "staat boven de kopregel",
	    "stands above the headers" },
	[BATCH_NO_HEADER] = { "no-header", "geen kolom herkend: verwacht een "
	    "kopregel met kvk, website of keurmerknummer",
	    "no column recognised: expected headers with kvk, website or "
	    "mark number" },
	[BATCH_NO_KEY] = { "no-key", "geen KVK-nummer, website of "
	    "keurmerknummer in deze regel",
	    "no KVK number, website or mark number in this row" },
	[BATCH_TWO] = { "two-values", "twee kolommen spreken elkaar tegen",
	    "two columns contradict each other" },
	[BATCH_RSIN] = { "rsin", "9 cijfers: lijkt een RSIN, verwacht een "
	    "KVK-nummer van 8; niet opgezocht", "9 digits: looks like an "
	    "RSIN, expected a KVK number of 8; not looked up" },
	[BATCH_BRANCH] = { "branch", "12 cijfers: lijkt een vestigingsnummer,"
	    " verwacht een KVK-nummer van 8; niet opgezocht", "12 digits: "
	    "looks like a branch number (vestigingsnummer), expected a KVK "
	    "number of 8; not looked up" },
	[BATCH_NOT_KVK] = { "not-kvk", "geen KVK-nummer: verwacht 8 cijfers",
	    "not a KVK number: expected 8 digits" },
	[BATCH_ROUNDED] = { "rounded", "door het rekenblad afgerond: zet de "
	    "kolom op tekst en vul het nummer opnieuw in", "rounded by the "
	    "spreadsheet: make the column text and fill the number in "
	    "again" },
	[BATCH_NOT_HOST] = { "not-host", "geen website: verwacht een hostnaam"
	    " zoals www.voorbeeld.nl (internationale namen als xn--...)",
	    "not a website: expected a host name such as www.example.nl "
	    "(international names as xn--...)" },
	[BATCH_NOT_NUMBER] = { "not-number", "geen keurmerknummer: verwacht "
	    "KM-JJJJ-NNNNNN-C met het goede controleteken", "not a mark "
	    "number: expected KM-YYYY-NNNNNN-C with the right check "
	    "character" },
	[BATCH_JSON] = { "json", "geen regel JSON", "not a line of JSON" },
	[BATCH_MEMBER] = { "member", "veld klopt niet",
	    "a member is wrong" },
	[BATCH_BASE64] = { "base64", "badge: verwacht base64 (RFC 4648 "
	    "section 4)", "badge: expected base64 (RFC 4648 section 4)" },
	[BATCH_LONG] = { "too-long", "regel te lang", "row too long" },
	[BATCH_CELLS] = { "too-many-cells", "verwacht hoogstens 16384 "
	    "kolommen, gevonden meer", "expected at most 16384 columns, "
	    "found more" },
	[BATCH_NUL] = { "nul", "verwacht tekst, gevonden een NUL-byte",
	    "expected text, found a NUL byte" },
	[BATCH_QUOTE] = { "quote", "aanhalingsteken dat niet wordt gesloten: "
	    "wat erachter staat is niet gelezen", "quote that is never "
	    "closed: what stands behind it was not read" },
	[BATCH_OPEN] = { "cannot-open", "kan niet worden gelezen",
	    "cannot be read" },
	[BATCH_KIND] = { "not-a-file", "verwacht een bestand",
	    "expected a file" },
	[BATCH_LARGE] = { "too-large", "groter dan een badge kan zijn, in "
	    "bytes", "larger than a badge can be, in bytes" },
	[BATCH_NO_BADGE] = { "no-badge", "geen badge gevonden",
	    "no badge found" },
	[BATCH_READ] = { "read", "kan niet verder worden gelezen",
	    "cannot be read further" },
	[BATCH_ZIP] = { "xlsx", "een .xlsx- of .ods-bestand: sla het op als "
	    "CSV (Bestand, Opslaan als, CSV UTF-8)", "an .xlsx or .ods file: "
	    "save it as CSV (File, Save as, CSV UTF-8)" },
	[BATCH_OLE] = { "xls", "een .xls-bestand, of een rekenblad met een "
	    "wachtwoord: sla het op als CSV (Bestand, Opslaan als, CSV "
	    "UTF-8)", "an .xls file, or a spreadsheet with a password: save "
	    "it as CSV (File, Save as, CSV UTF-8)" },
	[BATCH_UTF16] = { "utf-16", "UTF-16 (Unicode-tekst) wordt niet "
	    "gelezen: sla het op als CSV UTF-8", "UTF-16 (Unicode text) is "
	    "not read: save it as CSV UTF-8" },
	[BATCH_ENDLESS] = { "not-a-sheet", "geen rekenblad: een regel zonder "
	    "einde", "not a spreadsheet: a row without an end" },
	[BATCH_MEMORY] = { "memory", "te weinig geheugen", "out of memory" },
	[BATCH_NO_REGISTER] = { "no-register", "zonder register is niets op "
	    "te zoeken: haal het op met keurmerk sync en geef --tree",
	    "without a register nothing can be looked up: fetch it with "
	    "keurmerk sync and give --tree" }
};

static const struct {
	const char	*name, *nl, *en;
} remarks[BATCH_REMARKS] = {
	{ "leading-zero", "opgezocht met een 0 ervoor: klopt het nummer?",
	    "looked up with a 0 in front: is the number right?" },
	{ "cleaned", "het nummer stond er anders geschreven",
	    "the number was written in another way" },
	{ "cp1252", "gelezen als Windows-1252, want geen UTF-8",
	    "read as Windows-1252, as it is not UTF-8" },
	{ "other-name", "de houder heet anders dan de regel zegt",
	    "the holder has another name than the row says" },
	{ "other-website", "het keurmerk noemt deze website niet",
	    "the mark does not name this website" }
};

const char *
batch_why_name(enum batch_why why)
{
	return whys[why].name;
}

const char *
batch_why_words(enum batch_why why)
{
	return cli_word(whys[why].nl, whys[why].en);
}

const char *
batch_remark_name(size_t i)
{
	return remarks[i].name;
}

const char *
batch_remark_words(size_t i)
{
	return cli_word(remarks[i].nl, remarks[i].en);
}
