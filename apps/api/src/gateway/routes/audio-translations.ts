import type { EndpointRoute } from './endpoint.ts';
import { handleFormCall } from './form-call.ts';
import { soundCall } from './sound-requests.ts';

const CALL = soundCall('audio/translations');

/** https://platform.openai.com/docs/api-reference/audio/createTranslation: into English. */
export const audioTranslations: EndpointRoute = {
  method: 'POST',
  path: 'audio/translations',
  handle: (context) => handleFormCall(context, CALL),
};
