import { Migration } from '@mikro-orm/migrations';

/** Who runs the call of an `Idempotency-Key`, and what it answered. */
export class IdempotencyClaims extends Migration {
  override name = '20261121040000-idempotency-claims';

  override up(): void {
    this.addSql(`
create table aigcspace.idempotency_claims (
  request_id varchar(64) not null,
  scope varchar(64) not null,
  key_hash varchar(64) not null,
  body_hash varchar(64) not null,
  instance_id varchar(50) not null,
  is_awaited boolean not null default false,
  answer_status int null,
  answer_content_type varchar(100) null,
  sealed_answer text null,
  answered_at timestamptz null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint idempotency_claims_pkey primary key (request_id)
)`);
    this.addSql(`
alter table aigcspace.idempotency_claims
  add constraint idempotency_claims_scope_key_hash_unique unique (scope, key_hash)`);
    this.addSql(
      'create index idempotency_claims_expires_at_index on aigcspace.idempotency_claims (expires_at)',
    );
    this.addSql(
      'create index idempotency_claims_instance_id_index on aigcspace.idempotency_claims (instance_id)',
    );
  }
}
