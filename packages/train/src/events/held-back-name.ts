/**
 * What the command line calls held-back samples: the test set where the data has one of its own, else validation samples. Events and
 * files say `validation` of both.
 *
 * @param experiment As in `experiment.json` and in the event that a run begins with.
 */
export function heldBackName(experiment: object | undefined): 'test' | 'validation' {
  const data: unknown = experiment && Reflect.get(experiment, 'data');
  const isTest =
    typeof data === 'object' && data !== null && 'validation' in data && data.validation === 'test';
  return isTest ? 'test' : 'validation';
}
