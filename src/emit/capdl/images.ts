// SPDX-License-Identifier: BSD-2-Clause
import { RIGHT, type CapEntry, type CapList, type ObjectDecl } from '../../capdl/model.js';
import type { PlanComponent, PlanImage } from '../../generated/plan.js';
import { lookUp, type PlanIndex } from '../plan-index.js';
import { objectName } from './names.js';

/** Entries of a paging structure on x86-64. */
const ENTRIES = 512;

/** The frames of an image, filled from its file. */
export function* imageFrames(image: PlanImage): Generator<ObjectDecl> {
  const size = 2 ** image.frame_bits;
  for (let i = 0; i < image.frames; i += 1) {
    const fileOffset = i * size;
    // The loader copies as much as it is told without a look at the file's length: a length past
    // the end would show the next file of its archive.
    const length = Math.max(0, Math.min(size, image.bytes - fileOffset));
    const fill = {
      type: 'file',
      offset: 0,
      length,
      file: image.id,
      fileOffset,
    } as const;
    yield {
      name: objectName.imageFrame(image.id, i),
      object: { type: 'frame', bits: image.frame_bits, fill: length > 0 ? [fill] : [] },
    };
  }
}

/** The paging structures through which a component reads its images, and what stands in them. */
export interface ImageMapping {
  readonly objects: ObjectDecl[];
  readonly caps: CapList[];
}

/**
 * Maps the images of a component read-only into its address space. The linker decides where; here
 * they stand one after the other from the start of a page directory of their own, which says that
 * the component reads them and nothing about addresses.
 */
export function mapImages(index: PlanIndex, component: PlanComponent): ImageMapping {
  const { id } = component;
  const mapping: ImageMapping = { objects: [], caps: [] };
  const frames = component.images.flatMap((image) => {
    const { frames: count, frame_bits: bits } = lookUp(index.images, image, 'image');
    return Array.from({ length: count }, (_, i) => ({
      bits,
      name: objectName.imageFrame(image, i),
    }));
  });
  if (frames.length === 0) return mapping;
  const large = frames.filter(({ bits }) => bits === 21).map(({ name }) => readable(name));
  const small = frames.filter(({ bits }) => bits === 12).map(({ name }) => readable(name));
  const tables = fill(mapping, small, 'pt', objectName.pageTable, id);
  const directories = fill(mapping, [...large, ...tables], 'pd', objectName.pageDirectory, id);
  const pdpts = fill(mapping, directories, 'pdpt', objectName.pdpt, id);
  mapping.caps.push({ object: { name: objectName.vspace(id) }, entries: numbered(pdpts) });
  return mapping;
}

type Contained = CapEntry['cap'];

function readable(name: string): Contained {
  return { type: 'frame', target: { name, count: 1 }, rights: RIGHT.read, uncached: false };
}

/** Makes as many structures of a level as what they are to hold fills, and returns caps to them. */
function fill(
  mapping: ImageMapping,
  contents: readonly Contained[],
  type: 'pt' | 'pd' | 'pdpt',
  nameOf: (component: string, i: number) => string,
  component: string,
): Contained[] {
  const structures: Contained[] = [];
  for (let first = 0; first < contents.length; first += ENTRIES) {
    const name = nameOf(component, structures.length);
    mapping.objects.push({ name, object: { type } });
    const entries = numbered(contents.slice(first, first + ENTRIES));
    mapping.caps.push({ object: { name }, entries });
    structures.push({ type: 'plain', target: { name, count: 1 } });
  }
  return structures;
}

function numbered(caps: readonly Contained[]): CapEntry[] {
  return caps.map((cap, slot) => ({ slot, cap }));
}
