import { z } from 'zod';

/** Of a schema of steps, the step that REST answers with: the `result`. Any other schema stays. */
export function lastStepOf(schema: z.ZodType): z.ZodType {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return schema;
  const results = schema.options.filter(
    (option): option is z.ZodObject =>
      option instanceof z.ZodObject &&
      (option.shape as Record<string, z.ZodType>).type?.safeParse('result').success === true,
  );
  return results[0] ?? schema;
}
