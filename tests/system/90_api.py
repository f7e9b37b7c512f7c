#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The API of the public role: every operation of schemas/openapi.yaml is
called over a cast of holders whose names are traps, and each answer held
against it; then what the answers say.
"""
import hashlib
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                'lib'))
import openapi                                          # noqa: E402
from authority import TOP, check, program               # noqa: E402
from public_role import PublicRole                      # noqa: E402

BASE = os.environ['TEST_TMP']
NOW = int(time.time())


def made(name, *command):
    """A directory, which stands in the command as DIR."""
    path = os.path.join(BASE, name)
    os.makedirs(path, exist_ok=True)
    subprocess.run([path if each == 'DIR' else each for each in command],
                   check=True)
    return path


def cast(name, environment):
    return made(name, '/usr/bin/python3', os.path.join(
        TOP, 'tests', 'system', 'lib', 'make_cast.py'), 'DIR',
        '--environment', environment)


class Api:
    def __init__(self, role, description):
        self.role, self.description = role, description

    def get(self, path, status=200):
        answer = self.role.get('/v1' + path)
        check(answer.status == status, path, 'answered', answer.status,
              answer.body)
        return self.description.hold('/v1' + path, answer)

    def pages(self, path, name):
        """All items, by following the links."""
        found = []
        while path is not None:
            page = self.get(path)
            found += page[name]
            path = page['links']['next']
            if path is not None:
                check(path.startswith('https://keurmerk.example/v1/'), path)
                path = path[len('https://keurmerk.example/v1'):]
        return found


def problem_names(api, path):
    return [each['name'] for each in api.get(path, 400)['errors']]


def refused(api):
    check(problem_names(api, '/marks?size=0&colour=red&level=top&status=x&'
                        'holder=1&host=A.example&service=Web&claim=all&'
                        'page=01&q=') ==
          ['colour', 'q', 'service', 'claim', 'level', 'status', 'holder',
           'host', 'page', 'size'], 'not all that is wrong was told')
    check(problem_names(api, '/marks?size=101') == ['size'])
    for path in ('/status-lists', '/epochs', '/trust-lists'):
        check(problem_names(api, path + '?page=0&x=1') == ['x', 'page'], path)
    check(problem_names(api, '/changes?since-epoch=1&sinceEpoch=99') ==
          ['since-epoch', 'sinceEpoch'])
    for path in ('/marks/KM-2026-000001-8', '/marks/KM-2026-000001-8/badge',
                 '/marks/KM-2026-000001-8/attestation', '/bodies',
                 '/openapi.json', '/glossary.json'):
        api.get(path + '?x=1', 400)
    for path in ('', '/badge', '/attestation'):
        api.get('/marks/KM-1999-000001-Q' + path, 404)


def rules(api):
    """Rules of the API Design Rules that only a running API shows."""
    for path in ('/v1/marks/', '/v1/', '/v1/bodies/', '/v1//marks',
                 '/v1/Marks', '/v1/marks/km-2026-000001-8', '/v1/marks/x'):
        answer = api.role.get(path)
        check(answer.status == 404, path, answer.status)
        check(answer.type == 'application/problem+json', path, answer.type)
        check(answer.headers['API-Version'] == '1.0.0', path)
    head = api.role.get('/v1/marks', 'HEAD')
    check(head.status == 200 and head.body == b'' and
          int(head.headers['Content-Length']) > 0, 'HEAD')
    answer = api.role.get('/v1/marks', 'POST')
    check(answer.status in (405, 501), 'POST', answer.status)


def searched(api, people):
    def numbers(query):
        return {each['number'] for each in api.pages('/marks?' + query,
                                                     'marks')}
    first = people[0]
    for query in ('q=Voorbeeld+ICT+B.V.', 'q=' + first['kvk'],
                  'q=' + first['number'], 'holder=' + first['kvk'],
                  'holder=NTRNL-' + first['kvk'], 'host=' + first['hosts'][0],
                  'q=voorbeeld-ict.example', 'holder=529900T8BM49AURSDO55'):
        check(first['number'] in numbers(query), query)
    check(numbers('holder=12345678') == set(), 'nobody has this number')
    check(numbers('host=example.com') == set(), 'nobody has this host')
    near = api.get('/marks?q=Vorbeld+ICT')
    check(near['marks'] == [] and near['page']['total'] == 0 and
          first['number'] in [m['number'] for m in near['similar']],
          'a name with errors in it is similar, not the answer')
    for mark in api.pages('/marks?service=backup&level=substantial&size=3',
                          'marks'):
        check(any(line['service'] == 'backup' and line['level'] !=
                  'basic' for line in mark['lines']), mark)
    check(numbers('claim=policy_advice') >
          numbers('claim=policy_advice&q=Ooievaar+Advies') != set(), 'claims')
    for status in ('valid', 'suspended', 'withdrawn', 'expired',
                   'not-yet-valid'):
        found = api.pages('/marks?size=7&status=' + status, 'marks')
        check(found and all(m['status'] == status for m in found), status)


def told(api, people, environment):
    """Each mark, whole, as the cast has it."""
    listed = api.pages('/marks?size=9', 'marks')
    numbers = [m['number'] for m in listed]
    check(numbers == sorted(set(numbers)) and
          set(numbers) == {each['number'] for each in people}, numbers)
    for short in listed:
        mark = api.get('/marks/' + short['number'])
        check(all(mark[key] == value for key, value in short.items()), short)
        who = [p for p in people if p['number'] == short['number']]
        check(mark['holder']['legalName'] == who[0]['name'], mark)
        check(mark['environment'] == environment, mark)
        check((mark['notice'] is None) == (environment == 'production'), mark)
        check([a['index'] for a in mark['attestations']] ==
              [p['index'] for p in who], mark)
        check(sum(a['speaks'] for a in mark['attestations']) == 1, mark)
        check(mark['history'] == sorted(mark['history'],
                                        key=lambda e: e['at']), mark)
        if who[-1]['status'] in ('withdrawn', 'suspended'):
            check(mark['status'] == who[-1]['status'], mark)
            check(mark['statusSince'] == mark['history'][-1]['at'], mark)
            check(mark['statusReason'] == mark['history'][-1]['reason'], mark)


def proven(api, top, environment):
    """What is signed verifies by our own command, from the pin."""
    with open(os.path.join(top, 'tree', 'bodies.json'), 'rb') as f:
        check(api.get('/bodies')['bodies'] == json.load(f)['bodies'])
    for path, name in (('/status-lists', 'statusLists'),
                       ('/epochs', 'epochs'), ('/trust-lists', 'trustLists')):
        items = api.pages(path, name)
        check(items, path, 'has nothing')
        for item in items:
            file = os.path.join(top, 'tree', item['link'].split('/', 3)[3])
            with open(file, 'rb') as f:
                check(hashlib.sha256(f.read()).hexdigest() == item['sha256'],
                      file)
    policy = os.path.join(BASE, 'policy.json')
    with open(policy, 'w', encoding='utf-8') as f:
        json.dump({'environment': environment}, f)
    for number, expected in (('KM-2026-000001-8', 0),
                             ('KM-2026-000005-Z', 15),
                             ('KM-2026-000006-X', 14)):
        file = os.path.join(BASE, number)
        with open(file, 'wb') as f:
            f.write(api.get(f'/marks/{number}/badge'))
        run = subprocess.run(
            [program('keurmerk'), 'verify', '--json', '--policy', policy,
             '--trust', os.path.join(top, 'pin'), file],
            stdin=subprocess.DEVNULL, capture_output=True)
        check(run.returncode == expected, number, run.returncode, run.stdout,
              run.stderr)
        outcomes = {c['check']: c['outcome']
                    for c in json.loads(run.stdout)['checks']}
        check(outcomes['register-proof'] == 'passed' and
              outcomes['epoch'] == 'passed', outcomes)
        check(api.get(f'/marks/{number}/attestation') in
              api.get(f'/marks/{number}/badge'), number)


def changed(api):
    """All pages together are all histories, in order, each id once."""
    events, page = [], 1
    while True:
        batch = api.get(f'/changes?size=20&page={page}')
        events += batch
        page += 1
        if len(batch) < 20:
            break
    check([e['time'] for e in events] == sorted(e['time'] for e in events))
    check(len({e['id'] for e in events}) == len(events), 'ids stand twice')
    told_ = {(e['subject'], e['time'], e['data']['event'],
              e['data']['reason']) for e in events}
    histories = {(m['number'], e['at'], e['event'], e['reason'])
                 for short in api.pages('/marks?size=100', 'marks')
                 for m in [api.get('/marks/' + short['number'])]
                 for e in m['history']}
    check(told_ == histories, told_ ^ histories)


def since(description):
    """Only what came after an epoch is told; of one not kept, nothing."""
    tree = program('system/make_tree')
    top = made('since', tree, 'DIR', '3', '5', str(NOW))
    with open(os.path.join(top, 'tree', 'epoch'), 'rb') as f:
        before = hashlib.sha256(f.read()).hexdigest()
    made('since', tree, 'DIR', '3', '8', str(NOW), 'previous=' + before,
         'history=1:40-grant,0-suspend/3')
    with PublicRole(BASE, os.path.join(top, 'tree'), 'production') as role:
        api = Api(role, description)
        check(len(api.get('/changes')) == 4)
        check([(e['type'], e['data']['reason'])
               for e in api.get('/changes?sinceEpoch=5')] ==
              [('nl.keurmerk.mark-suspended', 'requirements')])
        check([e['number'] for e in api.get('/epochs')['epochs']] == [8, 5])
        api.get('/changes?sinceEpoch=7', 404)


def described(api, description):
    served = api.get('/openapi.json')
    check(served['paths'] == description.all['paths'], 'another openapi.json')
    check(served['components'] == description.all['components'])
    check(served['servers'][0]['url'] == 'https://keurmerk.example/v1')
    with open(os.path.join(TOP, 'schemas', 'glossary.json'),
              encoding='utf-8') as f:
        check(api.get('/glossary.json') == json.load(f), 'another glossary')


def empty(description):
    """Without a register every operation but those that need none says so."""
    os.makedirs(os.path.join(BASE, 'nothing', 'tree'))
    with PublicRole(BASE, os.path.join(BASE, 'nothing', 'tree')) as role:
        api = Api(role, description)
        for path, _ in description.operations.values():
            path = path.replace('{number}', 'KM-2026-000001-8')
            api.get(path, 200 if path.endswith('.json') else 503)


def main():
    description = openapi.Description()
    check(sorted(openapi.routes()) == sorted(description.all['paths']),
          'routes and description differ:', sorted(
              set(openapi.routes()) ^ set(description.all['paths'])))
    for environment in ('production', 'demonstration', 'exercise'):
        top = cast('cast-' + environment, environment)
        with open(os.path.join(top, 'cast.json'), encoding='utf-8') as f:
            people = json.load(f)
        with PublicRole(BASE, os.path.join(top, 'tree'), environment) as role:
            api = Api(role, description)
            told(api, people, environment)
            proven(api, top, environment)
            if environment == 'production':
                refused(api)
                rules(api)
                searched(api, people)
                changed(api)
                described(api, description)
    since(description)
    empty(description)
    missing = [(name, status)
               for name, (_, operation) in description.operations.items()
               for status in operation['responses']
               if (name, int(status)) not in description.seen]
    check(not missing, 'said but never seen:', missing)


main()
