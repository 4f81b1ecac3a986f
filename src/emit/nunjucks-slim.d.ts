// SPDX-License-Identifier: BSD-2-Clause
// The part of nunjucks that runs templates which are compiled already.
declare module 'nunjucks/browser/nunjucks-slim.js' {
  /** What compiled templates call to look up values. */
  interface Runtime {
    memberLookup(object: unknown, key: unknown): unknown;
    contextOrFrameLookup(context: unknown, frame: unknown, name: string): unknown;
  }
  interface Loader {
    getSource(name: string): { src: { type: 'code'; obj: object }; path: string };
  }
  interface Environment {
    addFilter(name: string, filter: (value: never, ...args: never[]) => unknown): void;
    render(name: string, context: object): string;
  }
  const nunjucks: {
    readonly Environment: new (loaders: Loader[], options: { autoescape: boolean }) => Environment;
    readonly runtime: Runtime;
  };
  export default nunjucks;
}
