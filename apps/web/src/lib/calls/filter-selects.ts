import type { CallLogFacets, CallLogFilter } from '@aigc/shared/schemas/logs';
import type { FilterChoice } from '#lib/components/filter-choice.ts';
import type { Dictionary } from '#lib/i18n/dictionary.ts';
import { reasonName } from './reason-name.ts';

type Chosen = Pick<CallLogFilter, 'model' | 'api_key_id' | 'user_id'>;

/** The choices by which calls are filtered, for FilterBar: the same in the log and in the statistics. */
export function callSelects(
  t: Dictionary,
  facets: CallLogFacets,
  { chosen, isAdmin, userName }: { chosen: Chosen; isAdmin: boolean; userName?: string | undefined },
): FilterChoice[] {
  const scope: FilterChoice = {
    name: 'scope',
    label: t.logs.scope,
    options: [
      { value: '', label: t.logs.mine },
      { value: 'all', label: t.logs.everyone },
    ],
  };
  return [
    ...(isAdmin ? [scope] : []),
    {
      name: 'model',
      label: t.logs.model,
      options: [{ value: '', label: t.logs.anyModel }, ...modelOptions(facets, chosen)],
    },
    {
      name: 'key',
      label: t.logs.key,
      options: [{ value: '', label: t.logs.anyKey }, ...keyOptions(t, facets, chosen)],
    },
    {
      name: 'origin',
      label: t.logs.origin,
      options: [
        { value: '', label: t.logs.anyOrigin },
        { value: 'cloud', label: t.logs.onlyCloud },
        { value: 'local', label: t.logs.onlyLocal },
      ],
    },
    ...(chosen.user_id === undefined ? [] : [userSelect(t, chosen.user_id, userName)]),
  ];
}

/** Users are chosen by a link: there may be thousands. Here one is shown, and let go. */
function userSelect(t: Dictionary, id: string, name: string | undefined): FilterChoice {
  return {
    name: 'user',
    label: t.logs.user,
    options: [
      { value: '', label: t.logs.anyUser },
      { value: id, label: name ?? id },
    ],
  };
}

/** The reason of a failure, where a link has asked for one. */
export function reasonSelect(t: Dictionary, code: string): FilterChoice {
  return {
    name: 'error',
    label: t.logs.error,
    options: [
      { value: '', label: t.logs.anyError },
      { value: code, label: reasonName(t, code) },
    ],
  };
}

/** A filter that came with a link is shown even when nothing was called that way. */
function modelOptions(facets: CallLogFacets, { model }: Chosen): FilterChoice['options'] {
  const known = model === undefined || facets.models.includes(model);
  return (known ? facets.models : [model, ...facets.models]).map((name) => ({ value: name, label: name }));
}

function keyOptions(
  t: Dictionary,
  facets: CallLogFacets,
  { api_key_id: id }: Chosen,
): FilterChoice['options'] {
  const options = facets.keys.map((key) => ({ value: String(key.id), label: key.name }));
  if (id === undefined || facets.keys.some((key) => key.id === id)) return options;
  return [...options, { value: String(id), label: t.logs.keyDeleted }];
}
