import { refusal } from '@aigc/shared/refusals';
import { Model } from '@aigc/db/entities/model';
import { setActiveModel } from '../models/set-active-model.ts';
import type { CurrentCatalogue } from './current-catalogue.ts';
import { attempt, type Import } from './running-import.ts';

const ROLES = ['language', 'vision'] as const;

/** Chooses the models that answer calls without `model`: where none is chosen yet, or if overwriting is asked for. */
export async function importActive(running: Import, before: CurrentCatalogue): Promise<void> {
  const { deps, actor, isReplace, read, result } = running;
  for (const role of ROLES) {
    const title = read.catalogue.active?.[role];
    if (title === undefined) continue;
    await attempt(running, ['active', role], async () => {
      const from = before.active[role];
      const fields = from === title ? [] : [{ field: role, from, to: title }];
      const action = fields.length === 0 ? 'same' : isReplace ? 'change' : from === null ? 'add' : 'keep';
      if (action === 'add' || action === 'change') {
        const model = title === null ? null : await deps.em.findOne(Model, { title, isLocal: false });
        if (title !== null && model === null) {
          // Its provider was skipped: that has been said.
          if (result.changes.some((change) => change.action === 'skip' && change.name === title)) return;
          throw refusal('no_model_named', { name: title });
        }
        await setActiveModel(deps, actor, { role, model_id: model?.id ?? null });
      }
      result.changes.push({ action, kind: 'active', name: role, fields, reason: null });
    });
  }
}
