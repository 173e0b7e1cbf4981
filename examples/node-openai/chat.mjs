import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env.AIGC_BASE_URL ?? 'http://127.0.0.1:8000/api/v1',
  apiKey: process.env.AIGC_API_KEY,
});

const stream = await client.chat.completions.create({
  model: 'demo-chat',
  messages: [{ role: 'user', content: 'Hello' }],
  stream: true,
});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');
process.stdout.write('\n');
