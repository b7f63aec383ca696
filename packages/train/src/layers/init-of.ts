import type { Init, Layer } from '../experiment/layer-schema.ts';
import type { ParameterName } from './layer-descriptor.ts';

/** How a layer's parameter gets its first values, where the experiment says so. */
export function initOf(layer: Layer, name: ParameterName): Init | undefined {
  const inits: unknown = 'init' in layer ? layer.init : undefined;
  return typeof inits === 'object' && inits !== null ? Reflect.get(inits, name) : undefined;
}
