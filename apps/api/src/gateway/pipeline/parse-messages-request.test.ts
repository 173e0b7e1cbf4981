import { expect, test } from 'vitest';
import { scanBody } from '../body/scan-body.ts';
import { parseMessagesRequest } from './parse-messages-request.ts';

const parse = (more: object) =>
  parseMessagesRequest(
    scanBody(
      Buffer.from(
        JSON.stringify({
          model: 'm',
          max_tokens: 10,
          messages: [{ role: 'user', content: 'Hi' }],
          ...more,
        }),
      ),
    ),
    {},
    'messages',
  );

test.each([
  [{ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, true],
  [{ tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] }, true],
  [{ mcp_servers: [{ type: 'url', url: 'https://tools.example', name: 'tools' }] }, true],
  [{ tools: [{ name: 'mine', input_schema: {} }, { type: 'bash_20250124', name: 'bash' }, null] }, false],
  [{ tools: null, mcp_servers: null }, false],
  [{}, false],
])('what tools at the upstream may read is held for: %j', (more, fills) => {
  expect(parse(more).fillsContext).toBe(fills);
});
