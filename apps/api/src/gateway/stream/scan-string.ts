const QUOTE = 34;
const BACKSLASH = 92;
const FIRST_PRINTABLE = 32;
const FIRST_NON_ASCII = 128;
/** Bytes from here on begin a character of UTF-8; those before, down to 128, continue one. */
const FIRST_LEADING = 0xc0;

/** Characters of JSON strings, by what a token estimate tells apart. */
export class JsonStringTally {
  ascii = 0;
  other = 0;
}

/**
 * Goes through the inside of a JSON string, whose bytes are given as Latin-1 text, and counts its
 * characters. Returns the index of the closing quote, or -1 if it is not valid or does not end.
 */
export function scanString(text: string, start: number, tally: JsonStringTally): number {
  let ascii = 0;
  let other = 0;
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      tally.ascii += ascii;
      tally.other += other;
      return index;
    }
    if (code < FIRST_PRINTABLE) return -1;
    if (code === BACKSLASH) {
      index += 1;
      const escaped = text.charCodeAt(index);
      if (escaped === 117) {
        const unit = hexUnit(text, index + 1);
        if (unit === -1) return -1;
        index += 4;
        if (unit < FIRST_NON_ASCII) ascii += 1;
        // The second half of a surrogate pair belongs to the character before it.
        else if (unit < 0xdc00 || unit > 0xdfff) other += 1;
      } else if (isSimpleEscape(escaped)) ascii += 1;
      else return -1;
    } else if (code < FIRST_NON_ASCII) ascii += 1;
    else if (code >= FIRST_LEADING) other += 1;
  }
  return -1;
}

/** `"`, `\`, `/`, `b`, `f`, `n`, `r` or `t`. */
function isSimpleEscape(code: number): boolean {
  switch (code) {
    case QUOTE:
    case BACKSLASH:
    case 47:
    case 98:
    case 102:
    case 110:
    case 114:
    case 116:
      return true;
    default:
      return false;
  }
}

function hexUnit(text: string, at: number): number {
  const digits = text.slice(at, at + 4);
  return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
}
