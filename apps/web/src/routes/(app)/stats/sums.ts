/** What is counted of a model, a key or a day. */
export interface Sums {
  calls: number;
  failed: number;
  input_tokens: number;
  output_tokens: number;
  /** A decimal. */
  cost: string;
}
