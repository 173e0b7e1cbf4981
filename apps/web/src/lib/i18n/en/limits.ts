export const limits = {
  title: 'Limits',
  rpm: 'Calls per minute',
  tpm: 'Tokens per minute',
  concurrency: 'Calls at once',
  none: 'None',
  invalid: 'Enter a whole number from 1 to 1,000,000,000, or nothing.',
};
