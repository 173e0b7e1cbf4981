/** The shape of the API's router, from the shared schemas, until `@aigc/api/router` exists. Types only. */
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import type { ErrorCode } from '@aigc/shared/errors';
import * as billing from '@aigc/shared/schemas/billing';
import * as test from '@aigc/shared/schemas/connection-test';
import * as fields from '@aigc/shared/schemas/fields';
import * as keys from '@aigc/shared/schemas/keys';
import * as logs from '@aigc/shared/schemas/logs';
import * as models from '@aigc/shared/schemas/models';
import * as providers from '@aigc/shared/schemas/providers';
import * as settings from '@aigc/shared/schemas/settings';
import * as stats from '@aigc/shared/schemas/stats';
import * as users from '@aigc/shared/schemas/users';
import * as viewer from '@aigc/shared/schemas/viewer';

const t = initTRPC.create({
  errorFormatter: ({ shape }) => ({
    ...shape,
    data: {
      ...shape.data,
      appCode: '' as ErrorCode,
      fieldErrors: undefined as Record<string, string> | undefined,
      param: undefined as string | undefined,
      requestId: '',
    },
  }),
});

const fake = (): never => {
  throw new Error('types only');
};
const none = z.void();
const Q = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  t.procedure.input(input).output(output).query(fake);
const M = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  t.procedure.input(input).output(output).mutation(fake);
const G = <I extends z.ZodType, O>(input: I, _event: z.ZodType<O>) =>
  t.procedure.input(input).mutation(async function* (): AsyncGenerator<O, void> {
    fake();
  });
const serial = z.object({ id: fields.serialIdSchema });
const list = <O extends z.ZodType>(item: O) => z.object({ items: z.array(item) });

const router = t.router({
  viewer: t.router({ get: Q(none, viewer.viewerStateSchema) }),
  setup: t.router({ complete: M(viewer.setupInputSchema, viewer.setupOutputSchema) }),
  auth: t.router({
    signIn: M(viewer.signInInputSchema, fields.okSchema),
    register: M(viewer.registerInputSchema, fields.okSchema),
    signOut: M(none, fields.okSchema),
  }),
  account: t.router({
    update: M(viewer.profileInputSchema, fields.okSchema),
    changePassword: M(viewer.passwordInputSchema, fields.okSchema),
    sessions: Q(none, list(viewer.sessionSchema)),
    revokeSession: M(z.object({ id: z.string() }), fields.okSchema),
    revokeOtherSessions: M(none, fields.okSchema),
  }),
  models: t.router({ list: Q(none, models.listPlazaOutputSchema), get: Q(serial, models.plazaModelSchema) }),
  localModels: t.router({
    list: Q(none, models.listLocalModelsOutputSchema),
    create: M(models.createLocalModelInputSchema, models.localModelSchema),
    update: M(models.updateLocalModelInputSchema, models.localModelSchema),
    delete: M(serial, fields.okSchema),
    test: G(models.testLocalModelInputSchema, test.testEventSchema),
  }),
  keys: t.router({
    list: Q(none, keys.listKeysOutputSchema),
    create: M(keys.createKeyInputSchema, keys.createKeyOutputSchema),
    update: M(keys.updateKeyInputSchema, keys.apiKeySchema),
    delete: M(serial, fields.okSchema),
  }),
  logs: t.router({
    list: Q(logs.listCallLogsInputSchema, logs.listCallLogsOutputSchema),
    get: Q(z.object({ id: fields.bigIdSchema }), logs.callLogDetailSchema),
    facets: Q(z.object({ scope: z.enum(['mine', 'all']) }), logs.callLogFacetsSchema),
    onCall: t.procedure
      .input(z.object({ api_key_id: fields.serialIdSchema.optional() }))
      .subscription(async function* (): AsyncGenerator<{ id: string; data: logs.CallEvent }, void> {
        fake();
      }),
  }),
  stats: t.router({ get: Q(stats.statsInputSchema, stats.statsOutputSchema) }),
  billing: t.router({
    balance: Q(none, billing.balanceSchema),
    ledger: Q(billing.listLedgerInputSchema, billing.listLedgerOutputSchema),
  }),
  adminProviders: t.router({
    presets: Q(none, list(providers.providerPresetSchema)),
    list: Q(none, list(providers.providerSchema)),
    create: M(providers.createProviderInputSchema, providers.providerSchema),
    update: M(providers.updateProviderInputSchema, providers.providerSchema),
    delete: M(serial, fields.okSchema),
    test: G(providers.testProviderInputSchema, test.testEventSchema),
  }),
  adminModels: t.router({
    list: Q(
      none,
      z.object({
        items: z.array(models.adminModelSchema),
        active: z.object({
          language_model_id: fields.serialIdSchema.nullable(),
          vision_model_id: fields.serialIdSchema.nullable(),
        }),
      }),
    ),
    create: M(models.createModelInputSchema, models.adminModelSchema),
    update: M(models.updateModelInputSchema, models.adminModelSchema),
    delete: M(serial, fields.okSchema),
    setActive: M(models.setActiveModelInputSchema, fields.okSchema),
    test: G(models.testModelInputSchema, test.modelTestEventSchema),
  }),
  adminUsers: t.router({
    list: Q(none, users.listUsersOutputSchema),
    create: M(users.createUserInputSchema, users.adminUserSchema),
    update: M(users.updateUserInputSchema, users.adminUserSchema),
  }),
  adminBilling: t.router({ topUp: M(billing.topUpInputSchema, billing.balanceSchema) }),
  adminSettings: t.router({
    get: Q(none, settings.platformSettingsSchema),
    update: M(settings.updateSettingsInputSchema, settings.platformSettingsSchema),
  }),
});

export type AppRouter = typeof router;
