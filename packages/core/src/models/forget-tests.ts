import type { Model } from '@aigc/db/entities/model';

/** A model that is called elsewhere now, or by another name, is another one to whoever tested it. */
export function forgetTests(model: Model): void {
  model.lastTest = null;
  model.conformance = null;
}
