// SPDX-License-Identifier: BSD-2-Clause
import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import AjvDraft04 from 'ajv-draft-04';
import { describe, expect, test } from 'vitest';
import { oneVm, twoVms } from '../../src/diagnostics/examples.js';
import { catalogue } from '../../src/pipeline/catalogue.js';
import type { Checked } from '../../src/pipeline/check.js';
import { renderSarif } from '../../src/render/sarif.js';
import { example } from '../support/examples.js';
import { compose, lint } from '../support/run.js';

// The schema that OASIS published, as Microsoft's package carries it.
const ajv = new AjvDraft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
ajv.addFormat('uri', { validate: (text: string) => URL.canParse(text) });
ajv.addFormat('uri-reference', { validate: (text: string) => URL.canParse(text, 'file:///x/') });
ajv.addFormat('date-time', /^\d{4}-\d{2}-\d{2}T.*Z$/);
const validate = ajv.compile(schema);

interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}
interface Place {
  readonly artifactLocation: { readonly uri: string };
  readonly region: Region;
}
interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly { readonly physicalLocation: Place }[];
  readonly relatedLocations?: readonly { readonly physicalLocation: Place }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly { readonly kind: string; readonly justification: string }[];
  readonly fixes?: readonly {
    readonly artifactChanges: readonly {
      readonly replacements: readonly {
        readonly deletedRegion: Region;
        readonly insertedContent: { readonly text: string };
      }[];
    }[];
  }[];
}
interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly Result[];
  }[];
}

type Shown = Pick<Checked, 'diagnostics' | 'sources'> & Partial<Pick<Checked, 'accepted'>>;

function log({ diagnostics, sources, accepted = [] }: Shown): Log {
  const context = { pages: catalogue, version: '1.2.3', folder: '/repo', accepted };
  return JSON.parse(renderSarif(diagnostics, sources, context)) as Log;
}

function results(checked: Shown): readonly Result[] {
  return log(checked).runs[0]?.results ?? [];
}

const fingerprints = (text: string): string[] =>
  results(lint(text)).map(({ partialFingerprints }) => Object.values(partialFingerprints).join());

const BROKEN = twoVms({
  web: 'memroy: 64MiB\ncores: [7]\nserial: { com1: { console: front } }',
  db: 'memroy: 64MiB\nserial: { com1: { console: frnt } }',
  top: 'consoles: { front: {} }\nlinks:\n  l: { type: serial, ends: { web: { port: com1 }, db: { port: com2 } } }',
});

describe('SARIF', () => {
  test('has what is accepted as suppressed, with the reason', () => {
    const text = oneVm({
      top: 'consoles: { front: {} }\naccept: { MK0308: { reason: "its VM comes next month" } }',
    });
    const checked = lint(text);
    expect(validate(log(checked)), ajv.errorsText(validate.errors)).toBe(true);
    const found = results(checked).map(({ ruleId, suppressions }) => [ruleId, suppressions]);
    expect(found).toEqual([
      ['MK0348', undefined],
      ['MK0308', [{ kind: 'inSource', justification: 'its VM comes next month' }]],
    ]);
  });

  // Pages about inventories have captured trees as examples, which are not descriptions.
  const systems = catalogue.filter(({ kind }) => kind === undefined);

  test.each(systems.map((page) => [page.code, page] as const))(
    'of the example of %s is what the published schema wants',
    (code, page) => {
      const { text, files } = example(page.fails) ?? expect.fail('nothing to run');
      const sarif = log(compose(text, { ...page.files, ...files }));
      expect(validate(sarif), ajv.errorsText(validate.errors)).toBe(true);
      const [run] = sarif.runs;
      const result = run?.results.find(({ ruleId }) => ruleId === code) ?? expect.fail('no result');
      expect(run?.tool.driver.rules[result.ruleIndex]?.id).toBe(code);
    },
  );

  test('has a rule for every code, with help and a level', () => {
    const rules = log(lint('')).runs[0]?.tool.driver.rules ?? [];
    expect(rules.map(({ id }) => id)).toEqual(catalogue.map(({ code }) => code));
    for (const rule of rules) {
      const words: unknown = expect.stringMatching(/./);
      expect(rule).toMatchObject({
        shortDescription: { text: words },
        help: { text: words, markdown: words },
        defaultConfiguration: { level: expect.stringMatching(/^(error|warning|note)$/) as unknown },
      });
    }
  });

  test('is refused by the schema when it is wrong, so the schema is really asked', () => {
    expect(validate({ version: '2.1.0', runs: [{ results: [{ level: 'fatal' }] }] })).toBe(false);
  });

  test('counts columns in UTF-16 code units, ends past the last', () => {
    const text = twoVms({ top: 'x-note: { "😀😀": 1 }\nexpct: {}' }).replace(
      'name: small',
      '"😀": 1',
    );
    const place = results(lint(text)).find(({ ruleId }) => ruleId === 'MK0101')?.locations[0];
    expect(place?.physicalLocation.region).toEqual({
      startLine: 2,
      startColumn: 1,
      endLine: 2,
      endColumn: 5,
    });
  });

  test('points at related places, and says how to mend', () => {
    const found = results(lint(BROKEN));
    const twice = found.find(({ ruleId }) => ruleId === 'MK0306') ?? expect.fail();
    expect(twice.relatedLocations).toHaveLength(1);
    const frnt = found.find(({ ruleId }) => ruleId === 'MK0202') ?? expect.fail();
    const [replacement] = frnt.fixes?.[0]?.artifactChanges[0]?.replacements ?? [];
    expect(replacement?.insertedContent.text).toBe('front');
    expect(replacement?.deletedRegion).toEqual(frnt.locations[0]?.physicalLocation.region);
  });

  test('names files by URI, relative to the folder when they lie in it', () => {
    const uri = (name: string): string | undefined => {
      const { diagnostics } = lint('');
      const [result] = results({ diagnostics, sources: [{ name, text: '' }] });
      return result?.locations[0]?.physicalLocation.artifactLocation.uri;
    };
    expect(uri('a/system.yaml')).toBe('a/system.yaml');
    expect(uri('./b/../a/s y%#?.yaml')).toBe('a/s%20y%25%23%3F.yaml');
    expect(uri('/repo/a:b.yaml')).toBe('a%3Ab.yaml');
    expect(uri('/elsewhere/system.yaml')).toBe('file:///elsewhere/system.yaml');
    expect(uri('../system.yaml')).toBe('file:///system.yaml');
    expect(uri('\ud800')).toBe('%EF%BF%BD');
  });
});

describe('the fingerprint of a finding', () => {
  const before = fingerprints(BROKEN);

  test('is another one for each finding', () => {
    expect(before.length).toBeGreaterThan(4);
    expect(new Set(before).size).toBe(before.length);
  });

  test('stays when lines, comments and entries come before it', () => {
    const after = BROKEN.replace('name: small', '# new\n\nname: small\ndescription: of something')
      .replace('vms:\n', 'vms:\n  # the first\n  other:\n    memory: 64MiB\n    boot: { type: linux, kernel: images/vmlinuz }\n')
      .replaceAll('kernel: images/vmlinuz', "kernel: images/vmlinuz, cmdline: ''"); // prettier-ignore
    expect(fingerprints(after)).toEqual(before);
  });

  test('stays with other ends of lines', () => {
    expect(fingerprints(BROKEN.replaceAll('\n', '\r\n'))).toEqual(before);
  });

  test('is that of what is left when another finding is mended', () => {
    const after = fingerprints(BROKEN.replace('    memroy: 64MiB\n', ''));
    expect(after).toEqual(before.filter((id) => after.includes(id)));
    expect(after).toHaveLength(before.length - 1);
  });

  test('is another one in another file', () => {
    const { diagnostics, sources } = lint(BROKEN);
    const moved = results({ diagnostics, sources: sources.map((s) => ({ ...s, name: 'b.yaml' })) });
    const ids = moved.map(({ partialFingerprints }) => partialFingerprints['findingHash/v1']);
    expect(ids.filter((id) => before.includes(id ?? ''))).toEqual([]);
  });
});
