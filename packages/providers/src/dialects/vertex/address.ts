import { AppError } from '@aigc/shared/errors';
import type { UpstreamTarget } from '../../definition.ts';
import { objectOf, parseJson, stringOf } from '../../json-values.ts';
import { addressBelow, encodePath } from '../gemini/address.ts';

/** Google's own host: it stands for the host of the location. Any other address is called as it is. */
const GLOBAL_HOST = 'aiplatform.googleapis.com';
export const VERTEX_ADDRESS = `https://${GLOBAL_HOST}/v1`;

/** The host that serves a location: https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations */
export function hostOf(location: string): string {
  if (location === 'global') return GLOBAL_HOST;
  if (location === 'us' || location === 'eu') return `aiplatform.${location}.rep.googleapis.com`;
  return `${location}-aiplatform.googleapis.com`;
}

/** Projects by target, read once out of the service account. */
const projects = new WeakMap<UpstreamTarget, string>();

function projectOf(target: UpstreamTarget): string {
  const set = stringOf(target.settings?.project);
  if (set !== null) return set;
  let project = projects.get(target);
  if (project === undefined) {
    project = stringOf(objectOf(parseJson(target.apiKey ?? '')).project_id) ?? '';
    projects.set(target, project);
  }
  if (project !== '') return project;
  throw new AppError(
    'upstream_auth_failed',
    'The Google Cloud project of this model is not set: enter it in the settings of its provider.',
  );
}

/** The publisher and id that a model's name means. */
export interface PublisherModel {
  publisher: string;
  id: string;
}

/** Reads `publishers/<publisher>/models/<id>`, `<publisher>/<id>`, or an id alone. */
export function publisherModel(model: string): PublisherModel {
  const match = /^(?:publishers\/)?([^/]+)\/(?:models\/)?([^/]+)$/.exec(model);
  if (match?.[1] !== undefined && match[2] !== undefined && match[1] !== 'models') {
    return { publisher: match[1], id: match[2] };
  }
  const id = model.replace(/^models\//, '');
  return { publisher: id.startsWith('claude-') ? 'anthropic' : 'google', id };
}

export function isClaude({ model }: Pick<UpstreamTarget, 'model'>): boolean {
  return publisherModel(model).publisher === 'anthropic';
}

/** `…/projects/<p>/locations/<l>/publishers/<publisher>/models/<id>:<method>` at the location's host. @throws AppError */
export function vertexAddress(
  target: UpstreamTarget,
  { publisher, id }: PublisherModel,
  method: string,
): URL {
  const location = stringOf(target.settings?.location) ?? 'global';
  const place = `projects/${projectOf(target)}/locations/${location}/publishers/${publisher}/models/${id}`;
  const url = addressBelow(target.baseUrl, `${encodePath(place)}:${method}`);
  if (url.hostname === GLOBAL_HOST) url.hostname = hostOf(location);
  return url;
}

/** Without the credential: the access token is added when the request is sent. */
export const VERTEX_HEADERS: Readonly<Record<string, string>> = Object.freeze({
  'content-type': 'application/json',
});
