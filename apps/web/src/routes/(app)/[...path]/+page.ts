import { error } from '@sveltejs/kit';

/** Whatever no other page answers to: said inside the panel's frame, from where everything else can be reached. */
export const load = () => error(404, 'Not found');
