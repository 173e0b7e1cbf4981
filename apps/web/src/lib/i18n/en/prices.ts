/** What a model may be billed by, and how much of it a price is for. */
export const prices = {
  kinds: {
    cached_input_price: 'Cached input',
    cache_write_price: 'Cache write',
    audio_input_price: 'Audio input',
    audio_output_price: 'Audio output',
    image_price: 'Image made',
    call_price: 'Call',
    audio_second_price: 'Audio heard',
    duration_price: 'Running time',
    character_price: 'Text read aloud',
  },
  units: {
    million_tokens: 'per million tokens',
    image: 'per image',
    call: 'per call',
    second: 'per second',
    million_characters: 'per million characters',
  },
  more: 'More prices',
  moreHint:
    'Each may stay empty. Cached, written and audio tokens then cost as much as other tokens, the rest nothing.',
  anyPriceHint:
    'Calls are refused until at least one price is set. Zero is a price; an empty one costs nothing.',
  parts: {
    input: 'Input',
    cached_input: 'Cached input',
    cache_write: 'Cache write',
    audio_input: 'Audio input',
    output: 'Output',
    audio_output: 'Audio output',
    image: 'Images',
    audio_second: 'Seconds of audio',
    character: 'Characters',
    call: 'Calls',
    duration: 'Seconds of running time',
  },
  used: {
    cache_write_tokens: 'of which written to the cache',
    audio_input_tokens: 'of which audio',
    audio_output_tokens: 'of which audio',
    images: 'Images',
    audio_seconds: 'Seconds of audio',
    characters: 'Characters',
  },
};
