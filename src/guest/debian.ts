// SPDX-License-Identifier: BSD-2-Clause
// Fetches files out of Debian packages: apt checks their signatures, nothing is installed, and root
// is not needed.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa, ExecaError } from 'execa';

/** What to tell the user when a step can not be done. */
export class DebianError extends Error {}

/** A package as apt's lists have it. */
interface Listed {
  readonly name: string;
  readonly version: string;
  readonly depends: string;
}

/** An unpacked package. */
export interface Unpacked {
  /** Name and version. */
  readonly label: string;
  readonly dir: string;
}

/** Guests are for x86-64, whatever this machine is. Root's own downloads need no sandbox. */
const COMMON = ['-o', 'APT::Architecture=amd64', '-o', 'APT::Sandbox::User=root'];

/** Debian's packages, by apt. Everything that it writes lies in one folder. */
export class Debian {
  private options: readonly string[] = COMMON;
  private listsAreFresh = false;

  /**
   * @param scratch a folder to write in, which must exist
   * @param say is told what takes its time
   */
  constructor(
    private readonly scratch: string,
    private readonly say: (text: string) => void,
  ) {}

  /** The newest kernel that a meta package such as linux-image-cloud-amd64 stands for. */
  async kernelOf(meta: string): Promise<string> {
    return this.withLists(async () => {
      const { depends } = await this.show(meta);
      const kernel = /\blinux-image-\d[\w.+-]*/.exec(depends)?.[0];
      if (kernel === undefined)
        throw new DebianError(`${meta} names no kernel package: ${depends}`);
      return kernel;
    });
  }

  /** Downloads a package and unpacks it into a folder of its own. */
  async unpack(name: string): Promise<Unpacked> {
    return this.withLists(async () => {
      const { version } = await this.show(name);
      this.say(`fetching Debian's ${name} ${version}`);
      const dir = await mkdtemp(path.join(this.scratch, `${name}-`));
      await run('apt-get', [...this.options, '-qq', 'download', `${name}=${version}`], dir);
      const deb = (await readdir(dir)).find((file) => file.endsWith('.deb'));
      if (deb === undefined) throw new DebianError(`apt-get fetched no package ${name}`);
      await run('dpkg-deb', ['--extract', deb, 'root'], dir);
      return { label: `${name} ${version}`, dir: path.join(dir, 'root') };
    });
  }

  private async show(name: string): Promise<Listed> {
    const text = await run('apt-cache', [...this.options, 'show', '--no-all-versions', name]);
    const field = (key: string) => new RegExp(`^${key}: (.*)$`, 'm').exec(text)?.[1] ?? '';
    return { name, version: field('Version'), depends: field('Depends') };
  }

  /** The machine's package lists may be absent or stale; then lists of our own are fetched. */
  private async withLists<T>(task: () => Promise<T>): Promise<T> {
    if (this.listsAreFresh) return task();
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof DebianError)) throw error;
      await this.freshLists();
      return task();
    }
  }

  private async freshLists(): Promise<void> {
    this.say("fetching Debian's package lists");
    const lists = path.join(this.scratch, 'lists');
    const cache = path.join(this.scratch, 'cache');
    await mkdir(path.join(lists, 'partial'), { recursive: true });
    await mkdir(path.join(cache, 'archives/partial'), { recursive: true });
    this.options = [...COMMON, '-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${cache}`];
    await run('apt-get', [...this.options, '-qq', '-o', 'APT::Update::Error-Mode=any', 'update']);
    this.listsAreFresh = true;
  }
}

/** Runs a tool and hands over what it prints; its complaint becomes ours. */
async function run(tool: string, args: readonly string[], cwd?: string): Promise<string> {
  try {
    const options = { stdin: 'ignore', env: { LC_ALL: 'C.UTF-8' } } as const;
    const { stdout } = await execa(tool, args, cwd === undefined ? options : { ...options, cwd });
    return stdout;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    if (error.code === 'ENOENT') {
      throw new DebianError(`there is no ${tool} here`);
    }
    const said = String(error.stderr).trim().split('\n').slice(-3).join('\n');
    throw new DebianError(`${tool} failed:\n${said}`);
  }
}

/** Runs a task in a folder that is gone afterwards, beside what it makes, so that renaming is possible. */
export async function withScratch<T>(
  parent: string,
  task: (dir: string) => Promise<T>,
): Promise<T> {
  if (!existsSync(parent)) await mkdir(parent, { recursive: true });
  const dir = await mkdtemp(path.join(parent, 'guest-'));
  try {
    return await task(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
