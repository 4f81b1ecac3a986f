// SPDX-License-Identifier: BSD-2-Clause
/** Paths below the output directory. CMake, ADL and the templates name each other by them. */
export const paths = {
  assembly: (system: string): string => `${system}.camkes`,
  cmake: 'CMakeLists.txt',
  settings: 'settings.cmake',
  /** Where the guest images stand, by the names that the loader's archive has for them. */
  images: 'images',
  /** The C sources of all components, laid out as in Makatea's own repository. */
  code: 'vmm-c',
  /** The configuration headers, in a folder for each component. */
  include: 'include',
  /** Headers of one component. */
  ownInclude: (component: string): string => `include/${component}`,
  body: (component: string): string => `components/${component}.c`,
  templates: 'templates',
  macros: 'makatea.jinja',
  /** CAMkES finds templates by their names, its own first: none of its own looks like this. */
  caps: (component: string): string => `${component}-caps.c`,
} as const;

/**
 * The component type of an instance: instances begin with a small letter, and so do the words that
 * ADL keeps for itself, but for a few that have no underscore.
 */
export function typeName(component: string): string {
  return `Mk_${component}`;
}

/** Which way the data of a connection goes: from the channel's first end to its second, or back. */
export type Direction = 'fwd' | 'rev';

/** The connection that carries one direction of a channel. The last word keeps names apart. */
export function connectionName(channel: string, direction: Direction): string {
  return `${channel}_${direction}`;
}

/** The dataport at which a component writes a channel's region, or reads it. */
export function dataportName(port: string, end: 'tx' | 'rx'): string {
  return `${port}_${end}`;
}

/** The variable of a component's program that an image is mapped over. */
export function imageSymbol(image: string): string {
  return `mk_${image}`;
}

/** The variable of the time source's program that holds what the kernel says about the time-stamp counter. */
export const BOOT_TSC = 'mk_boot_tsc';

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * A name where it stands bare in ADL, CMake or C. The schema allows nothing else; what would break
 * out of its place is a fault of the plan.
 */
export function identifier(name: string): string {
  if (!IDENTIFIER.test(name)) throw new Error(`${JSON.stringify(name)} is no identifier`);
  // The preprocessor that reads ADL has these two as numbers (GNU C, system-specific macros).
  if (name === 'linux' || name === 'unix') throw new Error(`"${name}" is a macro of cpp`);
  return name;
}

/** A name as a string of a jinja expression. */
export function jinjaName(name: string): string {
  return `'${identifier(name)}'`;
}

/** A system's name, which is part of a file's name and of a CMake project's. */
export function systemName(name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) {
    throw new Error(`${JSON.stringify(name)} is no name of a system`);
  }
  return name;
}
