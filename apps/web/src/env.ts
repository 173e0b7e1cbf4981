import { defineEnvVars } from '@sveltejs/kit/env';

export const variables = defineEnvVars({
  API_ORIGIN: {
    description: 'Where the tRPC procedures are served, as seen from this process.',
    schema: (value) => value ?? 'http://127.0.0.1:8000',
  },
  API_INTERNAL_TOKEN: {
    description:
      'Proves to the API that the client address forwarded with a request comes from this process.',
    schema: (value) => value ?? '',
  },
});
