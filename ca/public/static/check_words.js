// SPDX-License-Identifier: EUPL-1.2
// What the page /controleer says beside the words of the glossary.

export default {
  reading: { nl: 'Bezig met lezen …', en: 'Reading …' },
  checking: { nl: 'Bezig met controleren …', en: 'Checking …' },
  loading: { nl: 'Het register wordt opgehaald …',
    en: 'Fetching the register …' },
  rows_done: { nl: '{n} regels gecontroleerd ({part} %)',
    en: '{n} rows checked ({part}%)' },
  stop: { nl: 'Stop', en: 'Stop' },
  nothing: { nl: 'Plak eerst een tekst of kies een bestand.',
    en: 'First paste a text or choose a file.' },
  too_large: { nl: 'Dit bestand is te groot: verwacht hoogstens {max} MB, ' +
    'gevonden {found} MB.', en: 'This file is too large: expected at most ' +
    '{max} MB, found {found} MB.' },
  cannot: { nl: 'Dat lukte niet: {why}. Probeer het opnieuw, of zoek de ' +
    'dienstverlener op in het register.', en: 'That did not work: {why}. ' +
    'Try again, or look the provider up in the register.' },
  unsupported: { nl: 'Deze browser kan de handtekening niet controleren ' +
    '({algorithm}). Dat zegt niets over het keurmerk. Gebruik een nieuwere ' +
    'browser, of zoek het keurmerk op in het register.', en: 'This browser ' +
    'cannot check the signature ({algorithm}). That says nothing about the ' +
    'mark. Use a newer browser, or look the mark up in the register.' },
  result_badge: { nl: 'Uitslag: {name}', en: 'Result: {name}' },
  pasted: { nl: 'geplakte tekst', en: 'pasted text' },
  from_qr: { nl: 'de QR-code', en: 'the QR code' },
  unbound: { nl: 'Is dit de partij met wie u zaken doet? Vul het KVK-nummer ' +
    'in dat op uw offerte of factuur staat.', en: 'Is this the party you ' +
    'deal with? Fill in the KVK number that is on your quotation or ' +
    'invoice.' },
  kvk: { nl: 'KVK-nummer op uw offerte of factuur',
    en: 'KVK number on your quotation or invoice' },
  compare: { nl: 'Vergelijk', en: 'Compare' },
  bound: { nl: 'Gecontroleerd: het keurmerk is van de onderneming met ' +
    'KVK-nummer {kvk}. Dat is het nummer dat u invulde.', en: 'Checked: the ' +
    'mark is that of the business with KVK number {kvk}. That is the ' +
    'number that you filled in.' },
  not_bound: { nl: 'Dit keurmerk is niet van de onderneming met KVK-nummer ' +
    '{kvk}. Vraag de dienstverlener hoe dat kan.', en: 'This mark is not ' +
    'that of the business with KVK number {kvk}. Ask the provider why.' },
  proposed: { nl: '{given} heeft 7 cijfers; vergeleken met {kvk}, met een 0 ' +
    'ervoor. Klopt dat nummer?', en: '{given} has 7 digits; compared with ' +
    '{kvk}, with a 0 in front. Is that number right?' },
  checks: { nl: 'Alle controles ({passed} in orde)',
    en: 'All checks ({passed} passed)' },
  check: { nl: 'Controle', en: 'Check' },
  outcome: { nl: 'Uitkomst', en: 'Outcome' },
  expected: { nl: 'Verwacht', en: 'Expected' },
  found: { nl: 'Gevonden', en: 'Found' },
  save_report: { nl: 'Bewaar dit rapport (JSON)',
    en: 'Save this report (JSON)' },
  print: { nl: 'Druk af', en: 'Print' },
  result_list: { nl: 'Uitslag van uw lijst: {name}',
    en: 'Result of your list: {name}' },
  sheet_of: { nl: '{name}, blad {sheet}', en: '{name}, sheet {sheet}' },
  counted: { nl: '{n} regels', en: '{n} rows' },
  all: { nl: 'alle regels', en: 'all rows' },
  unread: { nl: 'niet opgezocht', en: 'not looked up' },
  row: { nl: 'Regel', en: 'Row' },
  yours: { nl: 'Uw lijst', en: 'Your list' },
  asked: { nl: 'Opgezocht', en: 'Looked up' },
  verdict: { nl: 'Uitslag', en: 'Verdict' },
  mark: { nl: 'Keurmerk', en: 'Mark' },
  through: { nl: 'Geldig t/m', en: 'Valid through' },
  remarks: { nl: 'Let op', en: 'Note' },
  more: { nl: 'Toon {n} regels meer', en: 'Show {n} rows more' },
  shown: { nl: '{n} van {all} regels getoond', en: '{n} of {all} rows shown' },
  csv: { nl: 'Bewaar als CSV', en: 'Save as CSV' },
  excel: { nl: 'Bewaar als CSV voor Excel', en: 'Save as CSV for Excel' },
  report: { nl: 'Druk het verslag af', en: 'Print the report' },
  file_name: { nl: 'keurmerk-controle', en: 'mark-check' },
  when: { nl: 'Gecontroleerd', en: 'Checked' },
  epoch: { nl: 'Stand van het register', en: 'Epoch' },
  epoch_of: { nl: 'nr. {number} van {date}', en: 'no. {number} of {date}' },
  source: { nl: 'Register', en: 'Register' },
  source_site: { nl: 'van deze website, {host}', en: 'of this website, {host}' },
  source_file: { nl: 'uit uw bestand {name}', en: 'from your file {name}' },
  policy: { nl: 'Gevraagd', en: 'Asked' },
  policy_certificate: { nl: 'een certificaat', en: 'a certificate' },
  policy_declaration: { nl: 'een certificaat of een eigen verklaring (niet ' +
    'beoordeeld)', en: 'a certificate or a self-declaration (not assessed)' },
  policy_demand: { nl: '{claim}: {service}, ten minste niveau {level}',
    en: '{claim}: {service}, at least level {level}' },
  old: { nl: 'Dit register is van {date}. Het is te oud om iets te kunnen ' +
    'vaststellen.', en: 'This register is of {date}. It is too old for ' +
    'anything to be determined.' },
  aged: { nl: 'Let op: deze stand van het register is ouder dan een dag.',
    en: 'Note: this epoch is older than a day.' },
  unsigned: { nl: 'Vergeleken met de lijst van het register op deze ' +
    'website. Die lijst is niet ondertekend. Wilt u bewijs dat u later kunt ' +
    'laten zien, gebruik dan het programma keurmerk batch.', en: 'Compared ' +
    'with the list of the register on this website. That list is not ' +
    'signed. For evidence to show later on, use the program keurmerk ' +
    'batch.' },
  have_register: { nl: 'Register uit {name} gelezen: {n} keurmerken, stand ' +
    'van het register nr. {number} van {date}. Sleep nu uw lijst hierheen, ' +
    'of plak hem.', en: 'Register read from {name}: {n} marks, epoch no. ' +
    '{number} of {date}. Now drop your list here, or paste it.' },
  no_listing: { nl: 'Dat een naam niet in het register staat, zegt niets over ' +
    'de beveiliging: niemand is verplicht een keurmerk te hebben.',
    en: 'That a name is not in the register says nothing about the ' +
    'security: nobody is obliged to have a mark.' },

  // Why a row has no verdict: the names of keurmerk batch.
  why: {
    'empty': { nl: 'lege regel', en: 'empty row' },
    'above-header': { nl: 'staat boven de kopregel',
      en: 'stands above the headers' },
    'no-header': { nl: 'geen kolom herkend: zet boven de kolom met nummers ' +
      '“KVK-nummer”, “website” of “keurmerknummer”', en: 'no column ' +
      'recognised: put “KVK number”, “website” or “mark number” above the ' +
      'column of numbers' },
    'no-key': { nl: 'geen KVK-nummer, website of keurmerknummer in deze ' +
      'regel', en: 'no KVK number, website or mark number in this row' },
    'two-values': { nl: 'twee kolommen spreken elkaar tegen',
      en: 'two columns contradict each other' },
    'rsin': { nl: '9 cijfers: dat lijkt een RSIN. Een KVK-nummer heeft 8 ' +
      'cijfers', en: '9 digits: that looks like an RSIN. A KVK number has 8 ' +
      'digits' },
    'branch': { nl: '12 cijfers: dat lijkt een vestigingsnummer. Een ' +
      'KVK-nummer heeft 8 cijfers', en: '12 digits: that looks like a branch ' +
      'number (vestigingsnummer). A KVK number has 8 digits' },
    'not-kvk': { nl: 'geen KVK-nummer: verwacht 8 cijfers',
      en: 'not a KVK number: expected 8 digits' },
    'rounded': { nl: 'door het rekenblad afgerond: zet de kolom op tekst en ' +
      'vul het nummer opnieuw in', en: 'rounded by the spreadsheet: make the ' +
      'column text and fill the number in again' },
    'not-host': { nl: 'geen website: verwacht een naam zoals ' +
      'www.voorbeeld.nl', en: 'not a website: expected a name such as ' +
      'www.example.nl' },
    'not-number': { nl: 'geen keurmerknummer: verwacht KM-JJJJ-NNNNNN-C met ' +
      'het goede controleteken', en: 'not a mark number: expected ' +
      'KM-YYYY-NNNNNN-C with the right check character' },
    'too-long': { nl: 'regel te lang', en: 'row too long' },
    'too-many-cells': { nl: 'meer dan 16.384 kolommen',
      en: 'more than 16,384 columns' },
    'nul': { nl: 'geen tekst: er staat een NUL-byte in',
      en: 'not text: there is a NUL byte in it' },
    'quote': { nl: 'aanhalingsteken dat niet wordt gesloten: wat erachter ' +
      'staat is niet gelezen', en: 'quote that is never closed: what stands ' +
      'behind it was not read' },
    'xlsx': { nl: 'een .xlsx- of .ods-bestand: sla het op als CSV (Bestand, ' +
      'Opslaan als, CSV UTF-8)', en: 'an .xlsx or .ods file: save it as CSV ' +
      '(File, Save as, CSV UTF-8)' },
    'xls': { nl: 'een .xls-bestand: sla het op als CSV (Bestand, Opslaan ' +
      'als, CSV UTF-8)', en: 'an .xls file: save it as CSV (File, Save as, ' +
      'CSV UTF-8)' },
    // Of what a spreadsheet program keeps (xlsx.js).
    'protected': { nl: 'dit bestand is beveiligd met een wachtwoord: haal ' +
      'het wachtwoord eraf, of sla het op als CSV', en: 'this file is ' +
      'protected with a password: take the password off, or save it as CSV' },
    'ods': { nl: 'een .ods-bestand: sla het op als .xlsx of als CSV (Bestand, ' +
      'Opslaan als)', en: 'an .ods file: save it as .xlsx or as CSV (File, ' +
      'Save as)' },
    'xlsb': { nl: 'een .xlsb-bestand: sla het op als .xlsx of als CSV ' +
      '(Bestand, Opslaan als)', en: 'an .xlsb file: save it as .xlsx or as ' +
      'CSV (File, Save as)' },
    'not-a-workbook': { nl: 'een ZIP-bestand waar geen rekenblad in zit: pak ' +
      'het eerst uit', en: 'a ZIP file without a spreadsheet in it: unpack ' +
      'it first' },
    'cut': { nl: 'het einde van dit bestand ontbreekt: kopieer of download ' +
      'het opnieuw', en: 'the end of this file is missing: copy or download ' +
      'it again' },
    'sheet-damaged': { nl: 'dit rekenblad is beschadigd: open het in uw ' +
      'rekenprogramma en sla het op als CSV', en: 'this spreadsheet is ' +
      'damaged: open it in your spreadsheet program and save it as CSV' },
    'sheet-too-large': { nl: 'uitgepakt is dit rekenblad te groot: sla het ' +
      'op als CSV', en: 'unpacked, this spreadsheet is too large: save it as ' +
      'CSV' },
    'old-browser': { nl: 'deze browser kan geen .xlsx lezen: sla het op als ' +
      'CSV', en: 'this browser cannot read .xlsx: save it as CSV' },
    'utf-16': { nl: 'UTF-16 (Unicode-tekst): sla het op als CSV UTF-8',
      en: 'UTF-16 (Unicode text): save it as CSV UTF-8' },
    'not-a-sheet': { nl: 'geen rekenblad: een regel zonder einde',
      en: 'not a spreadsheet: a row without an end' },
  },
  remark: {
    'leading-zero': { nl: 'opgezocht met een 0 ervoor: klopt het nummer?',
      en: 'looked up with a 0 in front: is the number right?' },
    'cleaned': { nl: 'het nummer stond er anders geschreven',
      en: 'the number was written in another way' },
    'cp1252': { nl: 'gelezen als Windows-1252, want geen UTF-8',
      en: 'read as Windows-1252, as it is not UTF-8' },
    'other-name': { nl: 'de houder heet anders dan uw lijst zegt',
      en: 'the holder has another name than your list says' },
    'other-website': { nl: 'het keurmerk noemt deze website niet',
      en: 'the mark does not name this website' },
  },
};
