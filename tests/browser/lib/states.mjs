// SPDX-License-Identifier: EUPL-1.2
// Every page of the register in every state it can be in: [name, path].

const PAGES = [
  ['home', '/', '/en/'],
  ['list', '/register', '/en/register'],
  ['list-filtered', '/register?service=cloud&level=substantial',
    '/en/register?service=cloud&level=substantial'],
  ['list-page-2', '/register?page=2', '/en/register?page=2'],
  ['list-none', '/register?service=telephony&level=high',
    '/en/register?service=telephony&level=high'],
  ['search-found', '/zoeken?q=Waddenweb', '/en/search?q=Waddenweb'],
  ['search-several', '/zoeken?q=Utrecht', '/en/search?q=Utrecht'],
  ['search-near', '/zoeken?q=Wadenwep', '/en/search?q=Wadenwep'],
  ['search-none', '/zoeken?q=Qqqqqq', '/en/search?q=Qqqqqq'],
  ['bodies', '/wie-beoordeelt', '/en/bodies'],
  ['figures', '/cijfers', '/en/figures'],
  ['scheme', '/schema', '/en/scheme'],
  ['about', '/over', '/en/about'],
  ['accessibility', '/toegankelijkheid', '/en/accessibility'],
  ['privacy', '/privacy', '/en/privacy'],
  ['check', '/controleer', '/en/check'],
  ['apply', '/aanvragen', '/en/apply'],
  ['absent', '/KM-2026-999999-X', '/en/KM-2026-999999-X'],
];

// Whose mark shows what.
const MARKS = [
  ['valid', 'Voorbeeld ICT'],
  ['suspended', 'Zuiderlicht'],
  ['withdrawn', 'Polder Telecom'],
  ['ended', 'Lente Systemen'],
  ['void', 'Maas en Merwede'],
  ['expired', 'Heideveld'],
  ['not-yet-valid', 'Morgenster'],
  ['superseded', 'Overgang'],
  ['lifted', 'Stadsnet'],
  ['amended', 'Kwartet'],
  ['renewed', 'Tulp'],
  ['advice', 'Ooievaar'],
  ['self-declared', 'Zelfbouw'],
  ['foreign', 'Brugse'],
  ['script', '<script>'],
  ['long', 'Stichting Samenwerkende'],
];

const DAYS = [
  ['then-yes', 'Voorbeeld ICT', '2026-10-01'],
  ['then-no', 'Polder Telecom', '2026-09-15'],
  ['then-bad', 'Voorbeeld ICT', '2026-13-41'],
];

export function states(registry) {
  const both = (name, nl, en) => [[name, nl], [`${name}-en`, en]];
  const mark = (name, who, query = '') => both(`mark-${name}`,
    `/${registry.mark(who)}${query}`, `/en/${registry.mark(who)}${query}`);
  return [
    ...PAGES.flatMap((p) => both(...p)),
    ...MARKS.flatMap((m) => mark(...m)),
    ...both('holder', `/${registry.mark('Voorbeeld ICT')}/houder`,
      `/en/${registry.mark('Voorbeeld ICT')}/holder`),
    ...both('holder-suspended', `/${registry.mark('Zuiderlicht')}/houder`,
      `/en/${registry.mark('Zuiderlicht')}/holder`),
    ...DAYS.flatMap(([name, who, day]) => mark(name, who, `?date=${day}`)),
  ];
}

const LIST = (registry) => ['Leverancier;KvK-nummer', ...['Voorbeeld ICT',
  'Zuiderlicht', 'Polder', 'Heideveld', 'Stichting Samen', 'Waddenweb']
  .map((who) => `${who};${registry.person(who).kvk}`),
'Drukkerij Zonder;11000333', 'Te kort B.V.;1000001', 'RSIN;123456789',
'=HYPERLINK("http://x");11000334'].join('\n');

/** The two pages that compute, in use: [name, path, what is done there]. */
export function uses(registry) {
  const both = (name, nl, en, act) => [[name, nl, act],
    [`${name}-en`, en, act]];
  const check = (name, work) => both(`check-${name}`, '/controleer',
    '/en/check', async (page) => {
      await work(page);
      await page.waitForSelector('#result[data-verdict]');
    });
  const give = (page, name, bytes) => page.setInputFiles('#file', { name,
    mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });
  const badge = async (page, who, file = 'light-nl.svg') => {
    const url = `${registry.local}/badge/${registry.mark(who)}/${file}`;
    await give(page, file, await (await fetch(url)).arrayBuffer());
  };
  return [
    ...check('valid', async (page) => {
      await badge(page, 'Voorbeeld ICT');
      await page.locator('.all-checks summary').click();
    }),
    ...check('other', async (page) => {
      await badge(page, 'Voorbeeld ICT');
      await page.fill('#kvk', '90001001');
      await page.press('#kvk', 'Enter');
      await page.waitForSelector('.binding.bad');
    }),
    ...check('withdrawn', (page) => badge(page, 'Polder')),
    ...check('nothing', (page) => give(page, 'foto.png', 'no picture')),
    ...check('list', (page) => give(page, 'leveranciers.csv',
      LIST(registry))),
    ...both('apply-plan', '/aanvragen', '/en/apply', async (page) => {
      await page.check('#claim-policy_advice');
      await page.check('#service-cloud');
      await page.check('#evidence-iso-27001');
      await page.locator('#result summary').first().click();
    }),
  ];
}
