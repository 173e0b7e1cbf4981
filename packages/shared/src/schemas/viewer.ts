import { z } from 'zod';
import { bodyLogModeSchema } from './call-bodies.ts';
import { emailSchema, localeSchema, nameSchema, passwordSchema, themeSchema, timeSchema } from './fields.ts';

export const roleSchema = z.enum(['admin', 'user']);
export type Role = z.infer<typeof roleSchema>;

export const registrationSchema = z.enum(['closed', 'open', 'invite']);

/** Who is looking, and what the panel needs to draw its frame. */
export const viewerStateSchema = z.object({
  setup_required: z.boolean(),
  platform_name: z.string(),
  default_locale: localeSchema,
  currency: z.string(),
  registration_open: z.boolean(),
  /** Set while what people ask and are answered is kept; only those who are signed in are told. */
  body_logging: z
    .object({ mode: bodyLogModeSchema.exclude(['off']), keep_days: z.number().int() })
    .nullable(),
  viewer: z
    .object({
      id: z.string(),
      email: z.string(),
      name: z.string(),
      role: roleSchema,
      locale: localeSchema.nullable(),
      theme: themeSchema.nullable(),
      organisation: z.object({ id: z.string(), name: z.string() }),
      project: z.object({ id: z.string(), name: z.string() }),
    })
    .nullable(),
});
export type ViewerState = z.infer<typeof viewerStateSchema>;
export type Viewer = NonNullable<ViewerState['viewer']>;

export const setupInputSchema = z.object({
  token: z.string().min(1).max(200),
  name: nameSchema(100),
  email: emailSchema,
  password: passwordSchema,
  locale: localeSchema,
});

/** The administrator's first key, in full: it is shown this once. */
export const setupOutputSchema = z.object({
  api_key: z.string(),
  api_key_id: z.number(),
  demo_model: z.string(),
});

export const signInInputSchema = z.object({ email: emailSchema, password: z.string().min(1).max(128) });

export const registerInputSchema = z.object({
  name: nameSchema(100),
  email: emailSchema,
  password: passwordSchema,
  locale: localeSchema,
});

export const profileInputSchema = z.object({
  name: nameSchema(100).optional(),
  locale: localeSchema.optional(),
  theme: themeSchema.optional(),
});

export const passwordInputSchema = z.object({
  current_password: z.string().min(1).max(128),
  new_password: passwordSchema,
});

export const sessionSchema = z.object({
  /** Public id: not the cookie's value. */
  id: z.string(),
  current: z.boolean(),
  created_at: timeSchema,
  last_used_at: timeSchema,
  ip: z.string().nullable(),
  user_agent: z.string().nullable(),
});
