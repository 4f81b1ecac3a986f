// SPDX-License-Identifier: BSD-2-Clause

/** A class and what it looks like on light and on dark ground. */
const COLOURS: readonly (readonly [selector: string, light: string, dark: string])[] = [
  ['.page', 'fill:#ffffff;stroke:#d0d7de', 'fill:#0d1117;stroke:#30363d'],
  ['text', 'fill:#1f2328', 'fill:#e6edf3'],
  ['.small', 'fill:#57606a', 'fill:#9da7b3'],
  ['.vm', 'fill:#e7f3ff;stroke:#0969da', 'fill:#0c2139;stroke:#58a6ff'],
  ['.storage', 'fill:#f3ecff;stroke:#8250df', 'fill:#211834;stroke:#bc8cff'],
  ['.hardware', 'fill:#eaeef2;stroke:#8c959f', 'fill:#21262d;stroke:#6e7681'],
  ['.box.console', 'fill:#e6f6ea;stroke:#1a7f37', 'fill:#0f2417;stroke:#3fb950'],
  ['.ground', 'fill:#24292f;stroke:#24292f', 'fill:#e6edf3;stroke:#e6edf3'],
  ['.on', 'fill:#ffffff', 'fill:#0d1117'],
  ['.halo', 'stroke:#ffffff', 'stroke:#0d1117'],
  ['.plug', 'stroke:#8c959f', 'stroke:#6e7681'],
  ['.wire.net', 'stroke:#0969da', 'stroke:#58a6ff'],
  ['.wire.serial', 'stroke:#9a6700', 'stroke:#d29922'],
  ['.wire.vsock', 'stroke:#8250df', 'stroke:#bc8cff'],
  ['.wire.control', 'stroke:#cf222e', 'stroke:#ff7b72'],
  ['.wire.console', 'stroke:#1a7f37', 'stroke:#3fb950'],
  ['.end.net', 'fill:#0969da', 'fill:#58a6ff'],
  ['.end.serial', 'fill:#9a6700', 'fill:#d29922'],
  ['.end.vsock', 'fill:#8250df', 'fill:#bc8cff'],
  ['.end.control', 'fill:#cf222e', 'fill:#ff7b72'],
  ['.end.console', 'fill:#1a7f37', 'fill:#3fb950'],
];

const SHAPES: readonly string[] = [
  'text{font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;font-size:12.5px}',
  '.title{font-size:20px;font-weight:600}',
  '.name{font-size:15px;font-weight:600}',
  '.label{font-weight:600}',
  '.right{text-anchor:end}',
  '.box{stroke-width:1.5}',
  '.wire,.halo,.plug{fill:none;stroke-width:2}',
  '.halo{stroke-width:6}',
  '.plug{stroke-width:1.5}',
  '.wire.control{stroke-dasharray:6 4}',
];

/** The style sheet of all diagrams. */
export const STYLE = [
  ...SHAPES,
  ...COLOURS.map(([selector, light]) => `${selector}{${light}}`),
  '@media (prefers-color-scheme:dark){',
  ...COLOURS.map(([selector, , dark]) => `${selector}{${dark}}`),
  '}',
].join('\n');
