// SPDX-License-Identifier: BSD-2-Clause
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { camkesCdl, swap } from '../support/camkes.js';
import { twoVmPlan } from '../support/plan.js';

describe('check-cdl', () => {
  let folder = '';
  const at = (name: string): string => join(folder, name);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'check-cdl-'));
    const plan = twoVmPlan({ webFrames: 4 });
    const text = camkesCdl(plan);
    writeFileSync(at('plan.json'), JSON.stringify(plan));
    writeFileSync(at('other.json'), '{}');
    writeFileSync(at('broken.json'), '{');
    writeFileSync(at('good.cdl'), text);
    writeFileSync(at('bad.cdl'), swap(text, 'domainID: 1', 'domainID: 0'));
    writeFileSync(at('broken.cdl'), 'arch x86_64\nobjects {');
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  async function run(...files: string[]): Promise<{ status: number | undefined; text: string }> {
    const script = ['--import', 'tsx', 'src/tools/check-cdl.ts', ...files.map(at)];
    const { exitCode, all } = await execa(process.execPath, script, { all: true, reject: false });
    return { status: exitCode, text: all.replaceAll(`${folder}/`, '') };
  }

  it('says that a system is as planned', async () => {
    const { status, text } = await run('plan.json', 'good.cdl');
    expect(text).toBe('good.cdl: grants exactly what plan.json plans');
    expect(status).toBe(0);
  });

  it('prints what is not as planned and what can not work, and fails', async () => {
    const { status, text } = await run('plan.json', 'bad.cdl');
    expect(text.replace(/ \(line \d+\)/g, '').split('\n')).toEqual([
      '`mk_vm_web_iospace0_uplink`: the domain id is 0, not 1 to 65535',
      'vm_web: DMA of PCI function 03:00.0 in domain 1: planned 1, found 0',
      'vm_web: DMA of PCI function 03:00.0 in domain 0: planned 0, found 1',
    ]);
    expect(status).toBe(1);
  });

  it('says where a specification can not be read', async () => {
    expect(await run('plan.json', 'broken.cdl')).toEqual({
      status: 1,
      text: 'broken.cdl:2: `}` expected, found the end',
    });
  });

  it('refuses what is no plan, and wrong usage', async () => {
    const refused = (name: string) => ({ status: 2, text: `${name}: not a plan of this version` });
    expect(await run('other.json', 'good.cdl')).toEqual(refused('other.json'));
    expect(await run('broken.json', 'good.cdl')).toEqual(refused('broken.json'));
    expect((await run('plan.json')).status).toBe(2);
  });
});
