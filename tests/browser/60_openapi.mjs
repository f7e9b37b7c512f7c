// SPDX-License-Identifier: EUPL-1.2
// schemas/openapi.yaml passes Redocly's lint, every rule of it an error; and a
// description that is spoilt does not.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

import { build, dir, end, ensure, same } from './lib/check.mjs';

const place = `${dir}/openapi`;
mkdirSync(place, { recursive: true });
const description = readFileSync(`${build}/gen/openapi.json`, 'utf8');

// Nothing is sent, and nothing is asked.
const quiet = { PATH: process.env.PATH, HOME: place, CI: 'true',
  REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

function lint(name, spoil) {
  const api = JSON.parse(description);
  spoil(api);
  writeFileSync(`${place}/${name}.json`, JSON.stringify(api, null, 1));
  return spawnSync(process.execPath, [`${build}/npm/node_modules/@redocly/cli/bin/cli.js`,
    'lint',
    '--extends', 'recommended-strict', '--format', 'codeframe',
    `${name}.json`], { cwd: place, encoding: 'utf8', env: quiet });
}

const good = lint('good', () => {});
ensure(good.status === 0, `redocly: ${good.stdout}${good.stderr}`);
same(lint('no-operation-id', (api) => {
  delete api.paths['/marks'].get.operationId;
}).status, 1);
same(lint('nowhere', (api) => {
  api.paths['/bodies'].get.responses['400'] =
    { $ref: '#/components/responses/Nowhere' };
}).status, 1);

end();
