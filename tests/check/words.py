#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
#
# Guard: the words of the pages. Every key that a template or a page uses is
# there in both languages with the same places, none is left over, none holds
# a word that is never said of a provider, and templates put a value only
# where its escaping holds: in text and in quoted attributes, never as an
# address of its own but for those that the pages make.

import json
import pathlib
import re
import sys

TAG = re.compile(r'\{\{([#^/>=!]?)(.*?)\}\}', re.S)
# What pages make themselves, or what is checked before it is signed.
ADDRESSES = re.compile(r'to\.[a-z]+|here\.(nl|en)|own|other|path|mail|'
                       r'issuer|badge|mark_page|'
                       r'([a-z]+[._])?url|mark\.holder\.information')
# In C: "site.name", and "months.%d" for all of those.
KEYS_OF_C = re.compile(r'"([a-z_]+(?:\.[A-Za-z0-9_%.-]+)+)"')


def flat(tree, path=()):
    """The texts of a file: {path: {nl, en}}."""
    if isinstance(tree, dict) and 'nl' in tree and 'en' in tree and all(
            isinstance(tree[k], str) for k in ('nl', 'en')):
        return {path: tree}
    if not isinstance(tree, dict):
        return {}
    return {k: v for name, sub in tree.items()
            for k, v in flat(sub, (*path, name)).items()}


def matches(key, used):
    if used[0].startswith('@') and len(used) == 1:
        return False                    # a whole key, named in C
    return len(key) == len(used) and all(
        u.startswith('@') or k == u or ('%' in u and re.fullmatch(
            re.sub(r'%[.0-9]*[ds]', '.*', u), k))
        for k, u in zip(key, used))


def of_templates(pages):
    """Keys that templates use, each with the places that use it."""
    used = {}
    for name, text in pages.items():
        for kind, what in TAG.findall(text):
            if kind == '=':
                used.setdefault(tuple(what.split('.')), []).append(name)
    return used


def never(glossary, words):
    bad = []
    for lang in ('nl', 'en'):
        for word in glossary['never'][lang]:
            said = re.compile(rf'(?<!\w){re.escape(word)}(?!\w)', re.I)
            bad += [f'words.json: {".".join(k)} ({lang}): never “{word}”'
                    for k, v in words.items() if said.search(v[lang])]
    return bad


def escaped(name, text):
    """Values stand where escaping for HTML is enough."""
    bad = []
    plain = re.sub(r'\{\{!.*?\}\}', '', text, flags=re.S)
    for tag in re.findall(r'<[a-zA-Z][^<>]*>', plain):
        outside = re.sub(r'"[^"]*"', '', tag)
        outside = re.sub(r'\{\{[#^/][^}]*\}\}', '', outside)
        if '{{' in outside:
            bad.append(f'{name}: a value outside quotes: {tag}')
        if re.search(r'''\s(on[a-z]+|style)=|=['][^"]*\{\{''', tag):
            bad.append(f'{name}: no such attribute here: {tag}')
        for value in re.findall(r'\b(?:href|src|action)="\{\{([^}]*)\}\}',
                                tag):
            if not ADDRESSES.fullmatch(value):
                bad.append(f'{name}: {value} is no address: {tag}')
    if re.search(r'<(script|style)[^>]*>[^<]', plain):
        bad.append(f'{name}: a script or style in the page')
    return bad


def check(words, glossary, pages, sources):
    texts = flat(words)
    said = flat(glossary)
    used = of_templates(pages)
    bad = [f'{where[0]}: no words {".".join(key)}'
           for key, where in used.items() if not key[0].startswith('@') and
           not any(matches(k, key) for k in (*texts, *said))]
    for key in KEYS_OF_C.findall(sources):
        used.setdefault(tuple(re.split(r'(?<!%)\.', key)), []).append('C')
    # {{=@page.title}}: a page is named where it begins
    used.pop(('@key',), None)
    for key, v in texts.items():
        places = [sorted(re.findall(r'\{[^}]*\}', v[lang]))
                  for lang in ('nl', 'en')]
        if places[0] != places[1]:
            bad.append(f'words.json: {".".join(key)}: other {{places}} in '
                       'one language')
        if not any(matches(key, u) for u in used):
            bad.append(f'words.json: {".".join(key)}: nobody says this')
    for name, text in pages.items():
        bad += escaped(name, text)
    return bad + never(glossary, texts)


def samples():
    """What must be found."""
    good = {'a': {'b': {'nl': 'x {n}', 'en': 'y {n}'}}}
    nothing = {'never': {'nl': ['veilig'], 'en': ['safe']}}
    page = {'p.html': '<a href="{{to.a}}">{{=a.b}}</a>'}
    assert check(good, nothing, page, '') == []
    for words, pages, want in (
            (good, {'p.html': '{{=a.c}}{{=a.b}}'}, 'no words a.c'),
            (good, {'p.html': ''}, 'nobody says'),
            ({'a': {'b': {'nl': 'x {n}', 'en': 'y'}}}, page, 'one language'),
            ({'a': {'b': {'nl': 'is veilig', 'en': 'y'}}}, page, 'never'),
            (good, {'p.html': '<a href={{to.a}}>{{=a.b}}</a>'}, 'outside'),
            (good, {'p.html': '<a href="{{name}}">{{=a.b}}</a>'},
             'no address'),
            (good, {'p.html': '<script>x</script>{{=a.b}}'}, 'script'),
            (good, {'p.html': '<a onclick="x">{{=a.b}}</a>'}, 'attribute')):
        found = check(words, nothing, pages, '')
        assert any(want in line for line in found), (want, found)


def main():
    samples()
    room = pathlib.Path('ca/public')
    pages = {p.name: p.read_text() for p in
             sorted(room.glob('pages/*.html'))}
    if not pages:
        return 77
    bad = check(json.loads((room / 'words.json').read_text()),
                json.loads(pathlib.Path('schemas/glossary.json').read_text()),
                pages, ''.join(p.read_text() for p in room.glob('*.c')))
    print('\n'.join(bad))
    return 1 if bad else 0


sys.exit(main())
