import { defineEntity, p } from '@mikro-orm/core';
import { SCHEMA, updatedAt } from './columns.ts';

const SettingSchema = defineEntity({
  name: 'Setting',
  tableName: 'settings',
  schema: SCHEMA,
  properties: {
    key: p.string().length(100).primary(),
    value: p.json<unknown>(),
    /** Of all settings together: the one that was changed last has the highest. */
    version: p.integer().default(0),
    updatedAt: updatedAt(),
  },
});

/** One setting of the platform; core's settings give each key its type. */
export class Setting extends SettingSchema.class {}
SettingSchema.setClass(Setting);
