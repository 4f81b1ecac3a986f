// SPDX-License-Identifier: BSD-2-Clause
import { performance } from 'node:perf_hooks';
import type { PublishDiagnosticsParams } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { checkDocument, type Check, type Finding } from './check.js';
import type { Workspace } from './workspace.js';

/** Checks documents as they change and sends the findings of each file. */
export interface Publisher {
  /** A file has changed, on disk or in the editor: all documents that were checked with it are stale. */
  changed(path: string): void;
  closed(uri: string): void;
  /** Checks what is stale now; gives the findings of all open documents. */
  settle(): readonly Finding[];
}

/** A check that takes longer than this, in milliseconds, is not made for each letter of somebody who types fast. */
const NOTICED = 50;

/** But a person waits no longer than this for it to begin. */
const MAX_DELAY = 500;

interface Outlet {
  readonly send: (params: PublishDiagnosticsParams) => void;
  /** A check failed: our own mistake, which must not take the other documents with it. */
  readonly failed: (error: unknown) => void;
}

export function publisher(workspace: Workspace, { send, failed }: Outlet): Publisher {
  const checks = new Map<string, Check>();
  const stale = new Set<string>();
  const sent = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let duration = 0;

  const settle = (): readonly Finding[] => {
    clearTimeout(timer);
    timer = undefined;
    if (stale.size > 0) {
      const start = performance.now();
      for (const document of workspace.open.values()) {
        if (!stale.has(document.uri)) continue;
        try {
          checks.set(document.uri, checkDocument(workspace, document));
        } catch (error) {
          failed(error);
        }
      }
      stale.clear();
      publish(workspace, sent, merged(checks.values()), send);
      duration = performance.now() - start;
    }
    return [...checks.values()].flatMap(({ findings }) => findings);
  };
  // After a long check there is as much time for other answers, and letters typed meanwhile are checked together.
  const schedule = (): void => {
    timer ??= setTimeout(settle, duration > NOTICED ? Math.min(duration, MAX_DELAY) : 0);
  };
  const changed = (path: string): void => {
    for (const [open, { uri }] of workspace.open) {
      if (open === path || checks.get(uri)?.reads.has(path) === true) stale.add(uri);
    }
    if (stale.size > 0) schedule();
  };
  return {
    settle,
    changed,
    closed(uri) {
      checks.delete(uri);
      stale.delete(uri);
      changed(workspace.pathOf(uri));
      publish(workspace, sent, merged(checks.values()), send);
    },
  };
}

/** The findings of each file. Several descriptions find the same in the machine that they share: it is told once. */
function merged(checks: Iterable<Check>): Map<string, Map<string, Finding>> {
  const files = new Map<string, Map<string, Finding>>();
  for (const { findings } of checks) {
    for (const finding of findings) {
      const file = files.get(finding.uri) ?? new Map<string, Finding>();
      const { range, code, message } = finding.shown;
      file.set(JSON.stringify([range, code, message]), finding);
      files.set(finding.uri, file);
    }
  }
  return files;
}

function publish(
  workspace: Workspace,
  sent: Map<string, string>,
  files: ReadonlyMap<string, ReadonlyMap<string, Finding>>,
  send: (params: PublishDiagnosticsParams) => void,
): void {
  const documents = new Map<string, TextDocument>();
  for (const document of workspace.open.values()) documents.set(document.uri, document);
  for (const uri of new Set([...documents.keys(), ...sent.keys(), ...files.keys()])) {
    const findings = [...(files.get(uri)?.values() ?? [])];
    const version = documents.get(uri)?.version;
    const params = {
      uri,
      diagnostics: findings.map(({ shown }) => shown),
      ...(version === undefined ? {} : { version }),
    };
    const text = JSON.stringify(params);
    if (sent.get(uri) === text) continue;
    send(params);
    if (findings.length === 0 && version === undefined) sent.delete(uri);
    else sent.set(uri, text);
  }
}
