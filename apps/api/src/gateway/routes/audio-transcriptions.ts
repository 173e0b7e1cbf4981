import type { EndpointRoute } from './endpoint.ts';
import { handleFormCall } from './form-call.ts';
import { soundCall } from './sound-requests.ts';

const CALL = soundCall('audio/transcriptions');

/** https://platform.openai.com/docs/api-reference/audio/createTranscription */
export const audioTranscriptions: EndpointRoute = {
  method: 'POST',
  path: 'audio/transcriptions',
  handle: (context) => handleFormCall(context, CALL),
};
