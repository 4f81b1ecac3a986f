// SPDX-License-Identifier: BSD-2-Clause
import type {
  AcceptedFinding,
  Diagnostic,
  Fix,
  Severity,
  Sources,
  Span,
} from '../diagnostics/diagnostic.js';
import type { Page } from '../diagnostics/page.js';
import { identities } from './identity.js';
import { regions } from './region.js';
import { fileUri } from './uri.js';

/** What a log says beside the findings. */
export interface SarifContext {
  /** The pages of all codes. */
  readonly pages: readonly Page[];
  readonly version: string;
  /** The repository's folder; URIs of files in it are relative to it. */
  readonly folder: string;
  /** Shown as suppressed. */
  readonly accepted?: readonly AcceptedFinding[];
}

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** SARIF has the same three words. */
const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'note',
};

type Place = (span: Span) => object;

/** Findings as a SARIF 2.1.0 log, for code scanning. */
export function renderSarif(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  { pages, version, folder, accepted = [] }: SarifContext,
): string {
  const uris = sources.map(({ name }) => fileUri(name, folder));
  const region = regions(sources);
  const uri = (file: number): string => uris[file] ?? '';
  const place: Place = (span) => ({
    artifactLocation: { uri: uri(span.file) },
    region: region(span),
  });
  const ruleIndex = new Map(pages.map(({ code }, index) => [code, index]));
  const all = [...diagnostics, ...accepted.map(({ diagnostic }) => diagnostic)];
  const ids = identities(all, sources, uri);
  const results = all.map((d, index) => ({
    ruleId: d.code,
    ruleIndex: ruleIndex.get(d.code) ?? -1,
    level: LEVELS[d.severity],
    message: { text: words(d) },
    locations: [{ physicalLocation: place(d.span) }],
    ...relatedLocations(d, place),
    // findingHash/v1: see identity.ts. A change of what it is made of gets the next number.
    partialFingerprints: { 'findingHash/v1': ids[index] ?? '' },
    ...(d.fix === undefined ? {} : { fixes: [fix(d.fix, uri(d.fix.span.file), region)] }),
    ...suppressions(accepted[index - diagnostics.length]),
  }));
  const run = {
    tool: { driver: { name: 'Makatea', semanticVersion: version, rules: pages.map(rule) } },
    columnKind: 'utf16CodeUnits',
    newlineSequences: ['\r\n', '\n', '\r'],
    results,
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function words({ message, hint }: Diagnostic): string {
  return (hint === undefined ? message : `${message}\nHint: ${hint}`).toWellFormed();
}

/** What a description accepts (SARIF 2.1.0, 3.35). */
function suppressions(accepted: AcceptedFinding | undefined): object {
  if (accepted === undefined) return {};
  const { reason } = accepted;
  return { suppressions: [{ kind: 'inSource', justification: reason.toWellFormed() }] };
}

function relatedLocations({ related }: Diagnostic, place: Place): object {
  if (related.length === 0) return {};
  return {
    relatedLocations: related.map(({ span, message }, id) => ({
      id,
      message: { text: message.toWellFormed() },
      physicalLocation: place(span),
    })),
  };
}

function fix({ title, span, replacement }: Fix, uri: string, region: Place): object {
  const change = { deletedRegion: region(span), insertedContent: { text: replacement } };
  return {
    description: { text: title },
    artifactChanges: [{ artifactLocation: { uri }, replacements: [change] }],
  };
}

/** A code's page as the metadata of a rule. */
function rule({ code, severity, title, text }: Page): object {
  const plain = text.replaceAll('\n', ' ').replaceAll('`', '');
  return {
    id: code,
    shortDescription: { text: `${title}.` },
    fullDescription: { text: plain },
    help: { text: plain, markdown: `**${title}**\n\n${text}` },
    defaultConfiguration: { level: LEVELS[severity] },
  };
}
