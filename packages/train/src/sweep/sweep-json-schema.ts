import * as z from 'zod';
import { withRequiredKeys } from '../experiment/experiment-json-schema.ts';
import { sweepSchema } from './sweep-schema.ts';

/**
 * The JSON Schema (draft 2020-12) of a sweep document. Editors complete and check with it; the package ships it as
 * `sweep.schema.json`, beside `experiment.schema.json`, to which it refers.
 */
export function sweepJsonSchema(): z.core.JSONSchema.BaseSchema {
  const { $schema, ...schema } = z.toJSONSchema(sweepSchema(), {
    io: 'output',
    override({ zodSchema, jsonSchema }) {
      withRequiredKeys(zodSchema, jsonSchema);
      const { experiment, axes, prune } = sweepSchema().shape;
      if (zodSchema === experiment) {
        jsonSchema.anyOf = [{ type: 'string', minLength: 1 }, { $ref: 'experiment.schema.json' }];
      } else if (zodSchema === axes.def.valueType || zodSchema === prune) {
        const short: z.core.JSONSchema.BaseSchema[] =
          zodSchema === prune
            ? [{ type: 'boolean' }]
            : [
                { type: 'string', minLength: 1 },
                { type: 'array', minItems: 1 },
              ];
        const { description, ...object } = jsonSchema;
        for (const key of Object.keys(object)) delete jsonSchema[key];
        Object.assign(jsonSchema, { anyOf: [...short, object] });
        if (description !== undefined) jsonSchema.description = description;
      }
    },
  });
  return { ...($schema === undefined ? {} : { $schema }), title: 'Kindling sweep', ...schema };
}
