import { defineEntity, p } from '@mikro-orm/core';
import { SCHEMA, updatedAt } from './columns.ts';

const SettingSchema = defineEntity({
  name: 'Setting',
  tableName: 'settings',
  schema: SCHEMA,
  properties: {
    key: p.string().length(100).primary(),
    value: p.json<unknown>(),
    updatedAt: updatedAt(),
  },
});

/** One setting of the platform; core's settings give each key its type. */
export class Setting extends SettingSchema.class {}
SettingSchema.setClass(Setting);
