// SPDX-License-Identifier: BSD-2-Clause
import { createServer, type Server, type Socket } from 'node:net';

/**
 * Our end of the cable at the machine's first serial port: a TCP port of this computer to which the emulator connects. It
 * is we who listen, so that the number is free for certain, and no output is lost.
 */
export class SerialLine {
  #socket: Socket | undefined;
  readonly #server: Server;
  readonly #hear: (printed: Buffer) => void;
  #closed: () => void = () => undefined;

  /** Settles when the machine's end is gone, after all of its output was heard. */
  readonly closed = new Promise<void>((resolve) => {
    this.#closed = resolve;
  });

  private constructor(hear: (printed: Buffer) => void) {
    this.#hear = hear;
    this.#server = createServer((socket) => {
      this.#connect(socket);
    });
  }

  static async listen(hear: (printed: Buffer) => void): Promise<SerialLine> {
    const line = new SerialLine(hear);
    await new Promise<void>((resolve, reject) => {
      line.#server.once('error', reject);
      line.#server.listen(0, '127.0.0.1', resolve);
    });
    return line;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP port');
    return address.port;
  }

  /** Types bytes; what is typed before the machine is there is lost, as on a real cable. */
  type(bytes: Uint8Array): void {
    if (this.#socket?.writable === true) this.#socket.write(bytes);
  }

  close(): void {
    this.#server.close();
    this.#socket?.destroy();
    this.#closed();
  }

  /** The machine is the first who connects; there is no second one. */
  #connect(socket: Socket): void {
    if (this.#socket !== undefined) {
      socket.destroy();
      return;
    }
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (printed: Buffer) => {
      this.#hear(printed);
    });
    // An emulator that was killed resets the connection; that it is gone is all that matters.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#closed();
    });
  }
}
