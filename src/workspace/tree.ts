// SPDX-License-Identifier: BSD-2-Clause

/** A directory tree of sources, as far as it is looked at. Paths are relative to its root. */
export interface SourceTree {
  /** A file's text; nothing where there is no such file, or it can not be read. */
  readonly text: (path: string) => string | undefined;
  /** The names in a directory, in order; none where there is no such directory. */
  readonly list: (path: string) => readonly string[];
}

/** A repository that a CAMkES project is made of. */
interface Part {
  readonly repository: string;
  /**
   * A file that only it has. CMake finds a project below `projects/` by its find module, whatever the folder is called: a
   * `*` stands for that folder.
   */
  readonly mark: string;
  /** What Makatea's output calls, and in which file of the part it is made. */
  readonly calls?: { readonly file: string; readonly words: readonly string[] };
}

const PARTS: readonly Part[] = [
  { repository: 'seL4', mark: 'kernel/FindseL4.cmake' },
  {
    repository: 'seL4_tools',
    mark: 'tools/seL4/cmake-tool/all.cmake',
    calls: {
      file: 'cmake-tool/helpers/application_settings.cmake',
      words: ['ApplyCommonReleaseVerificationSettings'],
    },
  },
  {
    repository: 'camkes',
    mark: 'projects/camkes/easy-settings.cmake',
    calls: { file: 'settings.cmake', words: ['CAMKES_APP', 'sel4_configure_platform_settings'] },
  },
  {
    repository: 'camkes-tool',
    mark: 'projects/*/Findcamkes-tool.cmake',
    calls: {
      file: 'camkes.cmake',
      words: ['CAmkESAddTemplatesPath', 'DeclareCAmkESRootserver', 'TEMPLATE_SOURCES'],
    },
  },
  {
    repository: 'capdl',
    mark: 'projects/*/Findcapdl.cmake',
    calls: { file: 'capdl-loader-app/CMakeLists.txt', words: ['CapDLLoaderFillsPerFrame'] },
  },
  { repository: 'seL4_libs', mark: 'projects/*/FindseL4_libs.cmake' },
  { repository: 'util_libs', mark: 'projects/*/Findutil_libs.cmake' },
  { repository: 'musllibc', mark: 'projects/*/Findmusllibc.cmake' },
  { repository: 'sel4runtime', mark: 'projects/*/Findsel4runtime.cmake' },
  { repository: 'projects_libs', mark: 'projects/*/Findprojects_libs.cmake' },
  { repository: 'seL4_projects_libs', mark: 'projects/*/Findsel4_projects_libs.cmake' },
  { repository: 'global-components', mark: 'projects/*/Findglobal-components.cmake' },
];

/** A repository that is there. */
export interface Found {
  readonly repository: string;
  /** Its folder, relative to the tree's root. */
  readonly folder: string;
}

/** What a tree consists of, or what keeps it from being a CAMkES project that we know. */
export type Parts = { readonly parts: readonly Found[] } | { readonly lacks: readonly string[] };

/**
 * Looks whether a directory is a CAMkES project tree for which Makatea's output is made. It is known by what is in it, not by
 * the names and versions of branches.
 */
export function partsOf(tree: SourceTree): Parts {
  const projects = tree.list('projects');
  const found = PARTS.map((part) => ({ part, folder: folderOf(part, tree, projects) }));
  const missing = found.flatMap(({ part, folder }) =>
    folder === undefined ? [`${part.repository} (${part.mark} is not there)`] : [],
  );
  const parts = found.flatMap(({ part, folder }) => (folder === undefined ? [] : { part, folder }));
  const unknown = parts.flatMap(({ part, folder }) => unknownVersion(part, folder, tree));
  const lacks = [...missing, ...unknown];
  if (lacks.length > 0) return { lacks };
  return { parts: parts.map(({ part: { repository }, folder }) => ({ repository, folder })) };
}

/** The part's folder: where its mark stands in the repository, less the mark's own place there. */
function folderOf(
  { mark }: Part,
  tree: SourceTree,
  projects: readonly string[],
): string | undefined {
  if (!mark.includes('*')) {
    if (tree.text(mark) === undefined) return undefined;
    return mark.startsWith('tools/') ? 'tools/seL4' : mark.slice(0, mark.lastIndexOf('/'));
  }
  const folders = projects.map((name) => `projects/${name}`);
  const file = mark.slice(mark.lastIndexOf('/') + 1);
  return folders.find((folder) => tree.text(`${folder}/${file}`) !== undefined);
}

function unknownVersion({ repository, calls }: Part, folder: string, tree: SourceTree): string[] {
  if (calls === undefined) return [];
  const text = tree.text(`${folder}/${calls.file}`) ?? '';
  const absent = calls.words.filter((word) => !text.includes(word));
  if (absent.length === 0) return [];
  return [`a ${repository} that we know (${folder}/${calls.file} has no ${absent.join(', ')})`];
}
