/**
 * What a call used beside plain tokens. Every number is a whole one, absent where there was none of its kind, so that
 * ordinary calls carry no details at all.
 */
export interface UsageDetails {
  /** Part of the input tokens: written to the upstream's cache. Never counted among the cached ones as well. */
  cacheWriteTokens?: number;
  /** Part of those written to the cache: kept there for an hour instead of minutes. */
  cacheWriteHourTokens?: number;
  /** Part of the input tokens: audio. */
  audioInputTokens?: number;
  /** Part of the output tokens: audio. */
  audioOutputTokens?: number;
  /** Images made. */
  images?: number;
  /** Seconds of audio that were heard; a begun second counts whole. */
  audioSeconds?: number;
  /** Characters (Unicode code points) that were spoken. */
  characters?: number;
  /** Calls, where the model has a price per call: 1. */
  calls?: number;
  /** Seconds that the call ran, where the model has a price for them; a begun second counts whole. */
  durationSeconds?: number;
}
