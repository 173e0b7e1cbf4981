import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env.AIGC_BASE_URL ?? 'http://127.0.0.1:8000/api/v1',
  apiKey: process.env.AIGC_API_KEY,
});

const { data } = await client.embeddings.create({
  model: 'demo-embedding',
  input: ['first text', 'second text'],
});
for (const { index, embedding } of data)
  process.stdout.write(`${index}: ${embedding.length} numbers, the first ${embedding[0]}\n`);
