/** The programs of the page, by tutorial, in the order in which they are learned. */
export const catalog = {
  autograd: ['autograd', 'digits-single'],
  digits: ['digits'],
  diabetes: ['diabetes'],
  weightHeight: ['weight-height-by-hand', 'weight-height'],
  xor: ['xor-by-hand', 'xor', 'xor-wide-deep'],
} as const;

export type TutorialName = keyof typeof catalog;
export type ProgramName = (typeof catalog)[TutorialName][number];

export const programNames: readonly ProgramName[] = Object.values(catalog).flat();
export const firstProgram: ProgramName = 'digits';

export const isProgramName = (name: unknown): name is ProgramName => programNames.some((one) => one === name);
