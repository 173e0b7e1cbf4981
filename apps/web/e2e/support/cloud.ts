import type { createModelInputSchema } from '@aigc/shared/schemas/models';
import type { z } from 'zod';
import type { TestApi } from './api.ts';

let count = 0;

/** A provider with a name that no other test uses, and a word in it to search for. */
export async function connectProvider(
  admin: TestApi,
  baseUrl: string,
): Promise<{ id: number; name: string; word: string }> {
  count += 1;
  const word = `acme${process.pid}x${count}`;
  const provider = await admin.adminProviders.create.mutate({
    name: `Provider ${word}`,
    base_url: baseUrl,
    api_key: 'sk-upstream-0123456789',
  });
  return { id: provider.id, name: provider.name, word };
}

type ModelInput = z.input<typeof createModelInputSchema>;

/** A model that can be called: priced and enabled, unless told otherwise. */
export async function addModel(
  admin: TestApi,
  input: Pick<ModelInput, 'title' | 'provider_id'> & Partial<ModelInput>,
): Promise<{ id: number; title: string }> {
  return admin.adminModels.create.mutate({
    type: 'language',
    input_price: '2.4',
    output_price: '9.6',
    is_api_enabled: true,
    ...input,
  });
}
