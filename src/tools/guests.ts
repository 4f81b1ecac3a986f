// SPDX-License-Identifier: BSD-2-Clause
// `npm run guests`: makes the guest images that the examples name, as far as they are missing.
import path from 'node:path';
import { DebianError } from '../guest/debian.js';
import { ELSEWHERE } from '../guest/examples.js';
import { describeImages, provideImages } from '../guest/images.js';
import { root } from './root.js';

const images = path.join(root, 'systems/images');

try {
  await provideImages(images, path.join(root, '.cache'), (text) => {
    console.log(`${text} …`);
  });
  for (const line of await describeImages(images)) console.log(`systems/images/${line}`);
} catch (error) {
  if (!(error instanceof DebianError)) throw error;
  console.error(`${error.message}\n\n${ELSEWHERE}`);
  process.exitCode = 1;
}
