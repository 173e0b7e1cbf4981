/** Conversations as files: what leaves the browser can come back whole. Loaded when first needed. */
import { z } from 'zod';
import { noParameters } from './parameters.ts';
import { titleOf, type StoredConversation } from './stored-conversation.ts';
import { newId } from './turn.ts';

/** Larger files are refused before they are read. */
export const maxFileBytes = 50_000_000;

const format = 'aigc-space.conversation';
const maxTurns = 2_000;
const maxImages = 8;

const words = z.string();
const short = z.string().max(500);
const milliseconds = z.number().int().nonnegative();
const count = z.number().int().nonnegative();

const parametersSchema = z.strictObject({
  temperature: short.default(''),
  topP: short.default(''),
  maxTokens: short.default(''),
  stop: short.default(''),
  seed: short.default(''),
  presencePenalty: short.default(''),
  frequencyPenalty: short.default(''),
  format: z.enum(['', 'json']).default(''),
  reasoningEffort: z.enum(['', 'minimal', 'low', 'medium', 'high']).default(''),
});

const imageSchema = z.strictObject({
  name: short,
  // Nothing that would be fetched from elsewhere, nor a drawing that could hold a program.
  url: z.string().regex(/^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+=*$/),
  width: z.number().int().positive().max(20_000),
  height: z.number().int().positive().max(20_000),
});

const questionSchema = z.strictObject({
  id: short.min(1),
  role: z.literal('user'),
  text: words,
  images: z.array(imageSchema).max(maxImages),
});

const costSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('local') }),
  z.strictObject({ kind: z.literal('free') }),
  z.strictObject({ kind: z.literal('amount'), amount: z.string().regex(/^\d{1,30}(\.\d{1,20})?$/) }),
]);

const answerSchema = z.strictObject({
  id: short.min(1),
  role: z.literal('assistant'),
  model: short,
  state: z.enum(['done', 'stopped', 'failed']),
  text: words,
  reasoning: words.default(''),
  refusal: words.default(''),
  toolCalls: z
    .array(z.strictObject({ id: short, name: short, arguments: words }))
    .max(64)
    .default([]),
  finishReason: short.optional(),
  usage: z.strictObject({ promptTokens: count, completionTokens: count }).optional(),
  cost: costSchema.optional(),
  firstTokenMs: milliseconds.optional(),
  latencyMs: milliseconds.optional(),
  requestId: short.optional(),
  dropped: z.array(short).max(64).default([]),
  outputLimit: count.optional(),
  sent: z
    .strictObject({ system: words, parameters: parametersSchema, turnIds: z.array(short).max(maxTurns) })
    .optional(),
  failure: z.strictObject({ code: short, message: words, requestId: short.optional() }).optional(),
});

const sideSchema = z.strictObject({
  model: short.optional(),
  system: words.default(''),
  parameters: parametersSchema.default(noParameters),
  turns: z.array(z.discriminatedUnion('role', [questionSchema, answerSchema])).max(maxTurns),
});

const fileSchema = z.strictObject({
  format: z.literal(format),
  version: z.literal(1),
  exported_at: short.optional(),
  title: short.optional(),
  created_at: z.iso.datetime().optional(),
  linked: z.boolean().default(true),
  draft: words.default(''),
  draft_images: z.array(imageSchema).max(maxImages).default([]),
  sides: z.array(sideSchema).min(1).max(2),
});

export type FileFault =
  | { kind: 'too_large' }
  | { kind: 'not_json' }
  /** Something else than a conversation of this product. */
  | { kind: 'other_format' }
  | { kind: 'version' }
  | { kind: 'field'; field: string; reason: 'missing' | 'unknown' | 'type' | 'value' | 'too_many' };

export type ReadFile =
  { ok: true; conversation: Omit<StoredConversation, 'revision'> } | { ok: false; fault: FileFault };

/** The conversation as JSON, images included. */
export function writeFile(conversation: Omit<StoredConversation, 'revision'>, now: Date): string {
  const { createdAt, linked, draft, draftImages, sides } = conversation;
  const file: z.input<typeof fileSchema> = {
    format,
    version: 1,
    exported_at: now.toISOString(),
    title: titleOf(sides),
    created_at: createdAt,
    linked,
    draft,
    draft_images: draftImages,
    // An answer that is coming in is stored as far as it has come.
    sides: sides.map((side) => ({
      ...side,
      turns: side.turns.map((turn) =>
        turn.role === 'assistant'
          ? { ...turn, state: turn.state === 'streaming' ? 'stopped' : turn.state }
          : turn,
      ),
    })),
  };
  return JSON.stringify(file, null, 2);
}

/** What a file holds, as a new conversation; or the first fault in it. */
export function readFile(text: string, now: Date): ReadFile {
  const value = parse(text);
  if (value === undefined) return { ok: false, fault: { kind: 'not_json' } };
  const head = z.object({ format: z.literal(format), version: z.number() }).safeParse(value);
  if (!head.success) return { ok: false, fault: { kind: 'other_format' } };
  if (head.data.version !== 1) return { ok: false, fault: { kind: 'version' } };
  const read = fileSchema.safeParse(value);
  if (!read.success) return { ok: false, fault: faultOf(read.error, value) };
  const { created_at, linked, draft, draft_images, sides } = read.data;
  return {
    ok: true,
    conversation: {
      id: newId(),
      createdAt: created_at ?? now.toISOString(),
      updatedAt: now.toISOString(),
      linked,
      draft,
      draftImages: draft_images,
      sides: sides.map((side) => ({
        model: side.model,
        system: side.system,
        parameters: side.parameters,
        turns: side.turns.map((turn) =>
          turn.role === 'user'
            ? turn
            : {
                ...turn,
                finishReason: turn.finishReason,
                usage: turn.usage,
                cost: turn.cost,
                firstTokenMs: turn.firstTokenMs,
                latencyMs: turn.latencyMs,
                requestId: turn.requestId,
                outputLimit: turn.outputLimit,
                sent: turn.sent,
                failure: turn.failure && { ...turn.failure, requestId: turn.failure.requestId },
              },
        ),
      })),
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The first fault, as people look for it: `sides[0].turns[2].text`. */
function faultOf(error: z.ZodError, value: unknown): FileFault {
  const issue = error.issues[0];
  if (!issue) return { kind: 'other_format' };
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...issue.path, ...unknown];
  return { kind: 'field', field: pathText(path), reason: reasonOf(issue, value) };
}

function reasonOf(issue: z.core.$ZodIssue, value: unknown): Extract<FileFault, { kind: 'field' }>['reason'] {
  if (issue.code === 'unrecognized_keys') return 'unknown';
  if (issue.code === 'too_big') return 'too_many';
  if (issue.code !== 'invalid_type') return 'value';
  return at(value, issue.path) === undefined ? 'missing' : 'type';
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<PropertyKey, unknown>)[name];
  }
  return found;
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((name) => (typeof name === 'number' ? `[${name}]` : `.${String(name)}`))
    .join('')
    .replace(/^\./, '')
    .slice(0, 120);
}
