// SPDX-License-Identifier: EUPL-1.2
// What the page /aanvragen says of a choice, beside the words of the scheme.

export default {
  title: { nl: 'Wat blijft er over?', en: 'What remains?' },
  nothing: { nl: 'Kies hierboven waarvoor u het keurmerk aanvraagt en ten ' +
    'minste één dienst.', en: 'Choose above what you apply for, and at least ' +
    'one service.' },
  sum: { nl: '{n} eisen, ongeveer {days} voor de beoordeling.',
    en: '{n} requirements, about {days} for the assessment.' },
  days: { nl: '{n} dagen', en: '{n} days' },
  day: { nl: '1 dag', en: '1 day' },
  days_range: { nl: '{least} tot {most} dagen', en: '{least} to {most} days' },
  open: { nl: 'nog te beoordelen', en: 'to be assessed' },
  part: { nl: 'deels bewezen', en: 'proved in part' },
  whole: { nl: 'bewezen', en: 'proved' },
  guide: { nl: 'richttijd voor de beoordeling', en: 'guide for the assessment' },
  guide_note: { nl: 'De laagste schatting geldt als de auditor alles ' +
    'overneemt wat u deels hebt bewezen; de hoogste als hij niets overneemt.',
  en: 'The lowest estimate holds when the assessor accepts all that you ' +
    'proved in part; the highest when nothing of it.' },
  lines: { nl: 'U vraagt aan', en: 'You apply for' },
  methods: { nl: 'Hoe wordt beoordeeld', en: 'How it is assessed' },
  method: { nl: 'Manier', en: 'Method' },
  times: { nl: 'Keer', en: 'Times' },
  hours: { nl: 'Uren (richttijd)', en: 'Hours (guide)' },
  requirements: { nl: 'De eisen', en: 'The requirements' },
  assessed_by: { nl: 'Beoordeling', en: 'Assessment' },
  applies_to: { nl: 'Geldt voor', en: 'Holds for' },
  proved_by: { nl: 'Bewijs', en: 'Evidence' },
  look_at: { nl: 'Let op bij dit bewijs', en: 'What to look at' },
  own: { nl: 'Een eigen oordeel telt mee, maar bewijst op zichzelf niets.',
    en: 'An own judgement helps, but proves nothing by itself.' },
  bodies: { nl: 'Wie mag dit beoordelen?', en: 'Who may assess this?' },
  no_bodies: { nl: 'Er is nu geen certificatie-instelling die dit niveau mag ' +
    'beoordelen.', en: 'There is no body now that may assess this level.' },
  bodies_gone: { nl: 'De lijst van certificatie-instellingen was niet op te ' +
    'halen.', en: 'The list of bodies could not be fetched.' },
  body: { nl: 'Accreditatie {number}, t/m {date}, tot en met niveau {level}',
    en: 'Accreditation {number}, through {date}, up to level {level}' },
  print: { nl: 'Druk af', en: 'Print' },
  save: { nl: 'Bewaar aanvraag.json', en: 'Save aanvraag.json' },
  loaded: { nl: 'De aanvraag uit {name} is ingevuld.',
    en: 'The application from {name} was filled in.' },
  other: { nl: 'Let op: deze aanvraag is van een ander schema of een andere ' +
    'versie. Kijk alles na.', en: 'Note: this application is of another ' +
    'scheme or version. Check everything.' },
  unknown: { nl: 'Niet in dit schema, en dus weggelaten: {codes}.',
    en: 'Not in this scheme, and so left out: {codes}.' },
  cannot: { nl: 'Dit bestand is geen bewaarde aanvraag ({why}). Kies een ' +
    'aanvraag.json die u hier hebt bewaard.', en: 'This file is not a saved ' +
    'application ({why}). Choose an aanvraag.json that you saved here.' },
  sorry: { nl: 'Het schema was niet op te halen ({why}). De eisen staan ' +
    'hieronder; probeer het later opnieuw.', en: 'The scheme could not be ' +
    'fetched ({why}). The requirements are below; try again later.' },
};
