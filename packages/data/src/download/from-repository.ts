/**
 * A file at a commit of a public repository, from the repository's host and from a content network that copies it; both let pages of other
 * sites read it.
 */
export const fromRepository = (repository: string, commit: string, path: string): readonly string[] => [
  `https://raw.githubusercontent.com/${repository}/${commit}/${path}`,
  `https://cdn.jsdelivr.net/gh/${repository}@${commit}/${path}`,
];
