// SPDX-License-Identifier: BSD-2-Clause
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { About } from './failure.js';
import { bootFailures, guestFailures, tellsOfBootFailure } from './recognise.js';

/** So much of the console is looked at together; a failure is told in a few lines. */
const WINDOW = 16 * 1024;

/** A monitor says this before its guest runs. From then on guests print, too, and what is printed need not be true. */
const COMPONENT_SPEAKS = 'makatea: ';

/** Follows a console for failures: of the kernel and the loader while only they can print, of guests at the end. */
export class BootLog {
  #window = '';
  #isBooting = true;
  #boot: string | undefined;

  hear(printed: Uint8Array): void {
    this.#window = (this.#window + Buffer.from(printed).toString('latin1')).slice(-WINDOW);
    if (!this.#isBooting) return;
    if (this.#window.includes(COMPONENT_SPEAKS)) this.#isBooting = false;
    else if (tellsOfBootFailure(this.#window)) this.#boot = this.#window;
  }

  /** Whether the system did not come up, so that nothing more will come. */
  get isLost(): boolean {
    return this.#boot !== undefined;
  }

  /** What is known to have failed, as findings of the description. */
  failures(about: About): Diagnostic[] {
    if (this.#boot !== undefined) return bootFailures(this.#boot, about);
    return guestFailures(this.#window, about);
  }
}
