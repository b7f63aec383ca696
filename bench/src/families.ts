/** Columns of the table: implementations that differ in their settings alone. */
export const families = [
  'Kindling eager',
  'Kindling compile',
  'Kindling Trainer',
  'Kindling wasm',
  'Kindling MPI',
  'PyTorch eager',
  'PyTorch compiled',
  'PyTorch DDP',
  'JAX step',
  'JAX loop',
  'TF.js node',
  'TF.js CPU',
  'TF.js WASM',
  'jax-js',
  'Kindling wasm (Chromium)',
  'TF.js WASM (Chromium)',
  'jax-js (Chromium)',
  'machine',
] as const;
export type Family = (typeof families)[number];

const longestFirst = [...families].sort((a, b) => b.length - a.length);

/** The family that an implementation's name begins with; the longest, as the name of one may begin with that of another. */
export const familyOf = (implementation: string): Family | undefined =>
  longestFirst.find((family) => implementation === family || implementation.startsWith(`${family} `));

/** What Kindling is compared with: a library by the best of its ways, and each way of JAX by itself. */
export const rivals = {
  PyTorch: ['PyTorch eager', 'PyTorch compiled'],
  JAX: ['JAX step', 'JAX loop'],
  'JAX step': ['JAX step'],
  'JAX loop': ['JAX loop'],
  'TensorFlow.js': ['TF.js node', 'TF.js CPU', 'TF.js WASM'],
  'jax-js': ['jax-js'],
} as const satisfies Record<string, readonly Family[]>;
export type Rival = keyof typeof rivals;
export const rivalNames = Object.keys(rivals) as readonly Rival[];

/** Families that are compared with each other alone: how many times better the first is than the second. */
export const pairs = {
  'eager × PyTorch eager': ['Kindling eager', 'PyTorch eager'],
  'MPI × PyTorch DDP': ['Kindling MPI', 'PyTorch DDP'],
  'MPI × own threads': ['Kindling MPI', 'Kindling Trainer'],
  'wasm × TF.js WASM': ['Kindling wasm', 'TF.js WASM'],
  'wasm × jax-js': ['Kindling wasm', 'jax-js'],
  'wasm × TF.js node': ['Kindling wasm', 'TF.js node'],
  'Chromium: wasm × TF.js WASM': ['Kindling wasm (Chromium)', 'TF.js WASM (Chromium)'],
  'Chromium: wasm × jax-js': ['Kindling wasm (Chromium)', 'jax-js (Chromium)'],
} as const satisfies Record<string, readonly [Family, Family]>;
export type Pair = keyof typeof pairs;
export const pairNames = Object.keys(pairs) as readonly Pair[];

/** Families of peers. */
export const peerFamilies: readonly Family[] = [...new Set(Object.values(rivals).flat())];
