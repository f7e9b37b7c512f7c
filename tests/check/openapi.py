#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""
Guard: schemas/openapi.yaml keeps those NLGov REST API Design Rules that a
description shows by itself (2.1, and those of 2.2 on errors, dates and names;
the names in front are theirs). Each rule is first seen to find what breaks it.
"""
import copy
import os
import re
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(TOP, 'tests', 'tools'))
import yaml_json                                        # noqa: E402

METHODS = {'get', 'post', 'put', 'patch', 'delete'}
CAMEL = r'[a-z][a-z0-9]*([A-Z][a-z0-9]*)*'
KEBAB = r'(/(\{[a-z][A-Za-z]*\}|[a-z0-9]+(-[a-z0-9]+)*(\.json)?))+'
SEMVER = r'(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)'


def deref(api, value):
    while isinstance(value, dict) and '$ref' in value:
        at = api
        for part in value['$ref'][2:].split('/'):
            at = at[part]
        value = at
    return value


def operations(api):
    for path, item in api['paths'].items():
        for method, operation in item.items():
            if method in METHODS:
                yield (f'{method} {path}', path, method, operation,
                       [deref(api, p) for p in item.get('parameters', []) +
                        operation.get('parameters', [])])


def responses(api):
    for name, _, _, operation, _ in operations(api):
        for status, response in operation['responses'].items():
            yield f'{name} {status}', status, deref(api, response)


def members(value, name=''):
    """All properties anywhere: (name, schema)."""
    if isinstance(value, dict):
        if name == 'properties':
            yield from value.items()
        for key, each in value.items():
            yield from members(each, '' if name == 'properties' else key)
    elif isinstance(value, list):
        for each in value:
            yield from members(each)


def doc_openapi(api):
    if not re.fullmatch(r'3(\.\d+){1,2}', api.get('openapi', '')):
        yield 'openapi is not 3.x'


def doc_openapi_contact(api):
    for name in ('name', 'url', 'email'):
        if not api['info'].get('contact', {}).get(name):
            yield f'info.contact has no {name}'


def semver(api):
    if not re.fullmatch(SEMVER, api['info']['version']):
        yield f'info.version {api["info"]["version"]} is no version in full'


def uri_version(api):
    major = 'v' + api['info']['version'].split('.')[0]
    for server in api['servers']:
        if server['url'].split('/')[3:] != [major]:
            yield f'server {server["url"]} does not end with /{major}'


def transport_security(api):
    for server in api['servers']:
        if not server['url'].startswith('https://'):
            yield f'server {server["url"]} is not https'


def path_segments_kebab_case(api):
    for path in api['paths']:
        if not re.fullmatch(KEBAB, path.rstrip('/')):
            yield f'{path} is not in kebab-case'


def no_trailing_slash(api):
    for path in api['paths']:
        if path.endswith('/'):
            yield f'{path} ends with a slash'


def http_methods(api):
    for path, item in api['paths'].items():
        for method in set(item) - METHODS - {'parameters'}:
            yield f'{path} has {method}'


def http_safety(api):
    for name, _, method, operation, _ in operations(api):
        if method == 'get' and 'requestBody' in operation:
            yield f'{name} has a body'


def path_parameters(api):
    for name, path, _, _, parameters in operations(api):
        if set(re.findall(r'\{(\w+)\}', path)) != {
                p['name'] for p in parameters if p['in'] == 'path'}:
            yield f'{name} declares other parameters than its path has'


def query_keys_camel_case(api):
    for name, _, _, _, parameters in operations(api):
        for p in parameters:
            if p['in'] == 'query' and not re.fullmatch(CAMEL, p['name']):
                yield f'{name}: {p["name"]} is not in camelCase'


def property_camel_case(api):
    for name, _ in members(api):
        if not re.fullmatch(CAMEL, name):
            yield f'{name} is not in camelCase'


def schema_names(api):
    for name in api['components']['schemas']:
        if not re.fullmatch(r'[A-Z][A-Za-z0-9]*', name):
            yield f'schema {name} is not in PascalCase'


def version_header(api):
    for name, _, response in responses(api):
        if 'API-Version' not in response.get('headers', {}):
            yield f'{name} has no API-Version'


def problem_details(api):
    for name, status, response in responses(api):
        if status[0] not in '45':
            continue
        content = response['content'].get('application/problem+json')
        schema = deref(api, content['schema']) if content else {}
        if not {'status', 'title', 'detail'} <= set(
                schema.get('required', [])):
            yield f'{name} is no problem of status, title and detail'


def invalid_input(api):
    for name, _, _, operation, parameters in operations(api):
        if parameters and '400' not in operation['responses']:
            yield f'{name} has parameters and no 400'
        if '422' in operation['responses']:
            yield f'{name} has 422 in place of 400'


def date_time(api):
    for name, schema in members(api):
        if schema.get('format') in ('time', 'date-time-local'):
            yield f'{name} has a time without its zone'
        if re.search(r'([a-z]D|^d)ate$', name) and deref(api, schema).get(
                'format') not in ('date', 'date-time'):
            yield f'{name} is a date without the format of one'
    if api['components']['schemas']['Time'].get('pattern') != 'Z$':
        yield 'Time is not UTC'


def operation_ids(api):
    ids = [operation.get('operationId') for _, _, _, operation, _ in
           operations(api)]
    if None in ids or len(set(ids)) != len(ids):
        yield 'operations without an id of their own'


def language(api):
    if 'glossary' not in api.get('externalDocs', {}).get('url', ''):
        yield 'English, and no glossary linked (publish-glossary)'


RULES = [doc_openapi, doc_openapi_contact, semver, uri_version,
         transport_security, path_segments_kebab_case, no_trailing_slash,
         http_methods, http_safety, path_parameters, query_keys_camel_case,
         property_camel_case, schema_names, version_header, problem_details,
         invalid_input, date_time, operation_ids, language]


def broken(api):
    """(rule, a copy that breaks it)."""
    def spoilt(rule, spoil):
        other = copy.deepcopy(api)
        spoil(other)
        return rule, other

    def get(a, path='/marks'):
        return a['paths'][path]['get']

    def move(a, old, new):
        a['paths'][new] = a['paths'].pop(old)

    schemas = 'schemas'
    yield spoilt(doc_openapi, lambda a: a.update(openapi='2.0'))
    yield spoilt(doc_openapi_contact, lambda a: a['info']['contact'].pop(
        'email'))
    yield spoilt(semver, lambda a: a['info'].update(version='1.0'))
    yield spoilt(uri_version, lambda a: a['info'].update(version='2.0.0'))
    yield spoilt(uri_version, lambda a: a['servers'][0].update(
        url='https://keurmerk.example/api'))
    yield spoilt(transport_security, lambda a: a['servers'][0].update(
        url='http://keurmerk.example/v1'))
    yield spoilt(path_segments_kebab_case,
                 lambda a: move(a, '/status-lists', '/statusLists'))
    yield spoilt(no_trailing_slash, lambda a: move(a, '/marks', '/marks/'))
    yield spoilt(http_methods, lambda a: a['paths']['/marks'].update(
        trace=get(a)))
    yield spoilt(http_safety, lambda a: get(a).update(requestBody={}))
    yield spoilt(path_parameters, lambda a: a['paths']['/marks/{number}'].pop(
        'parameters'))
    yield spoilt(query_keys_camel_case, lambda a: get(a, '/changes')[
        'parameters'][0].update(name='since-epoch'))
    yield spoilt(property_camel_case, lambda a: a['components'][schemas][
        'EpochOf']['properties'].update(this_update={}))
    yield spoilt(schema_names, lambda a: a['components'][schemas].update(
        mark={}))
    yield spoilt(version_header, lambda a: get(a)['responses']['200'].pop(
        'headers'))
    yield spoilt(problem_details, lambda a: a['components'][schemas][
        'Problem']['required'].remove('detail'))
    yield spoilt(problem_details, lambda a: a['components']['responses'][
        'NotFound'].update(content={'application/json': {}}))
    yield spoilt(invalid_input, lambda a: get(a)['responses'].pop('400'))
    yield spoilt(date_time, lambda a: a['components'][schemas]['EpochOf'][
        'properties'].update(issueDate={'type': 'string'}))
    yield spoilt(date_time, lambda a: a['components'][schemas]['Time'].pop(
        'pattern'))
    yield spoilt(operation_ids, lambda a: get(a).update(
        operationId='getMark'))
    yield spoilt(language, lambda a: a.pop('externalDocs'))


def main():
    with open(os.path.join(TOP, 'schemas', 'openapi.yaml'),
              encoding='utf-8') as f:
        api = yaml_json.yaml.load(f, yaml_json.Loader)
    wrong = [f'schemas/openapi.yaml: {rule.__name__}: {what}'
             for rule in RULES for what in rule(api)]
    tried = set()
    for rule, other in broken(api):
        tried.add(rule)
        if not list(rule(other)):
            wrong.append(f'{rule.__name__} does not find what breaks it')
    wrong += [f'{rule.__name__} is not tried' for rule in RULES
              if rule not in tried]
    with open(os.path.join(TOP, 'ca', 'public', 'api.h'),
              encoding='utf-8') as f:
        if f'API_VERSION\t"{api["info"]["version"]}"' not in f.read():
            wrong.append('info.version is not API_VERSION of '
                         'ca/public/api.h')
    print('\n'.join(wrong), end='\n' if wrong else '')
    return 1 if wrong else 0


sys.exit(main())
