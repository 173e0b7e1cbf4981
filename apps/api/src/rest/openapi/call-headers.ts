import type { OpenApiOperation } from '../openapi-document.ts';

type Parameter = NonNullable<OpenApiOperation['parameters']>[number];

const STRICT: Parameter = {
  name: 'x-aigc-strict',
  in: 'header',
  required: false,
  description:
    '`true`: refuse the call, with 400 `unsupported_parameter`, instead of leaving out a parameter that the model’s provider has no word for. A key can ask for the same of all its calls.',
  schema: { type: 'string', enum: ['true', '1'] },
  example: 'true',
};

const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Of all requests of a key with the same value and the same body within 24 hours, one is carried out and billed; the others get its answer.',
  schema: { type: 'string', maxLength: 255 },
  example: '7c1f0c5e-report-42',
};

const PARAMETERS_OF_ANSWER = {
  'x-aigc-params': {
    description:
      'What became of parameters that the model’s provider has other words for, or none: `mapped=…; dropped=…`, each a list of names. Absent: all travelled as they were sent.',
    schema: { type: 'string' },
    example: 'mapped=max_tokens; dropped=logit_bias, seed',
  },
};

/** Gives every operation that calls a model the headers that it takes, and its answers those that they may have. */
export function withCallHeaders<Paths extends Record<string, Record<string, OpenApiOperation>>>(
  paths: Paths,
): Paths {
  const entries = Object.entries(paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [
        method,
        method === 'post' && !path.endsWith('/count_tokens') ? withHeaders(operation) : operation,
      ]),
    ),
  ]);
  return Object.fromEntries(entries) as Paths;
}

function withHeaders(operation: OpenApiOperation): OpenApiOperation {
  const { responses } = operation;
  const answered = responses[200];
  return {
    ...operation,
    parameters: [...(operation.parameters ?? []), STRICT, IDEMPOTENCY_KEY],
    ...(answered === undefined
      ? {}
      : { responses: { ...responses, 200: { ...answered, headers: PARAMETERS_OF_ANSWER } } }),
  };
}
