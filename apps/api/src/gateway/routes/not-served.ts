import { AppError } from '@aigc/shared/errors';
import { authenticate } from '../pipeline/authenticate.ts';
import type { EndpointRoute } from './endpoint.ts';

/** Paths that OpenAI's clients know and this gateway does not serve, each with the reason. */
const NOT_SERVED: Readonly<Record<string, string>> = {
  files: 'Files are not kept here: send their contents with each call.',
  batches: 'Batches are not served here: send the calls one by one.',
  conversations: 'Conversations are not kept here: send the earlier turns with each call.',
  'images/variations': 'Variations of images are not served here; images/generations and images/edits are.',
  assistants: 'Assistants are not served here.',
  threads: 'Threads are not kept here: send the earlier turns with each call.',
  vector_stores: 'Vector stores are not kept here.',
  uploads: 'Uploads are not kept here.',
  fine_tuning: 'Models are not trained here.',
  realtime: 'Realtime sessions are not served here.',
  containers: 'Containers are not served here.',
  evals: 'Evaluations are not served here.',
  videos: 'Videos are not served here.',
};

/** Below a path that is served: `/responses/{id}` and what follows it. */
const NOT_SERVED_BELOW: Readonly<Record<string, string>> = {
  responses:
    'Responses are not kept here: one is answered when it is made, and cannot be fetched, cancelled or deleted later.',
};

function refusal(path: string, reason: string, reach: EndpointRoute['reach']): EndpointRoute {
  return {
    method: 'ANY',
    path,
    ...(reach === undefined ? {} : { reach }),
    async handle({ deps, identified }) {
      await authenticate(deps, identified);
      throw new AppError('not_found', reason, { param: 'path' });
    },
  };
}

/**
 * Answers 404 in JSON, with the reason, for what clients may ask of an OpenAI-compatible API and will not find here.
 * Whoever is not known is told so first.
 */
export const notServed: readonly EndpointRoute[] = [
  ...Object.entries(NOT_SERVED).map(([path, reason]) => refusal(path, reason, 'path_and_below')),
  ...Object.entries(NOT_SERVED_BELOW).map(([path, reason]) => refusal(path, reason, 'below')),
];
