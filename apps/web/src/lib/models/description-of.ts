import { DEMO_DESCRIPTION } from '@aigc/shared/demo-description';
import type { PlazaModel } from '@aigc/shared/schemas/models';
import type { Dictionary } from '#lib/i18n/dictionary.ts';

type Described = Pick<PlazaModel, 'description' | 'is_demo'>;

/** A model's description; that of a built-in one, as long as nobody has written another, in the panel's language. */
export function descriptionOf(model: Described, t: Dictionary): string {
  return model.is_demo && model.description === DEMO_DESCRIPTION
    ? t.plaza.demoDescription
    : model.description;
}
