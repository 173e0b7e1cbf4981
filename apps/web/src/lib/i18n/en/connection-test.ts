import type { TestReason, TestStepName } from '@aigc/shared/schemas/connection-test';

export const connectionTest = {
  steps: {
    resolve: 'Find the host',
    connect: 'Connect',
    tls: 'Encrypt (TLS)',
    first_byte: 'First byte of the answer',
    valid_answer: 'A valid answer',
    streaming: 'Streaming',
    usage: 'Token usage reported',
  } satisfies Record<TestStepName, string>,
  states: {
    waiting: 'waiting',
    running: 'running',
    passed: 'passed',
    failed: 'failed',
    warning: 'with a remark',
    skipped: 'left out',
  },
  label: 'Connection test',
  passed: (latency: string): string => `It works: answered in ${latency}.`,
  passedPlain: 'It works.',
  failed: 'The test failed.',
  noStreaming: 'The server does not stream. Answers will only arrive whole.',
  noUsage: 'The server does not report how many tokens it used. They will be estimated.',
  stopped: 'The test was stopped.',
  httpStatus: (status: number): string => `The server’s status was ${status}.`,
  allowEntry: 'Entry that would allow this address',
  allowHint: 'As an administrator, add this entry under Settings → Upstream addresses.',
  toSettings: 'Platform settings',
  stop: 'Stop the test',
  reasons: {
    invalid_url: 'This is not an http or https address that can be called.',
    address_forbidden:
      'This address may not be called from the server. Private addresses must first be allowed by an administrator.',
    dns: 'The host name cannot be found. Check its spelling.',
    refused:
      'The connection was refused: nothing listens there. Check that the model server runs, and on which port; seen from a container, localhost is the container itself.',
    connect_timeout:
      'No connection came about in time. The machine may be off, or a firewall stands in between.',
    tls: 'The encrypted connection failed: the certificate is not trusted or not for this host. If the server has no TLS, use http://.',
    headers_timeout:
      'Connected, but no answer began in time. The model may still be loading; try again shortly.',
    idle_timeout: 'The answer began and then stalled.',
    total_timeout: 'The answer did not end in time. The model may be too slow for the machine it runs on.',
    reset: 'The server closed the connection in the middle of the exchange.',
    redirect: 'The server redirects to another address, which is not followed. Enter that address itself.',
    too_large: 'The answer is far larger than a model’s answer. Check that this is a model’s address.',
    unauthorized: 'The server refused the API key. Check it, or enter one if the server needs it.',
    model_not_found: 'The server does not know this model id. Choose one of its list.',
    model_required: 'The server wants a model id. Enter one, or choose one of its list.',
    not_found: 'The server has nothing at this path. The address usually ends in /v1.',
    rate_limited: 'The server has had too many requests for now. Wait a little and try again.',
    html_answer:
      'The answer is a web page, not an API’s. This may be the address of a web interface or a sign-in page; the API’s usually ends in /v1.',
    invalid_json: 'The answer is not valid JSON. Check that this is the address of an API.',
    not_openai:
      'The answer is JSON, but not in the shape of OpenAI’s API. The server speaks another protocol.',
    upstream_error: 'The server answered with an error of its own.',
    aborted: 'The test was cut off before its end.',
  } satisfies Record<TestReason, string>,
};
