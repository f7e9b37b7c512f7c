#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Spreadsheets as Excel and LibreOffice save them, and what is none, for
60_xlsx.mjs: workbooks.py DIR KVK. Rows stand apart by the parts that those
programs write: a hidden sheet in front, shared and inline strings, numbers,
formulas, dates, formats, empty rows.
"""
import os
import sys
import zipfile

DIR, KVK = sys.argv[1:]
PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'


def relations(*pairs):
    return XML + f'<Relationships xmlns="{PACKAGE}/relationships">' + ''.join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(pairs, 1)) + '</Relationships>'


def sheet(rows):
    return XML + f'<worksheet xmlns="{MAIN}"><dimension ref="A1:E9"/>' \
        f'<sheetData>{rows}</sheetData></worksheet>'


SHARED = ('Crediteurnr', 'Naam leverancier', 'KvK-nummer', 'Sinds',
          '<b/>"Zes" &amp; Zn.', 'tekst\nmet regel_x000D_')
STRINGS = XML + f'<sst xmlns="{MAIN}" count="9" uniqueCount="6">' + ''.join(
    '<si><t xml:space="preserve">' + text.replace('<', '&lt;') + '</t></si>'
    for text in SHARED[:-1]) + \
    '<si><r><rPr><b/></rPr><t>tekst\nmet </t></r><r><t>regel_x000D_</t></r>' \
    '<rPh sb="0" eb="1"><t>gesproken</t></rPh></si></sst>'
STYLES = XML + f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt ' \
    'numFmtId="164" formatCode="00000000"/></numFmts><cellStyleXfs><xf ' \
    'numFmtId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/><xf ' \
    'numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>'
ROWS = sheet(f'''<row r="1" spans="1:4"><c r="A1" t="s"><v>0</v></c>
<c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>
<c r="D1" t="s"><v>3</v></c></row>
<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>Een</t></is>
</c><c r="C2" t="inlineStr"><is><t>{KVK}</t></is></c><c r="D2" s="2">
<v>45992</v></c></row>
<row r="5"><c r="B5" t="s"><v>4</v></c><c r="C5"><v>{int(KVK)}</v></c></row>
<row r="6"><c r="A6" s="1"/><c r="C6" s="1"><v>1000007</v></c></row>
<row r="7"><c r="B7" t="s"><v>5</v></c><c r="C7"><v>1000007</v></c></row>
<row r="8"><c r="C8" t="str"><f>"1100"&amp;"0333"</f><v>11000333</v></c></row>
<row r="9"><c r="C9"><v>1.1000333E7</v></c></row>''')
BOOK = XML + f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet ' \
    'name="Verborgen" sheetId="1" state="hidden" r:id="rId1"/><sheet ' \
    'name="Leveranciers" sheetId="2" r:id="rId2"/><sheet name="Later" ' \
    'sheetId="3" r:id="rId1"/></sheets></workbook>'
PARTS = {
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': relations(('officeDocument', 'xl/workbook.xml')),
    'xl/workbook.xml': BOOK,
    'xl/_rels/workbook.xml.rels': relations(
        ('worksheet', 'worksheets/sheet1.xml'),
        ('worksheet', '/xl/worksheets/sheet2.xml'),
        ('sharedStrings', 'sharedStrings.xml'), ('styles', 'styles.xml')),
    'xl/worksheets/sheet1.xml': sheet('<row r="1"><c r="A1"><v>9</v></c>'
                                      '</row>'),
    'xl/worksheets/sheet2.xml': ROWS,
    'xl/sharedStrings.xml': STRINGS,
    'xl/styles.xml': STYLES}


def write(name, method=zipfile.ZIP_DEFLATED, **changed):
    path = os.path.join(DIR, name)
    with zipfile.ZipFile(path, 'w', method) as z:
        for part, data in {**PARTS, **changed}.items():
            if data is not None:
                z.writestr(part, data)
    with open(path, 'rb') as f:
        return f.read()


def keep(name, data):
    with open(os.path.join(DIR, name), 'wb') as f:
        f.write(data)


SHEET = 'xl/worksheets/sheet2.xml'
good = write('good.xlsx')
stored = write('stored.xlsx', zipfile.ZIP_STORED)
keep('cut.xlsx', good[:-300])
keep('flipped.xlsx', stored.replace(b'<v>1000007<', b'<v>1000008<'))
write('bomb.xlsx', **{SHEET: sheet(' ' * 30000000)})
write('large.xlsx', **{SHEET: sheet(' ' * 40000000)})
# 2,000 cells with one string of 60,000: small, and 120 MB when read.
write('many.xlsx', **{
    'xl/sharedStrings.xml': f'<sst><si><t>{"a" * 60000}</t></si></sst>',
    SHEET: sheet(''.join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>'
                         for i in range(1, 2001)))})
write('doctype.xlsx', **{SHEET: ROWS.replace('<worksheet', '<!DOCTYPE x [<!'
                                             'ENTITY a "b">]><worksheet')})
write('order.xlsx', **{SHEET: ROWS.replace('r="5"', 'r="2"')})
write('string.xlsx', **{SHEET: ROWS.replace('<v>5<', '<v>99<')})
write('none.xlsx', **{'_rels/.rels': None})
write('list.ods', zipfile.ZIP_STORED, mimetype='application/vnd.oasis.'
      'opendocument.spreadsheet')
flags = bytearray(good)
at = 0
while (at := flags.find(b'PK\x01\x02', at)) > 0:
    flags[at + 8] |= 1
    at += 4
keep('zip-password.xlsx', flags)
COMPOUND = b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + bytes(1000)
keep('password.xlsx', COMPOUND + 'EncryptedPackage'.encode('utf-16-le'))
keep('old.xls', COMPOUND + 'Workbook'.encode('utf-16-le'))
