import type { OpenApiDocument } from '../openapi-document.ts';
import { REST_ROUTES, type ProcedurePath } from '../rest-routes.ts';
import { CALL_EXAMPLES } from './examples/calls-and-money.ts';
import { CATALOGUE_EXAMPLES } from './examples/catalogue.ts';
import type { Examples } from './examples/example.ts';
import { OWN_EXAMPLES } from './examples/own-things.ts';
import { PLATFORM_EXAMPLES } from './examples/platform.ts';

/** Examples of the document. A test holds each against its procedure's schemas. */
export const EXAMPLES: Examples = {
  ...OWN_EXAMPLES,
  ...CALL_EXAMPLES,
  ...CATALOGUE_EXAMPLES,
  ...PLATFORM_EXAMPLES,
};

/** Puts the examples beside the parameters, bodies and answers that they are of. */
export function addExamples(document: OpenApiDocument): void {
  for (const [procedure, example] of Object.entries(EXAMPLES)) {
    const route = REST_ROUTES[procedure as ProcedurePath];
    const operation = route && document.paths[route.path]?.[route.method.toLowerCase()];
    if (operation === undefined) continue;
    const { input = {}, output } = example;
    const names = new Set(operation.parameters?.map((parameter) => parameter.name));
    for (const parameter of operation.parameters ?? []) {
      if (parameter.in === 'path' && parameter.name in input) parameter.example = input[parameter.name];
    }
    const body = operation.requestBody?.content['application/json'];
    if (body) body.example = Object.fromEntries(Object.entries(input).filter(([name]) => !names.has(name)));
    const answer = operation.responses['200']?.content?.['application/json'];
    if (answer) answer.example = output;
  }
}
