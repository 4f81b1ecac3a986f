// SPDX-License-Identifier: BSD-2-Clause
// A language server as an editor sees it: a process that is spoken to over its standard streams.
import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** What a server asks of an editor, by method; other requests are answered with null. */
type Answers = Readonly<Record<string, (params: unknown) => unknown>>;

/** The two streams of a server, and its exit status when it has ended. */
export interface Channel {
  readonly input: Writable;
  readonly output: Readable;
  readonly ended: Promise<number | null>;
}

/** A server as a process of its own. */
function start(command: string, args: readonly string[]): Channel {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { input: child.stdin, output: child.stdout, ended };
}

/** A server that runs. Base protocol: LSP 3.17, "Base Protocol". */
export class LanguageServer {
  readonly #channel: Channel;
  readonly #answers: Answers;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #listeners: ((message: Message) => void)[] = [];
  #buffer = Buffer.alloc(0);
  #last = 0;

  /** @param server what runs already, or the program to run */
  constructor(server: Channel | string, args: readonly string[] = [], answers: Answers = {}) {
    this.#answers = answers;
    this.#channel = typeof server === 'string' ? start(server, args) : server;
    this.#channel.output.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      for (let body = this.#next(); body !== undefined; body = this.#next()) {
        this.#receive(JSON.parse(body) as Message);
      }
    });
  }

  /** The body of the next whole message. */
  #next(): string | undefined {
    const end = this.#buffer.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const length = Number(
      /content-length: *(\d+)/i.exec(this.#buffer.toString('ascii', 0, end))?.[1],
    );
    if (this.#buffer.length < end + 4 + length) return undefined;
    const body = this.#buffer.toString('utf8', end + 4, end + 4 + length);
    this.#buffer = this.#buffer.subarray(end + 4 + length);
    return body;
  }

  #receive(message: Message): void {
    const { id, method } = message;
    if (id !== undefined && method === undefined) {
      this.#waiting.get(id)?.(message);
      this.#waiting.delete(id);
    } else if (id !== undefined && method !== undefined) {
      this.#send({ id, result: this.#answers[method]?.(message.params) ?? null });
    }
    for (const listen of [...this.#listeners]) listen(message);
  }

  #send(message: object): void {
    this.sendBody(JSON.stringify({ jsonrpc: '2.0', ...message }));
  }

  /** A message of any content, also one that no editor sends. */
  sendBody(body: string): void {
    this.#channel.input.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  async request(method: string, params: unknown): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ error, result }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(error.message));
      });
      this.#send({ id, method, params });
    });
  }

  /** The parameters of the next notification that fits. */
  async notified<T>(method: string, fits: (params: T) => boolean): Promise<T> {
    return new Promise((resolve) => {
      const listen = (message: Message): void => {
        const params = message.params as T;
        if (message.method !== method || !fits(params)) return;
        this.#listeners.splice(this.#listeners.indexOf(listen), 1);
        resolve(params);
      };
      this.#listeners.push(listen);
    });
  }

  /** The exit status. */
  async stop(): Promise<number | null> {
    await this.request('shutdown', null);
    this.notify('exit', null);
    return this.#channel.ended;
  }
}
