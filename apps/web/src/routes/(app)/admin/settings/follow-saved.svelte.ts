import { untrack } from 'svelte';
import type { Form } from '#lib/form.svelte.ts';

/** Shows what is saved whenever that changes, unless something else has been typed. Call it while a component is initialised. */
export function followSaved<Values extends object, Input>(
  form: Form<Values, Input>,
  saved: () => { version: number; values: Values },
): void {
  let shownVersion: number | undefined;
  $effect(() => {
    const { version, values } = saved();
    if (form.busy || form.isDirty || version === shownVersion) return;
    shownVersion = version;
    untrack(() => form.start(values, version));
  });
}
