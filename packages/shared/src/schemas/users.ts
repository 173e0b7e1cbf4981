import { z } from 'zod';
import {
  cursorSchema,
  decimalSchema,
  emailSchema,
  nameSchema,
  pageLimitSchema,
  passwordSchema,
  timeSchema,
  versionSchema,
} from './fields.ts';
import { limitFields, limitInputFields } from './limits.ts';
import { roleSchema } from './viewer.ts';

export const userStatusSchema = z.enum(['active', 'deactivated']);

export const adminUserSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: roleSchema,
  status: userStatusSchema,
  balance: decimalSchema,
  /** Of all the user's calls together. */
  ...limitFields,
  key_count: z.number().int(),
  version: versionSchema,
  created_at: timeSchema,
  last_seen_at: timeSchema.nullable(),
});
export type AdminUser = z.infer<typeof adminUserSchema>;

export const listUsersInputSchema = z.object({
  /** A part of the name or of the e-mail address. */
  search: z.string().trim().max(100).optional(),
  role: roleSchema.optional(),
  status: userStatusSchema.optional(),
  cursor: cursorSchema.optional(),
  limit: pageLimitSchema.default(100),
});

export const listUsersOutputSchema = z.object({
  items: z.array(adminUserSchema),
  next_cursor: cursorSchema.nullable(),
});

export const createUserInputSchema = z.object({
  name: nameSchema(100),
  email: emailSchema,
  password: passwordSchema,
  role: roleSchema.default('user'),
});

/** For someone who has forgotten theirs. Ends all their sessions. */
export const resetPasswordInputSchema = z.object({ id: z.string().max(50), password: passwordSchema });

/** The last active administrator can be neither deactivated nor made a user. */
export const updateUserInputSchema = z.object({
  id: z.string().max(50),
  name: nameSchema(100).optional(),
  role: roleSchema.optional(),
  status: userStatusSchema.optional(),
  version: versionSchema.optional(),
  ...limitInputFields,
});

export const userRefSchema = z.object({ id: z.string().max(50) });

export const endSessionsOutputSchema = z.object({ ended: z.number().int() });
