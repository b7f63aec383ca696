/** Columns of the table: implementations that differ in their settings alone. No name begins with another and a space. */
export const families = [
  'Kindling eager',
  'Kindling compile',
  'Kindling Trainer',
  'PyTorch eager',
  'PyTorch compiled',
  'JAX step',
  'JAX loop',
  'TF.js node',
  'TF.js CPU',
  'TF.js WASM',
  'jax-js',
  'machine',
] as const;
export type Family = (typeof families)[number];

/** The family that an implementation's name begins with. */
export const familyOf = (implementation: string): Family | undefined =>
  families.find((family) => implementation === family || implementation.startsWith(`${family} `));

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

/** Families of peers. */
export const peerFamilies: readonly Family[] = [...new Set(Object.values(rivals).flat())];
