// SPDX-License-Identifier: BSD-2-Clause
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './root.js';

/** The licences of the packages that went into a bundle: they ask to be passed on with it. */
export async function licenses(inputs: readonly string[]): Promise<string> {
  const folders = new Set(
    inputs.flatMap(
      (input) => /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(input) ?? [],
    ),
  );
  const texts = await Promise.all([...folders].sort().map(license));
  return ['Makatea includes these packages.\n', ...texts].join(`\n${'-'.repeat(80)}\n`);
}

async function license(folder: string): Promise<string> {
  const dir = path.join(root, folder);
  const manifest = JSON.parse(await readFile(path.join(dir, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license: string;
  };
  const file = (await readdir(dir)).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${folder} is bundled and has no licence file`);
  const text = await readFile(path.join(dir, file), 'utf8');
  return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text}`;
}
