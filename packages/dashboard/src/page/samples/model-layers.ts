type LayerOption = readonly [name: string, value: string | number | boolean | null];

/** A layer as the experiment names it, with those of its options that are one value. */
export interface ModelLayer {
  readonly type: string;
  readonly options: readonly LayerOption[];
}

/** The layers of the model in the document of a run; none where it has no such list. */
export function modelLayers(document: string | undefined): readonly ModelLayer[] {
  const parsed = parsedJson(document);
  const model = isObject(parsed) ? parsed.model : undefined;
  const layers = Array.isArray(model) ? model : isObject(model) ? model.layers : undefined;
  if (!Array.isArray(layers)) return [];
  return layers.flatMap((layer: unknown) => {
    if (typeof layer === 'string') return [{ type: layer, options: [] }];
    if (!isObject(layer) || typeof layer.type !== 'string') return [];
    const options = Object.entries(layer).filter(
      (entry): entry is [string, LayerOption[1]] => entry[0] !== 'type' && !isNested(entry[1]),
    );
    return [{ type: layer.type, options }];
  });
}

/** Whether the model of a run is one of an adversarial pair: its parameters then are not all. */
export function isPair(document: string | undefined): boolean {
  const parsed = parsedJson(document);
  return isObject(parsed) && isObject(parsed.trainingStep);
}

function parsedJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
