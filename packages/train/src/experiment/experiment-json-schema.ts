import * as z from 'zod';
import { experimentSchema } from './experiment-schema.ts';
import { shorthands } from './tagged.ts';

/**
 * The JSON Schema (draft 2020-12) of an experiment file. Editors complete and check with it; the package ships it as
 * `experiment.schema.json`.
 */
export function experimentJsonSchema(): z.core.JSONSchema.BaseSchema {
  const { $schema, ...schema } = z.toJSONSchema(experimentSchema, {
    // Zod's JSON Schema of the input stops at the transform of a shorthand, so the output's is taken and opened up.
    io: 'output',
    override({ zodSchema, jsonSchema }) {
      const names = shorthands.get(zodSchema)?.names();
      if (names !== undefined) jsonSchema.oneOf = [{ enum: [...names] }, ...(jsonSchema.oneOf ?? [])];
      withRequiredKeys(zodSchema, jsonSchema);
    },
  });
  return { ...($schema === undefined ? {} : { $schema }), title: 'Kindling experiment', ...schema };
}

/** Lists the keys that a person has to write: the schema of the output requires those with a default, too. */
export function withRequiredKeys(schema: z.core.$ZodType, jsonSchema: z.core.JSONSchema.BaseSchema): void {
  if (!(schema instanceof z.ZodObject)) return;
  const required = Object.keys(schema.shape).filter((key) => !isOptional(schema.shape[key]));
  if (required.length > 0) jsonSchema.required = required;
  else delete jsonSchema.required;
}

const isOptional = (schema: z.core.$ZodType): boolean => z.safeParse(schema, undefined).success;
