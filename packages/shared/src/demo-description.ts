/** What the built-in models say of themselves when they are seeded; the panel says it in its own language. */
export const DEMO_DESCRIPTION = 'Built-in demo: deterministic answers, no upstream, price zero.';
